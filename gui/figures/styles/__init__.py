"""The figure styles, one a module. A module of this folder with a `STYLE` is found by being there."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from gui.figures.style import Style

_modules = [import_module(f"{__name__}.{info.name}") for info in sorted(iter_modules(__path__))]

STYLES: Final[Mapping[str, Style]] = MappingProxyType(
    {module.STYLE.name: module.STYLE for module in _modules if hasattr(module, "STYLE")}
)
"""Styles by name."""
