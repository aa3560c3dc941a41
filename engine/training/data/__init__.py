"""Where pictures come from, one source a file: each module's `SOURCE` is found by being there."""

from functools import cache

from engine.errors import TrainingError, quoted
from engine.layers import Layer
from engine.training.catalogue import catalogue
from engine.training.data.examples import Examples
from engine.training.data.source import Progress, Source


@cache
def sources() -> dict[str, Source]:
    """All sources by name, in the order of lists."""
    return catalogue(__name__, __path__, "SOURCE")


def open_data(
    name: str, layer: Layer, seed: int = 0, progress: Progress = lambda done, total: None
) -> Examples:
    """The pictures that the name stands for (`digits`, `patches`, `patches:coffee`, a folder), as large as
    the Input `layer`; `TrainingError` says what is wrong with them."""
    for source in sources().values():
        if source.reads(name):
            return source.read(name, layer, seed, progress)
    raise TrainingError(
        f"no data is called {quoted(name)}, and there is no such folder. There are"
        f" {', '.join(sources())}; a folder holds one folder of pictures for each class"
    )
