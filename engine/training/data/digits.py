"""Ten thousand handwritten digits that come with the program."""

from functools import cache
from typing import Final

import numpy as np

from assets import digits_path
from engine.layers import Layer
from engine.training.data.examples import CHOOSE, HELD_OUT, TRAIN, Examples, Numbers, Pixels
from engine.training.data.fitting_input import fitted
from engine.training.data.source import Progress, Source

COUNT: Final = 10_000
ASIDE: Final = 1_000
"""Pictures to choose by, and again so many held out: the last ones, which no training here has seen."""


@cache
def _digits() -> tuple[Pixels, Numbers]:
    with np.load(digits_path(), allow_pickle=False) as file:
        return file["images"][..., None], file["labels"].astype(np.int64)


def _read(name: str, layer: Layer, seed: int, progress: Progress) -> Examples:
    pictures, labels = _digits()
    numbers = np.arange(COUNT)
    return Examples(
        name=name,
        kind="MNIST digits",
        pictures=fitted(pictures, layer, progress),
        labels=labels,
        classes=tuple("0123456789"),
        splits={
            TRAIN: numbers[: -2 * ASIDE],
            CHOOSE: numbers[-2 * ASIDE : -ASIDE],
            HELD_OUT: numbers[-ASIDE:],
        },
        credit="MNIST: LeCun, Cortes & Burges, CC BY-SA 3.0",
    )


SOURCE: Final = Source(
    name="digits",
    title="Handwritten digits",
    help="10,000 of MNIST: 8,000 to learn from, 1,000 to choose by, 1,000 held out.",
    has_classes=True,
    reads=lambda text: text == "digits",
    read=_read,
    rank=0,
)
