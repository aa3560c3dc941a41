"""A network's parameters under the names that they have in the written module's state dictionary."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.analysis.analyze import analyze
from engine.formats.pytorch.paths import Path, module_paths
from engine.model.project import Project

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def state(project: Project) -> "Iterator[tuple[str, npt.NDArray[np.float32]]]":
    """`layer1.0.conv1.weight` and its values, layer by layer, made when they are asked for."""
    network = project.network
    paths = module_paths(network, project.groups)
    for node_id, report in analyze(network).layers.items():
        node = network[node_id]
        if node.layer.param_shapes(*report.input_shapes):
            made = node.weights.parameters(node_id, node.layer, report.input_shapes, project.seed)
            for name, values in made.items():
                yield f"{module_name(paths, node_id)}.{name}", values


def module_name(paths: Mapping[str, Path], node_id: str) -> str:
    """`layer1.0.conv1`."""
    return ".".join(paths[node_id])
