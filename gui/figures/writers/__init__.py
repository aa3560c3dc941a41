"""The formats figures are written in, one a module. A module of this folder with a `WRITER` is found by
being there. Qt, and the packages of single formats, are loaded only when something is written with them.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from gui.figures.writer import Writer

_modules = [import_module(f"{__name__}.{info.name}") for info in sorted(iter_modules(__path__))]

WRITERS: Final[Mapping[str, Writer]] = MappingProxyType(
    {module.WRITER.name: module.WRITER for module in _modules if hasattr(module, "WRITER")}
)
"""Writers by name."""


def endings() -> tuple[str, ...]:
    """Every ending that some writer has, in the order of the writers' names."""
    return tuple(dict.fromkeys(ending for writer in WRITERS.values() for ending in writer.endings))


def writers_of(path: str | Path) -> list[Writer]:
    """The writers that the file's ending stands for; none for one that is unknown."""
    suffix = Path(path).suffix.lower()
    return [writer for writer in WRITERS.values() if suffix in writer.endings]
