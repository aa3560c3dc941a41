"""The system packages that a bare machine lacks: found by trying, installed by apt.

Where apt cannot be used (no root, no password-free sudo), the line to type is given instead.
The standard library alone is used: this runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

OFFSCREEN = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
"""Library file → Debian package; without these PySide6 cannot even be imported."""

WINDOW = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What the xcb platform plugin needs beyond that to open a real window."""

WINDOW_TEST_TOOLS = {"Xvfb": "xvfb", "xauth": "xauth", "xdotool": "xdotool"}
"""Command → Debian package; tests of a real window use them where they are there."""

FIGURE_READERS = {
    "rsvg-convert": "librsvg2-bin",
    "pdftoppm": "poppler-utils",
    "pdflatex": "texlive-latex-base texlive-pictures texlive-latex-recommended",
    "soffice": "libreoffice-impress",
}
"""Command → Debian packages; `make test-figures` reads the written figures back with these."""


def ensure_packages(purpose: str, *, venv: bool) -> str | None:
    """Install what `purpose` ("run", "test", "figures", "check") and making a `venv` lack.

    None when all is there; else what the user has to do instead.
    """
    if not sys.platform.startswith("linux"):
        return None
    required = missing_libraries(purpose) + (missing_venv() if venv else [])
    welcome = missing_window_tests() if purpose == "test" else []
    if purpose == "figures":
        required += missing_readers()
    if required or (welcome and privilege() is not None):
        return install(required, welcome)
    return None


def missing_libraries(purpose: str) -> list[str]:
    """The Debian packages of the libraries that do not load."""
    libraries = {"run": {**OFFSCREEN, **WINDOW}, "test": OFFSCREEN, "figures": OFFSCREEN}.get(purpose, {})
    return [package for file, package in libraries.items() if not loads(file)]


def missing_venv() -> list[str]:
    """The Debian package of what makes virtual environments: Debian cuts it out of its Python."""
    if find_spec("venv") and find_spec("ensurepip"):
        return []
    return [f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"]


def missing_window_tests() -> list[str]:
    """The Debian packages that let tests open a real window, as far as they are missing."""
    tools = [package for command, package in WINDOW_TEST_TOOLS.items() if shutil.which(command) is None]
    return tools + [package for file, package in WINDOW.items() if not loads(file)]


def missing_readers() -> list[str]:
    """The Debian packages of the programs that read figures, as far as they are missing."""
    lacking = [packages for command, packages in FIGURE_READERS.items() if shutil.which(command) is None]
    return [package for packages in lacking for package in packages.split()]


def loads(file: str) -> bool:
    """Whether the dynamic linker finds the library `file`."""
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def privilege() -> list[str] | None:
    """The words that make apt-get run as root; None where there is no apt or root needs a password."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    sudo = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if sudo.returncode == 0 else None


def install(required: list[str], welcome: list[str]) -> str | None:
    """Install packages by apt; what the user has to do when the `required` ones cannot be had."""
    as_root = privilege()
    if as_root is None:
        return instructions(required)
    print("Installing system packages:", *required, *welcome, flush=True)
    # The package lists may be absent or name what the mirror no longer holds: they are renewed only then.
    if apt_get(as_root, required + welcome) or apt_get(as_root, required + welcome, renew=True):
        return None
    if not required:
        print("They cannot be had; the tests do without them.", flush=True)
        return None
    return None if welcome and apt_get(as_root, required) else instructions(required)


def apt_get(as_root: list[str], packages: list[str], *, renew: bool = False) -> bool:
    """Whether apt-get could install the packages, after fetching new package lists when told to `renew`."""
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    commands = [[*apt, "install", "-y", "--no-install-recommends", *packages]]
    if renew:
        commands.insert(0, [*apt, "update"])
    done = [
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        for command in commands
    ]
    return done[-1].returncode == 0


def instructions(packages: list[str]) -> str:
    """What a person types; names Debian's packages where there is no apt."""
    if shutil.which("apt-get") is None:
        return "Install what your system calls these Debian packages: " + " ".join(packages)
    line = "sudo apt-get update && sudo apt-get install -y " + " ".join(packages)
    return f"System packages are missing. Type:\n\n    {line}\n"
