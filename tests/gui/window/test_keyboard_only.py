"""A residual block from an empty canvas by keys alone, through the window's own shortcuts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gui.canvas.editors.quick_add import QuickAdd
from gui.window.main_window import MainWindow


@pytest.fixture
def window(whole_window: MainWindow) -> MainWindow:
    return whole_window


SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, keys=Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, key, keys)


def type_layer(qtbot: QtBot, window: MainWindow, words: str) -> None:
    field = window.canvas.findChild(QuickAdd).findChild(QLineEdit)
    qtbot.waitUntil(field.isVisible)
    qtbot.keyClicks(field, words)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    window.canvas.setFocus()  # as the window system does when a popup closes


def test_a_residual_block_is_built_by_keys_alone(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, Qt.Key.Key_N, CONTROL)
    window.canvas.setFocus()
    press(qtbot, window, Qt.Key.Key_Tab)
    type_layer(qtbot, window, "photo")
    for words in ("conv 3x3 3", "relu", "conv 3x3 3", "sum"):
        press(qtbot, window, Qt.Key.Key_A, SHIFT)
        type_layer(qtbot, window, words)
    for _ in range(4):
        press(qtbot, window, Qt.Key.Key_Left)
    press(qtbot, window, Qt.Key.Key_W)
    for _ in range(4):
        press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_W)
    network = window.document.project.network
    kinds = [network[node_id].layer.kind for node_id in network.order]
    assert kinds == ["Input", "Conv2d", "ReLU", "Conv2d", "Add"]
    assert network[network.order[-1]].inputs == (network.order[3], network.order[0])
    assert not window.document.analysis.problems
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert len(window.document.project.network[network.order[-1]].inputs) == 1
