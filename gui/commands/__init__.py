"""What `onebyone` does without a window, one command a module. A module with a `COMMAND` is found by
being there."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from gui.commands.command import Command

_modules = [import_module(f"{__name__}.{info.name}") for info in sorted(iter_modules(__path__))]

COMMANDS: Final[Mapping[str, Command]] = MappingProxyType(
    {module.COMMAND.name: module.COMMAND for module in _modules if hasattr(module, "COMMAND")}
)
"""Commands by name."""
