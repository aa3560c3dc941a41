"""Opens the window as `python -m gui` does, and says when it was painted and when its maps were there.

`test_opening_speed` runs it, each time in a process of its own. The moments are those of the monotonic
clock, which all processes share.
"""

import json
import sys
import time

from gui.__main__ import main  # first, as in the program: it sets the stage for numpy

# isort: split
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class WatchingApplication(QApplication):
    """Notes what happens in the window that is open when the event loop begins, and ends with its maps."""

    def exec(self) -> int:
        """Watch the canvas and the worker of the window."""
        self.moments: dict[str, float] = {}
        self.window = next(
            toplevelwidget
            for toplevelwidget in self.topLevelWidgets()
            if isinstance(toplevelwidget, QMainWindow)
        )
        self.window.canvas.viewport().installEventFilter(self)
        self.window.compute.run_finished.connect(self.on_maps)
        return QApplication.exec()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first paint: all that is painted with it is on the screen once the event loop goes on."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, lambda: self.moments.update(painted=time.monotonic()))
        return False

    def on_maps(self) -> None:
        """All maps of the network are there."""
        self.moments.update(maps=time.monotonic())
        QTimer.singleShot(0, self.window, self.window.close)


if __name__ == "__main__":
    application = WatchingApplication(sys.argv[:1])
    status = main([])
    print(json.dumps(application.moments))
    sys.exit(status)
