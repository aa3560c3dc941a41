"""What `onebyone` does without a window, one command a module, called like it (with - for _).

A module with a `COMMAND` is found by being there, and read only when it is asked for: a window need not wait
for any.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from gui.commands.command import Command


class _Commands(Mapping[str, Command]):
    """Commands by name."""

    def __getitem__(self, name: str) -> Command:
        module = name.replace("-", "_")
        known = name in _modules()
        found = getattr(import_module(f"{__name__}.{module}"), "COMMAND", None) if known else None
        if not isinstance(found, Command):
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in _modules() if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@cache
def _modules() -> tuple[str, ...]:
    return tuple(sorted(info.name.replace("_", "-") for info in iter_modules(__path__)))


COMMANDS: Final[Mapping[str, Command]] = _Commands()
