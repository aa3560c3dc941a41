"""Drawing a digit: the pen's way is what the network sees, at once, and one stroke is one step back."""

from collections.abc import Iterator
from math import cos, pi, sin

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import presets
from engine.image.image_source import digits
from engine.image.sketch import is_sketch
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow

SECONDS = 20_000


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    made = MainWindow(presets.load("lenet5").project, Appearance(qapp), Settings())
    with qtbot.waitSignal(made.compute.run_finished, timeout=SECONDS):
        made.show()
    yield made
    made.document.undo_stack.setClean()
    made.close()


def three(side: int) -> list[tuple[float, float]]:
    """Points along a 3: two arcs, open to the left."""
    upper = [(0.5 + 0.17 * sin(t), 0.32 - 0.16 * cos(t)) for t in (i * pi / 12 for i in range(-6, 13))]
    lower = [(0.5 + 0.2 * sin(t), 0.66 - 0.18 * cos(t)) for t in (i * pi / 12 for i in range(0, 19))]
    return [(x * side, y * side) for x, y in upper + lower]


def stroke(qtbot: QtBot, window: MainWindow, points: list[tuple[float, float]]) -> None:
    pad = window.photograph.digit_pad.pad
    side = min(pad.width(), pad.height())
    left, top = (pad.width() - side) // 2, (pad.height() - side) // 2
    places = [QPoint(left + round(x * side), top + round(y * side)) for x, y in points]
    left_button = Qt.MouseButton.LeftButton
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        QTest.mousePress(pad, left_button, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(pad, place)
        QTest.mouseRelease(pad, left_button, pos=places[-1])
    qtbot.waitUntil(lambda: not window.compute.is_stale("softmax"), timeout=SECONDS)


def answer(window: MainWindow) -> str:
    card = window.canvas.canvas_scene.nodes["softmax"]
    assert card.answer is not None
    return card.answer.names[0]


def test_a_drawn_3_is_read_as_a_3(qtbot: QtBot, window: MainWindow) -> None:
    pad = window.photograph.digit_pad
    assert window.photograph.pages.currentWidget() is pad
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        pad.clear.click()
    before = window.document.undo_stack.count()
    stroke(qtbot, window, three(1))
    assert is_sketch(window.document.project.image)
    assert answer(window) == "3"
    assert window.document.undo_stack.count() == before + 1, "one stroke is one step"
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        window.document.undo_stack.undo()
    assert not pad.pad.ink.any()


def test_the_eraser_takes_ink_away(qtbot: QtBot, window: MainWindow) -> None:
    pad = window.photograph.digit_pad
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        pad.clear.click()
    stroke(qtbot, window, [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)])
    ink = int(pad.pad.ink.sum())
    pad.eraser.click()
    stroke(qtbot, window, [(0.5, 0.7), (0.5, 0.8)])
    assert 0 < int(pad.pad.ink.sum()) < ink


def test_twenty_real_digits_stand_beside_it(qtbot: QtBot, window: MainWindow) -> None:
    pad = window.photograph.digit_pad
    assert tuple(pad.buttons) == digits()
    for reference in ("digit:7a", "digit:0b"):
        with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
            pad.buttons[reference].click()
        assert window.document.project.image == reference
        assert answer(window) == reference[6]
        assert pad.pad.ink.any(), "one draws on from there"


def test_only_networks_that_read_ink_have_a_pad(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.photograph
    panel.draw.click()
    assert panel.pages.currentWidget() is panel.view
    panel.draw.click()
    assert panel.pages.currentWidget() is panel.digit_pad
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        window.files.open_preset("inception_3a")
    assert panel.draw.isHidden()
    assert panel.pages.currentWidget() is panel.view
