"""Whether another program's packages hide ours: theirs have short names too, and the first one found wins."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Final

PACKAGES: Final = ("assets", "engine", "presets", "gui")


def shadow(home: Path, modules: Mapping[str, ModuleType] = sys.modules, path: list[str] = sys.path) -> str:
    """In one line what hides which of our packages in `home`, and the way out; empty where nothing does."""
    for name in PACKAGES:
        found = _place(modules[name]) if name in modules else _first(name, path)
        if found is not None and found != home / name:
            return (
                f"another package called {name!r} hides OneByOne's: {found}. Start from another folder, take"
                " it off PYTHONPATH, or install OneByOne in an environment of its own (pipx, uv tool)"
            )
    return ""


def _place(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return None if file is None else Path(file).resolve().parent


def _first(name: str, path: list[str]) -> Path | None:
    for folder in path:
        place = Path(folder or ".").resolve()
        if (place / name / "__init__.py").is_file():
            return place / name
        if (place / f"{name}.py").is_file():
            return place / f"{name}.py"
    return None
