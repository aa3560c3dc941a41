"""`NAME_keras.py`: the network in Keras' functional style, its weights in an `.npz` beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.analysis.analyze import analyze
from engine.formats.format import Format
from engine.formats.keras.source import keras_code, keras_names
from engine.formats.weights.npz import save_arrays
from engine.model.project import Project

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def state(project: Project) -> "Iterator[tuple[str, npt.NDArray[np.float32]]]":
    """`conv1.kernel` and its values, layer by layer, made when they are asked for."""
    network = project.network
    names = keras_names(network)
    from engine.execution.measured.measured_network import measured_network  # numpy waits until it is used

    computed = measured_network(network, project.seed)
    for node_id, report in analyze(network).layers.items():
        node = computed[node_id]
        if node.layer.param_shapes(*report.input_shapes):
            made = node.weights.parameters(node_id, node.layer, report.input_shapes, project.seed)
            for variable, values in node.layer.keras(*report.input_shapes).weights.items():
                yield f"{names[node_id]}.{variable}", values(made)


def write(project: Project) -> bytes:
    """The file's content; `FormatError` for a network with problems or without layers."""
    return keras_code(project.network, project.title).encode("utf-8", "backslashreplace")


def write_at(project: Project, path: Path) -> bytes:
    """The content of the file at `path`, and its weights beside it."""
    content = write(project)
    save_arrays(path.with_suffix(".npz"), state(project))
    return content


FORMAT: Final = Format(name="Keras model", endings=("_keras.py", ".keras.py"), write=write, write_at=write_at)
