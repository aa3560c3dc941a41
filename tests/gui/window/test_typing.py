"""What is on the screen is the document: keys that belong to the program reach it from every field."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

import presets
from engine.errors import NetworkError
from engine.formats import read_project
from engine.layers import layer_kinds
from engine.layers.convolution import Conv2d
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.weights_panel.kernel_table import KernelTable
from gui.widgets.settings.number_box import NumberBox
from gui.window.main_window import MainWindow
from tests.gui.window.conftest import Silent

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def each_kind() -> Iterator[Project]:
    """Every entry of the palette, unconnected, a few at a time: an edit looks for ways out of all."""
    entries = [entry for kind in layer_kinds().values() for entry in kind.palette()]
    for first in range(0, len(entries), 6):
        nodes = (Node(id=f"n{at}", layer=entry.layer) for at, entry in enumerate(entries[first : first + 6]))
        yield Project(network=Network(nodes))


def field_text(field: QWidget) -> str:
    if isinstance(field, NumberBox):
        return field.lineEdit().text()
    assert isinstance(field, QLineEdit)
    return field.text()


def type_over(qtbot: QtBot, field: QWidget, text: str) -> None:
    """Select all, and type."""
    field.setFocus()
    assert field.hasFocus()
    field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, text)


def another(box: NumberBox) -> str:
    """A number that the box takes and does not show."""
    for candidate in (3, 5, 1, 2, 0, 0.25):
        if box._minimum <= candidate <= box._maximum and candidate != box.value:
            return f"{candidate:g}"
    raise AssertionError("no other number")


def undo_in_fields_of(qtbot: QtBot, window: MainWindow, node_id: str) -> int:
    """Type into all fields of a node, and undo and redo from there; how many took what was typed."""
    window.selection.select([node_id])
    QApplication.processEvents()
    fields: list[QWidget] = [window.inspector.name_field]
    fields += [box for box in window.inspector.form.findChildren(NumberBox) if box.isVisible()]
    tried = 0
    for field in fields:
        before, shown = window.document.project, field_text(field)
        type_over(qtbot, field, another(field) if isinstance(field, NumberBox) else "stem")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        if window.document.project is before:
            continue  # the engine refused it, as it may: no setting stands alone
        tried += 1
        after = window.document.project
        qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
        assert window.document.project is before, (node_id, field.accessibleName())
        assert field_text(field) == shown
        qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL | SHIFT)
        assert window.document.project is after
        qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
        qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)  # one too many: there is nothing to undo
        assert (window.document.project, field_text(field)) == (before, shown)
    return tried


def test_undo_undoes_the_document_from_every_field_of_the_inspector(
    qtbot: QtBot, whole_window: MainWindow
) -> None:
    window = whole_window
    window.inspector.show_more(True)
    tried = 0
    for project in each_kind():
        window.document.replace(project)
        tried += sum(undo_in_fields_of(qtbot, window, node_id) for node_id in project.network.nodes)
    assert tried > 60


@dataclass
class Place:
    """A field in which something is typed that is not entered yet."""

    field: Callable[[MainWindow], QWidget]
    text: str
    shown: Callable[[Project], Any]
    """What the document says of it."""
    value: Any


def channels(window: MainWindow) -> QWidget:
    window.selection.select(["c1"])
    return window.inspector.row("out_channels").findChildren(NumberBox)[0]


def name(window: MainWindow) -> QWidget:
    window.selection.select(["c1"])
    return window.inspector.name_field


def title(window: MainWindow) -> QWidget:
    window.canvas.setFocus()
    window.selection.select(["c1"])
    window.canvas.rename_selected()
    field = window.focusWidget()
    assert field is not None
    return field


def note(window: MainWindow) -> QWidget:
    window.canvas.setFocus()
    window.canvas.drawn.add_note(QPointF(0, 0))
    field = window.focusWidget()
    assert isinstance(field, QPlainTextEdit)
    return field


PLACES = {
    "channels": Place(channels, "7*11", lambda project: project.network["c1"].layer.out_channels, 77),
    "name": Place(name, "stem", lambda project: project.network["c1"].name, "stem"),
    "title": Place(title, "stem", lambda project: project.network["c1"].name, "stem"),
    "note": Place(
        note, "a note", lambda project: [one.text for one in project.text_notes.values()], ["a note"]
    ),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_save_takes_over_what_is_typed(
    qtbot: QtBot, whole_window: MainWindow, dialogs: Silent, tmp_path: Path, place: Place
) -> None:
    window, path = whole_window, tmp_path / "net.onebyone"
    dialogs.path = path
    window.actions_by_name["save"].trigger()
    field = place.field(window)
    type_over(qtbot, field, place.text)
    assert place.shown(window.document.project) != place.value
    qtbot.keyClick(field, Qt.Key.Key_S, CONTROL)
    assert place.shown(read_project(path)) == place.value
    assert place.shown(window.document.project) == place.value
    assert not window.isWindowModified()


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("how", ["quit", "close", "open"])
def test_what_is_typed_is_not_left_without_a_question(
    qtbot: QtBot, whole_window: MainWindow, dialogs: Silent, tmp_path: Path, place: Place, how: str
) -> None:
    window, path = whole_window, tmp_path / "net.onebyone"
    dialogs.path = path
    window.actions_by_name["save"].trigger()
    dialogs.answer = "cancel"
    dialogs.asked.clear()
    field = place.field(window)
    type_over(qtbot, field, place.text)
    if how == "quit":
        qtbot.keyClick(field, Qt.Key.Key_Q, CONTROL)
    elif how == "close":
        window.close()
    else:
        window.files.open_path(path)
    assert dialogs.asked == ["save net"]
    assert window.isVisible()
    assert place.shown(window.document.project) == place.value


@pytest.mark.parametrize("action", ["save", "quit", "undo"])
def test_what_is_no_value_is_refused_in_words_and_nothing_is_done(
    qtbot: QtBot, whole_window: MainWindow, dialogs: Silent, tmp_path: Path, action: str
) -> None:
    window, path = whole_window, tmp_path / "net.onebyone"
    dialogs.path = path
    window.actions_by_name["save"].trigger()
    window.document.edit("Rename", lambda project: project.rename("c1", "first"))
    before, written = window.document.project, path.read_bytes()
    field = channels(window)
    for text in ("12.5", "0", "1e9", "-5", " ", "12abc", "1,000", "1/0"):
        window.notice.clear()
        type_over(qtbot, field, text)
        window.actions_by_name[action].trigger()
        assert window.document.project is before
        assert path.read_bytes() == written
        assert window.isVisible()
        assert window.notice.text
        assert text.strip() in window.notice.text
        assert field_text(field) == "6"
        assert window.inspector.row("out_channels").remark.text


def test_what_the_document_refuses_is_not_saved_as_if_it_had_been_taken(
    qtbot: QtBot, whole_window: MainWindow, dialogs: Silent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = whole_window
    dialogs.path = tmp_path / "net.onebyone"
    field = channels(window)

    def refuse(*_: object, **__: object) -> None:
        raise NetworkError("nine is no number of channels")

    type_over(qtbot, field, "9")
    monkeypatch.setattr(Conv2d, "replace", refuse)
    window.actions_by_name["save"].trigger()
    assert not dialogs.path.exists()
    assert "Nine is no number" in window.notice.text
    assert field_text(field) == "6"


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_esc_takes_back_what_is_typed(qtbot: QtBot, whole_window: MainWindow, place: Place) -> None:
    window = whole_window
    field = place.field(window)
    before = window.document.project
    type_over(qtbot, field, place.text)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert place.shown(window.document.project) == place.shown(before)
    window.canvas.setFocus()
    QApplication.processEvents()
    assert place.shown(window.document.project) == place.shown(before)
    if field.isVisible():
        assert field_text(field) in ("6", "")


def test_a_number_can_be_worked_out_in_every_field(qtbot: QtBot, whole_window: MainWindow) -> None:
    field = channels(whole_window)
    type_over(qtbot, field, "64*2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert whole_window.document.project.network["c1"].layer.out_channels == 128  # type: ignore[attr-defined]


def test_undo_reaches_the_document_from_the_search_of_the_palette(
    qtbot: QtBot, whole_window: MainWindow
) -> None:
    window = whole_window
    search = window.palette_panel.search
    search.setFocus()
    qtbot.keyClicks(search, "conv")
    before = window.document.project
    window.document.edit("Rename", lambda project: project.rename("c1", "first"))
    qtbot.keyClick(search, Qt.Key.Key_Z, CONTROL)
    assert window.document.project is before
    assert search.text() == "conv"


def test_a_weight_typed_into_its_cell_is_taken_over(qtbot: QtBot, whole_window: MainWindow) -> None:
    window = whole_window
    entered: list[float] = []
    table = KernelTable(window.appearance)
    qtbot.addWidget(table)
    table.value_edited.connect(lambda _row, _column, value, _sweep: entered.append(value))
    table.show_values(np.full((2, 2), 1 / 3, np.float32), "row", "column")
    table.show()
    table.activateWindow()
    qtbot.waitUntil(table.isActiveWindow)
    for text, expected in (("1/4", [0.25]), ("oops", []), ("0.333333", []), ("2e6", [])):
        entered.clear()
        table.setCurrentIndex(table.matrix.index(0, 0))
        table.edit(table.currentIndex())
        field = table.focusWidget()
        assert isinstance(field, QLineEdit)
        type_over(qtbot, field, text)
        window.actions_by_name["fit_all"].trigger()  # any command
        assert entered == expected, text


def test_what_is_opened_after_restored_work_is_clean(whole_window: MainWindow) -> None:
    document = whole_window.document
    document.restore(presets.load("lenet5").project, None, "")
    assert not document.is_clean
    document.replace(Project())
    assert document.is_clean
    assert not whole_window.isWindowModified()
