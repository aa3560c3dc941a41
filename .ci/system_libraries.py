"""The system libraries that Qt needs and a bare machine lacks: found by trying, installed by apt.

Where apt cannot be used (no root, no password-free sudo), the line to type is given instead.
The standard library alone is used: this runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

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


def ensure_libraries(purpose: str) -> str | None:
    """Install what `purpose` ("run", "test" or "check") lacks; what the user has to do instead, or None."""
    if not sys.platform.startswith("linux"):
        return None
    required = [] if purpose == "check" else missing_packages(purpose)
    welcome = [] if purpose != "test" else missing_test_tools()
    if not required and not (welcome and can_use_apt()):
        return None
    return install(required, welcome)


def missing_packages(purpose: str) -> list[str]:
    """The Debian packages of the libraries that do not load."""
    libraries = {**OFFSCREEN, **WINDOW} if purpose == "run" else OFFSCREEN
    return [package for file, package in libraries.items() if not loads(file)]


def missing_test_tools() -> list[str]:
    """The Debian packages that let tests open a real window, as far as they are missing."""
    tools = [package for command, package in WINDOW_TEST_TOOLS.items() if shutil.which(command) is None]
    return tools + [package for file, package in WINDOW.items() if not loads(file)]


def loads(file: str) -> bool:
    """Whether the dynamic linker finds the library `file`."""
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def can_use_apt() -> bool:
    """Whether packages can be installed without asking anybody for a password."""
    return shutil.which("apt-get") is not None and privilege() is not None


def privilege() -> list[str] | None:
    """The words before a command that make it run as root; None where that needs a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    sudo = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if sudo.returncode == 0 else None


def install(required: list[str], welcome: list[str] | None = None) -> str | None:
    """Install packages by apt; a message with the line to type when the `required` ones cannot be had."""
    packages = required + (welcome or [])
    if not can_use_apt():
        return instructions(required)
    print("Installing", *packages, flush=True)
    apt = [*(privilege() or []), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    get = [*apt, "install", "-y", "--no-install-recommends", *packages]
    # The package lists may be absent or too old to name what the mirror still holds: renew them only then.
    for attempt in (get, [*apt, "update"], get):
        done = subprocess.run(attempt, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        if attempt is get and done.returncode == 0:
            return None
    if not required:
        print("These could not be installed; tests do without them.", flush=True)
        return None
    return instructions(required)


def instructions(packages: list[str]) -> str:
    """What a person without password-free sudo types; names Debian's packages where there is no apt."""
    if shutil.which("apt-get") is None:
        return "Install what your system calls these Debian packages: " + " ".join(packages)
    return "System packages are missing. Type:\n\n    sudo apt-get install -y " + " ".join(packages)
