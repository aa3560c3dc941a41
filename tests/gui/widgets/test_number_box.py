"""Stepping a number by halves and doubles."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.widgets.settings.number_box import NumberBox

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize(
    ("start", "key", "wanted"),
    [(64, Qt.Key.Key_Up, 128), (64, Qt.Key.Key_Down, 32), (7, Qt.Key.Key_Down, 3), (1, Qt.Key.Key_Down, 1),
     (600, Qt.Key.Key_Up, 1000)],
)  # fmt: skip
def test_ctrl_and_an_arrow_double_and_halve_within_the_range(qtbot: QtBot, start, key, wanted) -> None:
    box = NumberBox(1, 1000)
    qtbot.addWidget(box)
    box.show_value(start)
    qtbot.keyClick(box, key, CONTROL)
    assert box.value == wanted


def test_doubling_goes_from_what_is_typed_and_is_one_sweep(qtbot: QtBot) -> None:
    box = NumberBox(1, 65536)
    qtbot.addWidget(box)
    box.show_value(64)
    edits = []
    box.value_edited.connect(lambda value, sweep: edits.append((value, sweep)))
    box.selectAll()
    qtbot.keyClicks(box, "3*8")
    for _ in range(2):
        qtbot.keyClick(box, Qt.Key.Key_Up, CONTROL)
    assert [value for value, _ in edits] == [24, 48, 96]
    assert edits[1][1] == edits[2][1] != ""
