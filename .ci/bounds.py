"""`make test-oldest` and `make test-newest`: the tests within the bounds of pyproject.toml, on all Pythons.

For each Python an environment below `build/` is made by uv: what the program needs in the lowest direct
versions, or in the newest; what only tests need as `.ci/constraints.txt` pins it. Arguments go to pytest.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
RESOLUTIONS = {"oldest": "lowest-direct", "newest": "highest"}


def main(which: str, *arguments: str) -> None:
    """Run the tests once a Python; the exit status says whether all passed."""
    failed = []
    for version, python in pythons().items():
        print(f"Python {version}, {which} versions", flush=True)
        if not passes(which, version, python, arguments):
            failed.append(version)
    if failed:
        sys.exit(f"with the {which} versions it does not work on Python {', '.join(failed)}")


def pythons() -> dict[str, str]:
    """Every Python from 3.11 on that answers: `3.12` → its executable; of several the first."""
    found: dict[str, str] = {}
    for executable in (sys.executable, *_named(), *_of_pyenv()):
        script = "import sys; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([executable, "-c", script], capture_output=True, text=True, check=False)
        version = done.stdout.strip()
        if done.returncode == 0 and tuple(map(int, version.split("."))) >= OLDEST_PYTHON:
            found.setdefault(version, executable)
    return dict(sorted(found.items(), key=lambda pair: tuple(map(int, pair[0].split(".")))))


def _named() -> Iterator[str]:
    yield from filter(None, (shutil.which(f"python3.{minor}") for minor in range(OLDEST_PYTHON[1], 20)))


def _of_pyenv() -> Iterator[str]:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(root.glob("versions/3.*/bin/python")))


def passes(which: str, version: str, python: str, arguments: tuple[str, ...]) -> bool:
    """Whether the tests pass in an environment of this Python."""
    environment = ROOT / "build" / f"{which}-{version}"
    inside = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    install = [*uv, "pip", "install", "--python", str(inside)]
    steps = [
        [*uv, "venv", "--clear", "--python", python, str(environment)],
        [*install, "--resolution", RESOLUTIONS[which], "--editable", ".[onnx]"],
        [*install, "--constraint", str(pinned_tools(environment)), *tools()],
    ]
    for step in steps:
        if subprocess.run(step, cwd=ROOT, check=False).returncode:
            return False
    shown = [*uv, "pip", "list", "--python", str(inside), "--format", "freeze"]
    (environment / "versions.txt").write_text(subprocess.run(shown, capture_output=True, text=True).stdout)
    command = [str(inside), "-m", "pytest", "-q", *(arguments or ("tests",))]
    without_screen = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, cwd=ROOT, env=without_screen, check=False).returncode == 0


def tools() -> list[str]:
    """What the tests need beside the program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [name for name in project["optional-dependencies"]["dev"] if not re.match("mypy|ruff", name)]


def pinned_tools(environment: Path) -> Path:
    """The constraints without what the program itself needs: those versions are what is tested."""
    environment.parent.mkdir(parents=True, exist_ok=True)
    text = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8")
    _, _, rest = text.partition("# Development")
    path = environment.parent / "tools.txt"
    path.write_text("\n".join(line for line in rest.splitlines() if "==" in line), encoding="utf-8")
    return path


if __name__ == "__main__":
    main(*sys.argv[1:])
