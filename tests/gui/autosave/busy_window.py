"""Edits and saves until it is killed; run by `test_kill.py`.

Usage: python busy_window.py PROJECT.onebyone FOLDER INTERVAL_MS SEED

Each edit names the first node by a serial number; every edit is reported on standard output, with the
time, before the next thing is done.
"""

import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import presets
from gui.autosave.autosave import Autosave
from gui.session.document import Document


def main(path: Path, folder: Path, interval_ms: int, seed: int) -> None:
    """Never returns."""
    application = QApplication([])
    chance = random.Random(seed)
    document = Document(presets.load("inception_3a").project)
    keeper = Autosave(document, folder)
    keeper.interval_ms = interval_ms
    document.save(path)
    serial = 0

    def act() -> None:
        nonlocal serial
        if chance.random() < (0.02 if seed % 2 else 0.0005):  # others hardly ever save: theirs is all kept
            print("save", serial, time.time(), flush=True)
            document.save(path)
            print("saved", serial, time.time(), flush=True)
        else:
            serial += 1
            document.edit("Name", lambda project: project.rename("input", str(serial)))
            print("edit", serial, time.time(), flush=True)
        QTimer.singleShot(chance.choice((0, 0, 5, 20)), act)

    print("begin", 0, time.time(), flush=True)
    act()
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
