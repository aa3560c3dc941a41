"""`.py`: the network as a PyTorch module in one readable file, its weights in a `.safetensors` beside it.

Written only. Names are torchvision's where the network exists there.
"""

from pathlib import Path
from typing import Final

from engine.formats.format import Format
from engine.formats.pytorch.identifiers import identifiers
from engine.formats.pytorch.paths import module_paths
from engine.formats.pytorch.source import pytorch_code
from engine.formats.pytorch.state import state
from engine.formats.weights.safetensors import ENDING, save_tensors
from engine.model.project import Project

__all__ = ["FORMAT", "identifiers", "pytorch_code", "write"]


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
