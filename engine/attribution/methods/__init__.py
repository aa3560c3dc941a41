"""The methods, one a file: each module's `METHOD` is found by being there."""

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from engine.attribution.method import Method
from engine.errors import EngineError


@cache
def methods() -> dict[str, Method]:
    """All methods by name, in the order of lists."""
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    found = [module.METHOD for module in modules if hasattr(module, "METHOD")]
    return {method.name: method for method in sorted(found, key=lambda method: (method.rank, method.name))}


def method(name: str) -> Method:
    """The method of this name, or of one it is also known by; `EngineError` names those there are."""
    wanted = name.lower().replace("_", "-").replace(" ", "-")
    for found in methods().values():
        if wanted in (found.name, *found.aliases):
            return found
    close = get_close_matches(wanted, methods(), n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(methods())}."
    raise EngineError(f"no method of explanation is called {name!r}. {hint}")
