"""The history shows every step, and goes to the one that is clicked."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.look.appearance import Appearance
from gui.panels.history import HistoryPanel
from gui.session.document import Document


@pytest.fixture
def panel(qtbot: QtBot, document: Document, appearance: Appearance) -> HistoryPanel:
    made = HistoryPanel(document, appearance)
    qtbot.addWidget(made)
    made.resize(200, 300)
    made.show()
    return made


def rename(document: Document, name: str, text: str = "Rename") -> None:
    assert document.edit(text, lambda project: project.rename("a", name))


def lines(panel: HistoryPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def click(qtbot: QtBot, panel: HistoryPanel, row: int) -> None:
    place = panel.list.visualRect(panel.model.index(row)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_each_step_is_a_line_and_a_click_goes_there(
    qtbot: QtBot, panel: HistoryPanel, document: Document
) -> None:
    opened = document.project
    for name in ("one", "two", "three"):
        rename(document, name, f"Call it {name}")
    assert lines(panel) == ["Opened", "Call it one", "Call it two", "Call it three"]
    assert panel.list.currentIndex().row() == 3
    click(qtbot, panel, 1)
    assert document.project.network["a"].name == "one"
    assert document.undo_stack.index() == 1
    click(qtbot, panel, 0)
    assert document.project is opened
    click(qtbot, panel, 3)
    assert document.project.network["a"].name == "three"


def test_an_edit_after_going_back_replaces_what_was_undone(
    qtbot: QtBot, panel: HistoryPanel, document: Document
) -> None:
    for name in ("one", "two"):
        rename(document, name)
    click(qtbot, panel, 0)
    rename(document, "other", "Call it other")
    assert lines(panel) == ["Opened", "Call it other"]
    assert panel.list.currentIndex().row() == 1


def test_a_sweep_is_one_line(panel: HistoryPanel, document: Document) -> None:
    for name in ("one", "two", "three"):
        document.edit("Sweep", lambda project, name=name: project.rename("a", name), merge_key="sweep")
    assert lines(panel) == ["Opened", "Sweep"]


def test_it_is_told_what_is_undone_and_what_is_saved(panel: HistoryPanel, document: Document) -> None:
    rename(document, "one")
    document.undo_stack.setClean()
    rename(document, "two")
    document.undo_stack.undo()
    assert "saved" in lines(panel)[1]
    spoken = [panel.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert spoken == ["Opened, done", "Rename, now", "Rename, undone"]


def test_another_project_begins_another_history(panel: HistoryPanel, document: Document) -> None:
    rename(document, "one")
    document.replace(document.project)
    assert lines(panel) == ["Opened"]
