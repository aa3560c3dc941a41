"""What runs here and where it keeps what it keeps: for About, and for whoever is asked for help."""

import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Final

from engine.folders import cache_folder, data_folder, log_file, settings_file
from engine.own_process import ROOT
from engine.version import VERSION

_LIBRARIES: Final = ("PySide6_Essentials", "numpy", "numba", "llvmlite", "pyqtgraph", "Pillow")


def versions() -> Mapping[str, str]:
    """The program, Python, Qt, the libraries that matter, the system: name → version."""
    from PySide6.QtCore import qVersion
    from PySide6.QtGui import QGuiApplication

    found = {"OneByOne": VERSION, "Python": platform.python_version(), "Qt": qVersion()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "unknown"
    found["System"] = platform.platform()
    if QGuiApplication.instance() is not None:
        found["Windows by"] = QGuiApplication.platformName()
    return found


def places() -> Mapping[str, Path]:
    """What is kept → where; the program itself too."""
    made = {"Settings": settings_file(), "Unsaved work and pictures": data_folder()}
    with suppress(RuntimeError):  # without a home they are not kept
        made["Compiled kernels"] = cache_folder()
    program = Path(sys.executable).parent if getattr(sys, "frozen", False) else ROOT
    return {**made, "Log": log_file(), "Program": program}


def details() -> str:
    """Both as plain text, a line each."""
    lines = [f"{name}: {value}" for name, value in {**versions(), **places()}.items()]
    return "\n".join(lines) + "\n"
