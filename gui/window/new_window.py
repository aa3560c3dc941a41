"""Another window of the program, as another process of its own."""

import sys

from PySide6.QtCore import QProcess, QProcessEnvironment

from engine.own_process import own_command, own_environment


def open_window(*arguments: str) -> bool:
    """Start the program once more with these command-line arguments; whether it was started.

    It belongs to nobody: it outlives this process, and Ctrl-C in this one's terminal does not reach it.
    """
    process = QProcess()
    if getattr(sys, "frozen", False):
        process.setProgram(sys.executable)
        process.setArguments([*arguments])
    else:
        program, *own = own_command("-m", "gui", *arguments)
        process.setProgram(program)
        process.setArguments(own)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", own_environment()["PYTHONPATH"])
        process.setProcessEnvironment(environment)
    started = process.startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)
