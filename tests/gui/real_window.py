"""Drives the program in a real X window with a real mouse and keyboard; run by `test_real_window.py`.

Usage: python real_window.py PROJECT.onebyone PHOTOGRAPH SCREENSHOT.png

The window's own process only tells where things are; what happens there comes from xdotool, through the
X server, as from a person's hand. Prints one line of JSON about what came of it.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from gui.commands.networks import find_network
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow


def hand(*steps: str) -> None:
    """Do these steps with the mouse and keyboard while the window goes on serving events."""

    def act() -> None:
        for step in steps:
            subprocess.run(["xdotool", *step.split()], check=True)
            time.sleep(0.05)

    thread = threading.Thread(target=act)
    thread.start()
    wait(lambda: not thread.is_alive())
    thread.join()


def wait(ready: Callable[[], bool], seconds: float = 60) -> None:
    """Serve events until ready; `TimeoutError` names where it hung."""
    loop = QEventLoop()
    until = time.monotonic() + seconds
    poll = QTimer()
    poll.setInterval(20)
    poll.timeout.connect(lambda: loop.quit() if ready() or time.monotonic() > until else None)
    poll.start()
    if not ready():
        loop.exec()
    poll.stop()
    if not ready():
        raise TimeoutError(f"not ready after {seconds} s")


def at(widget: QWidget, point: QPoint) -> str:
    """Screen coordinates of a point of the widget, as xdotool takes them."""
    there = widget.mapToGlobal(point) * widget.devicePixelRatio()
    return f"{there.x()} {there.y()}"


def main(project: str, photograph: str, screenshot: str) -> None:
    """Open the window, use it, and leave nothing running."""
    application = QApplication([])
    try:
        drive(application, project, photograph, screenshot)
    finally:
        for window in application.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.compute.close()


def drive(application: QApplication, project: str, photograph: str, screenshot: str) -> None:
    """Drag, look at a photograph, save, delete, undo."""
    window = MainWindow(find_network(project).project, Appearance(application), Settings())
    window.document.replace(window.document.project, Path(project))
    finished: list[object] = []
    window.compute.run_finished.connect(finished.append)
    window.show()
    window.move(0, 0)
    wait(lambda: bool(finished))

    offers = window.palette_panel.list
    row = next(i for i in range(offers.count()) if offers.item(i).text() == "Conv 1×1")
    source = at(offers.viewport(), offers.visualItemRect(offers.item(row)).center())
    view = window.canvas.viewport()
    target = at(view, QPoint(view.width() // 2, view.height() - 40))
    nodes = set(window.document.project.network.nodes)
    hand(
        f"mousemove {source}",
        "mousedown 1",
        "mousemove_relative 0 12",
        f"mousemove {target}",
        "mousemove_relative -- 3 3",
        "mouseup 1",
    )
    wait(lambda: len(window.document.project.network) == len(nodes) + 1)
    dropped = (set(window.document.project.network.nodes) - nodes).pop()

    finished.clear()
    window.compute.open_photograph(photograph)
    wait(lambda: bool(finished) and window.document.project.image == photograph)
    window.grab().save(screenshot)

    hand("key ctrl+s")
    wait(lambda: window.document.is_clean)
    hand("key Delete")
    wait(lambda: dropped not in window.document.project.network)
    hand("key ctrl+z")
    wait(lambda: dropped in window.document.project.network)
    window.document.undo_stack.setClean()
    window.close()
    print(json.dumps({"dropped": dropped, "kind": "Conv2d", "platform": application.platformName()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
