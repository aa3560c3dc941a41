"""A network's parameters as the variables of the written Keras model: `layer.variable`, laid out for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.analysis.analyze import analyze
from engine.formats.keras.source import keras_names
from engine.model.project import Project

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def state(project: Project) -> "Iterator[tuple[str, npt.NDArray[np.float32]]]":
    """`conv1.kernel` and its values, layer by layer, made when they are asked for."""
    network = project.network
    names = keras_names(network)
    for node_id, report in analyze(network).layers.items():
        node = network[node_id]
        if node.layer.param_shapes(*report.input_shapes):
            made = node.weights.parameters(node_id, node.layer, report.input_shapes, project.seed)
            for variable, values in node.layer.keras(*report.input_shapes).weights.items():
                yield f"{names[node_id]}.{variable}", values(made)
