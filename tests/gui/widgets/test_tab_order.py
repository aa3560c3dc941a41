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

import presets
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.widgets.tab_order import tab_as_read, takers
from gui.window.main_window import MainWindow

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


def items() -> list[QLayoutItem]:
    """The items of layouts that PySide keeps."""
    known = shiboken6.getAllValidWrappers()
    return [item for item in known if isinstance(item, QLayoutItem) and not isinstance(item, QLayout)]


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
    before = len(items())
    tab_as_read(panel)
    assert len(items()) == before


def test_nor_is_one_of_what_moves_within_a_layout(qtbot: QtBot, qapp: QApplication) -> None:
    """A layout that is filled before it is put into another is walked by PySide as by `itemAt`."""
    window = MainWindow(presets.load("lenet5").project, Appearance(qapp), Settings())
    qtbot.addWidget(window)
    assert window.feature_maps.switches not in [item.widget() for item in items()]
    window.close()
