"""Docks live as long as their window."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from gui.look.appearance import Appearance
from gui.window.docks.docks import Docks


def test_a_window_may_go_while_its_docks_are_seen(qapp: QApplication, qtbot: QtBot) -> None:
    window = QMainWindow()
    docks = Docks(window, Appearance(qapp))
    for title in ("One", "Other"):
        docks.add(title, Qt.DockWidgetArea.LeftDockWidgetArea, QLabel(title))
    window.show()
    qapp.processEvents()
    with qtbot.captureExceptions() as raised:
        shiboken6.delete(window)
        qapp.processEvents()
    assert raised == []
