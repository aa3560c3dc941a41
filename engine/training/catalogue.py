"""Things of one kind, a file each, found by being there."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from engine.errors import TrainingError, quoted

T = TypeVar("T")


def catalogue(package: str, path: Iterable[str], constant: str) -> dict[str, Any]:
    """What the modules of a package call `constant`, by its `name`, in the order of `rank`."""
    modules = [import_module(f"{package}.{info.name}") for info in iter_modules(path)]
    found = [getattr(module, constant) for module in modules if hasattr(module, constant)]
    return {thing.name: thing for thing in sorted(found, key=lambda thing: (thing.rank, thing.name))}


def named(things: Mapping[str, T], name: str, kind: str) -> T:
    """The one of this name; `TrainingError` names those there are."""
    if name in things:
        return things[name]
    close = get_close_matches(name, things, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(things)}."
    raise TrainingError(f"no {kind} is called {quoted(name)}. {hint}")
