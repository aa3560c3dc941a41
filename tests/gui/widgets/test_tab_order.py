"""Tab goes through a panel as it is read, and nothing stays of what was asked on the way."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.widgets.tab_order import tab_as_read, takers

AS_READ = ["first", "left", "right", "within", "second row", "beside its name", "over the row"]


def panel_of_all_layouts() -> QWidget:
    panel = QWidget()
    column, grid, inner, form = QVBoxLayout(panel), QGridLayout(), QHBoxLayout(), QFormLayout()
    column.addWidget(QPushButton("first"))
    column.addLayout(grid)
    grid.addWidget(QPushButton("second row"), 1, 0)
    grid.addWidget(QPushButton("right"), 0, 1)
    grid.addWidget(QPushButton("left"), 0, 0)
    grid.addLayout(inner, 0, 2)
    inner.addWidget(QPushButton("within"))
    column.addStretch()
    column.addLayout(form)
    form.addRow("named", QPushButton("beside its name"))
    form.addRow(QPushButton("over the row"))
    return panel


def items() -> int:
    """How many items of layouts PySide keeps."""
    known = shiboken6.getAllValidWrappers()
    return sum(isinstance(item, QLayoutItem) and not isinstance(item, QLayout) for item in known)


def test_layouts_within_layouts_are_read_row_by_row(qtbot: QtBot, qapp: QApplication) -> None:
    panel = panel_of_all_layouts()
    qtbot.addWidget(panel)
    assert [taker.text() for taker in takers(panel) if isinstance(taker, QPushButton)] == AS_READ
    tab_as_read(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    takers(panel)[0].setFocus()
    walked = []
    for _ in AS_READ:
        focused = qapp.focusWidget()
        assert isinstance(focused, QPushButton)
        walked.append(focused.text())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert walked == AS_READ


def test_no_item_of_a_layout_is_kept(qtbot: QtBot) -> None:
    """PySide keeps one as long as its layout, past its widget: then another object is taken for it."""
    panel = panel_of_all_layouts()
    qtbot.addWidget(panel)
    before = items()
    tab_as_read(panel)
    assert items() == before
