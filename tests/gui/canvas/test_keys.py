"""The canvas without a mouse."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from tests.gui.canvas.conftest import NO_KEYS

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_page_keys_walk_the_cards_in_the_order_of_computation_and_back(bench):
    walked = []
    for _ in range(5):
        bench.key(Qt.Key.Key_PageDown)
        walked.append(bench.selection.current)
    assert walked == ["input", "a", "b", "add", "add"]
    bench.key(Qt.Key.Key_PageUp)
    assert bench.selection.current == "b"


def test_what_lies_behind_a_card_is_not_walked(bench):
    bench.document.edit("group", lambda one: one.group(["a", "b"]).set_collapsed("group_1", True))
    walked = []
    for _ in range(3):
        bench.key(Qt.Key.Key_PageDown)
        walked.append(bench.selection.ids)
    assert walked == [{"input"}, {"a", "b"}, {"add"}]


def test_tab_leaves_the_canvas_at_once_and_selects_nothing(bench, qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    fields = [QLineEdit(), QLineEdit()]
    for widget in (fields[0], bench.view, fields[1]):
        column.addWidget(widget)
    host.resize(1100, 800)
    with qtbot.waitExposed(host):
        host.show()
    for key, keys, wanted in (
        (Qt.Key.Key_Tab, NO_KEYS, fields[1]),
        (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier, fields[0]),
    ):
        bench.view.setFocus()
        bench.key(key, keys)
        assert host.focusWidget() is wanted
    assert not bench.selection.ids
    bench.view.setParent(None)


def test_arrows_go_to_the_neighbour_that_way(bench):
    bench.selection.select({"a"})
    bench.key(Qt.Key.Key_Right)
    assert bench.selection.ids == {"b"}
    bench.key(Qt.Key.Key_Right)
    assert bench.selection.ids == {"add"}
    bench.key(Qt.Key.Key_Left)
    bench.key(Qt.Key.Key_Left)
    assert bench.selection.ids == {"a"}
    bench.key(Qt.Key.Key_Up)
    assert bench.selection.ids == {"input"}
    bench.key(Qt.Key.Key_Up)
    assert bench.selection.ids == {"input"}


def test_nudges_move_by_the_grid_and_are_one_undo_step(bench):
    bench.selection.select({"a", "b"})
    network = bench.network
    for _ in range(3):
        bench.key(Qt.Key.Key_Down, CONTROL)
    bench.key(Qt.Key.Key_Left, ALT)
    assert bench.document.project.position("a") == (248, 184)
    assert bench.document.project.position("b") == (504, 184)
    assert bench.network is network
    assert bench.document.undo_stack.count() == 1
    bench.document.undo_stack.undo()
    assert bench.document.project.position("a") == (256, 160)


def test_delete_takes_the_selected_nodes_away_and_chains_heal(bench):
    bench.selection.select({"a"})
    bench.key(Qt.Key.Key_Delete)
    assert "a" not in bench.network
    assert bench.network["b"].inputs == ("input",)
    assert ("input", "b") in bench.view.canvas_scene.edges
    bench.document.undo_stack.undo()
    bench.selection.select({"a", "b"})
    bench.key(Qt.Key.Key_Backspace)
    assert set(bench.network.nodes) == {"input", "add"}
    assert bench.network["add"].inputs == ("input",)


def test_escape_clears_the_selection(bench):
    bench.selection.select({"a"})
    bench.key(Qt.Key.Key_Escape)
    assert bench.selection.ids == frozenset()


def test_the_node_that_the_keys_are_at_wears_a_ring_while_the_canvas_has_the_focus(bench):
    bench.key(Qt.Key.Key_Right)
    item = bench.view.canvas_scene.nodes["input"]
    assert item.focused
    bench.view.clearFocus()
    assert item.selected
    assert not item.focused


def test_walking_pans_so_that_the_node_is_seen(bench):
    bench.document.edit("far", lambda project: project.move({"add": (5000.0, 900.0)}))
    bench.selection.select({"b"})
    bench.key(Qt.Key.Key_PageDown)
    assert bench.view.visible_rect.contains(bench.view.canvas_scene.nodes["add"].card)


def test_keys_that_mean_nothing_here_are_left_to_the_window(bench):
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_G, Qt.KeyboardModifier.NoModifier, "g")
    QApplication.sendEvent(bench.view, event)
    assert not event.isAccepted()


def test_assistive_tools_hear_what_is_selected(bench):
    bench.selection.select({"a"})
    interface = QAccessible.queryAccessibleInterface(bench.view)
    assert interface.text(QAccessible.Text.Name) == "Network canvas"
    assert interface.text(QAccessible.Text.Description) == "Conv 3×3 · 8 selected"


def test_a_title_is_edited_in_place(bench):
    bench.selection.select({"a"})
    bench.view.rename_selected()
    editor = bench.view.findChild(type(bench.view._title_editor))
    assert editor.isVisible()
    bench.qtbot.keyClicks(editor, "stem")
    bench.qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert bench.network["a"].name == "stem"
    assert not editor.isVisible()
    assert bench.view.hasFocus()
    bench.view.rename_selected()
    bench.qtbot.keyClicks(editor, "other")
    bench.qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert bench.network["a"].name == "stem"
