"""What a window does first is to be seen: loading kernels and painting share one interpreter."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow


def test_a_window_is_painted_before_anything_is_computed(qtbot: QtBot, qapp: QApplication) -> None:
    window = MainWindow(Project(), Appearance(qapp, "light"), Settings())
    qtbot.addWidget(window)
    was_running: list[bool] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                was_running.append(window.compute.is_running)
            return False

    watch = Watch()
    window.canvas.viewport().installEventFilter(watch)
    window.show()
    qtbot.waitUntil(lambda: window.compute.is_running and bool(was_running), timeout=10_000)
    assert not was_running[0]
    window.close()
