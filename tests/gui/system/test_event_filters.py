"""Event filters bear that PySide takes an object for one that stood at its address before."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget, QWidgetItem
from pytestqt.qtbot import QtBot

import gui
from gui.system.file_opener import FileOpener

FILTERS = [
    path
    for path in sorted(Path(str(gui.__file__)).parent.rglob("*.py"))
    if "def eventFilter" in path.read_text(encoding="utf-8")
]


def test_an_event_of_what_is_taken_for_a_layout_item_goes_on(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    opener = FileOpener(lambda path: None)
    assert opener.eventFilter(QWidgetItem(widget), QEvent(QEvent.Type.Paint)) is False  # type: ignore[arg-type]


@pytest.mark.parametrize("path", FILTERS, ids=lambda path: path.stem)
def test_no_filter_asks_qt_for_its_answer(path: Path) -> None:
    """`QObject.eventFilter` refuses, with a TypeError, what is no QObject; its answer is always False."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert "eventFilter" not in [attribute.attr for attribute in attributes]


def test_there_are_filters() -> None:
    assert len(FILTERS) >= 5
