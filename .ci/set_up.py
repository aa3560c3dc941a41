"""Make `.venv` ready: `set_up.py run|test|figures|check|peers|bundle|bounds`.

Everything is looked at anew each time, but work is done only where something changed, so that a
second `make` starts at once. An environment that is already there is adopted, never replaced.
The standard library alone is used: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two set-ups at once are then the user's affair
    fcntl = None  # type: ignore[assignment]

from system_packages import ensure_packages

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
ENVIRONMENT = ROOT / ".venv"
ON_WINDOWS = os.name == "nt"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if ON_WINDOWS else "bin/python")
LIBRARY = "Lib/site-packages/pip" if ON_WINDOWS else "lib/python*/site-packages/pip"
PACKAGES = ("assets", "engine", "gui", "presets")
OLDEST_PYTHON = (3, 11)
EXTRAS = ("peers", "bundle", "bounds")
"""Purposes that need an extra of their own."""


def main(purpose: str) -> None:
    if sys.version_info < OLDEST_PYTHON:
        version = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"OneByOne needs Python 3.11 or newer, this is {version}. Name another: make PYTHON=python3.13"
        )
    with (ROOT / "pyproject.toml").open() as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: the second waits and finds all done
        # Without pip in it, an environment is the remains of a set-up that was interrupted.
        ready = PYTHON.exists() and any(ENVIRONMENT.glob(LIBRARY))
        problem = ensure_packages("test" if purpose in EXTRAS else purpose, venv=not ready)
        if problem:
            sys.exit(problem)
        if not ready:
            print("Creating .venv", flush=True)
            subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        ensure_installed("dev", "onnx", *((purpose,) if purpose in EXTRAS else ()))
        ensure_compiled()


def ensure_installed(*extras: str) -> None:
    """Install the project and its `extras` into `.venv` unless that was done from the same files."""
    stamp = ENVIRONMENT / ("installed-" + "-".join(extras))
    key = installation_key()
    if stamp.exists() and stamp.read_text() == key:
        return
    print("Installing Python packages into .venv, which takes a while the first time", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--constraint", str(CONSTRAINTS)]
    subprocess.run([*pip, "setuptools"], check=True, cwd=ROOT)
    # The pinned setuptools builds the project, rather than whatever version is newest today. It warns that
    # the folder of an editable project stands on the import path: that is what is wanted.
    project = ["--no-build-isolation", "--editable", f".[{','.join(extras)}]"]
    subprocess.run([*pip, *project], check=True, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    stamp.write_text(key)


def ensure_compiled() -> None:
    """Compile the project's modules, as pip does with those that it copies.

    Python does so by itself unless it was told to keep no bytecode; then each start would compile them all
    again, which takes as long as everything else until the window is painted.
    """
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        subprocess.run([str(PYTHON), "-m", "compileall", "-q", *PACKAGES], check=True, cwd=ROOT)


def installation_key() -> str:
    """Changes with what is to be installed, and with the place it points to."""
    key = hashlib.sha256(str(ROOT).encode())
    for file in (ROOT / "pyproject.toml", CONSTRAINTS):
        key.update(file.read_bytes())
    return key.hexdigest()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except subprocess.CalledProcessError as failure:
        sys.exit(f"{' '.join(failure.cmd)} failed with exit status {failure.returncode}")
