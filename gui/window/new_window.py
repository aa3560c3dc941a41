"""Another window of the program, as another process of its own."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment

import gui


def open_window(*arguments: str) -> bool:
    """Start the program once more with these command-line arguments; whether it was started.

    It belongs to nobody: it outlives this process, and Ctrl-C in this one's terminal does not reach it.
    """
    process = QProcess()
    process.setProgram(sys.executable)
    frozen = bool(getattr(sys, "frozen", False))
    process.setArguments([*([] if frozen else ["-m", "gui"]), *arguments])
    environment = QProcessEnvironment.systemEnvironment()
    if not frozen:
        here = str(Path(gui.__file__).resolve().parent.parent)
        known = environment.value("PYTHONPATH")
        environment.insert("PYTHONPATH", os.pathsep.join([here, known] if known else [here]))
    process.setProcessEnvironment(environment)
    started = process.startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)
