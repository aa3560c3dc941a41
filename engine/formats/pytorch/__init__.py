"""`.py`: the network as a PyTorch module in one readable file, its weights in a `.safetensors` beside it.

Written only. Names are torchvision's where the network exists there.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.analysis.analyze import analyze
from engine.formats.format import Format
from engine.formats.pytorch.identifiers import identifiers
from engine.formats.pytorch.paths import Path as ModulePath
from engine.formats.pytorch.paths import module_paths
from engine.formats.pytorch.source import pytorch_code
from engine.formats.weights.safetensors import ENDING, save_tensors
from engine.model.project import Project

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["FORMAT", "identifiers", "pytorch_code", "write"]


def state(project: Project) -> "Iterator[tuple[str, npt.NDArray[np.float32]]]":
    """`layer1.0.conv1.weight` and its values, layer by layer, made when they are asked for."""
    network = project.network
    paths = module_paths(network, project.groups)
    from engine.execution.measured.measured_network import measured_network  # numpy waits until it is used

    computed = measured_network(network, project.seed)
    for node_id, report in analyze(network).layers.items():
        node = computed[node_id]
        if node.layer.param_shapes(*report.input_shapes):
            made = node.weights.parameters(node_id, node.layer, report.input_shapes, project.seed)
            for name, values in made.items():
                yield f"{module_name(paths, node_id)}.{name}", values


def module_name(paths: Mapping[str, ModulePath], node_id: str) -> str:
    """`layer1.0.conv1`."""
    return ".".join(paths[node_id])


def write(project: Project) -> bytes:
    """The file's content; `FormatError` for a network with problems or without layers."""
    paths = module_paths(project.network, project.groups)
    code = pytorch_code(project.network, project.title, groups=project.groups, paths=paths)
    return code.encode("utf-8", "backslashreplace")


def write_at(project: Project, path: Path) -> bytes:
    """The content of the file at `path`, and its weights beside it: the file loads them when it is run."""
    content = write(project)
    save_tensors(path.with_suffix(ENDING), dict(state(project)), {"format": "pt"})
    return content


FORMAT: Final = Format(name="PyTorch module", endings=(".py",), write=write, write_at=write_at)
