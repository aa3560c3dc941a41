"""The outline tree: it mirrors the canvas, leads and follows the selection, and can be read out."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit

from engine.layers.convolution import Conv2d
from engine.layout.card_rects import shown_places
from gui.panels.outline import OutlinePanel

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def panel(qtbot, document, selection, appearance):
    document.edit("group", lambda project: project.group(["a", "b"], "Branch"))
    made = OutlinePanel(document, selection, appearance)
    qtbot.addWidget(made)
    made.resize(220, 400)
    with qtbot.waitExposed(made):
        made.show()
    return made


def rows(panel, parent=None):
    """Captions as they are nested: [("Group", [("a", [])])]."""
    model = panel.model
    index = QModelIndex() if parent is None else parent
    found = []
    for row in range(model.rowCount(index)):
        child = model.index(row, 0, index)
        found.append((child.data(), rows(panel, child)))
    return found


def index(panel, item_id):
    return panel.model.index_of(item_id)


def test_groups_are_branches_and_layers_stand_in_order(panel):
    assert rows(panel) == [
        ("Input", []),
        ("Branch", [("Conv 3×3 · 16", []), ("Conv 3×3 · 4", [])]),
    ]
    assert panel.model.parent(index(panel, "b")) == index(panel, "group_1")
    assert not panel.model.parent(index(panel, "input")).isValid()


def test_selecting_a_row_selects_the_layer_or_the_whole_group(panel, selection):
    panel.tree.setCurrentIndex(index(panel, "b"))
    assert selection.ids == {"b"}
    panel.tree.setCurrentIndex(index(panel, "group_1"))
    assert selection.ids == {"a", "b"}


def test_the_rows_follow_what_is_selected_elsewhere(panel, selection):
    selection.select({"b"})
    assert [panel.model.id_at(selectedrow) for selectedrow in panel.tree.selectionModel().selectedRows()] == [
        "b"
    ]
    selection.select({"a", "b", "input"})
    assert {panel.model.id_at(selectedrow) for selectedrow in panel.tree.selectionModel().selectedRows()} == {
        "group_1",
        "input",
    }
    assert selection.ids == {"a", "b", "input"}
    selection.select(())
    assert not panel.tree.selectionModel().selectedRows()


def test_selecting_what_is_hidden_opens_no_branch(panel, selection, document):
    panel.tree.collapse(index(panel, "group_1"))
    selection.select({"b"})
    assert not panel.tree.isExpanded(index(panel, "group_1"))
    assert document.project.groups["group_1"].collapsed
    assert panel.model.id_at(panel.tree.currentIndex()) == "group_1"
    assert selection.ids == {"b"}


def test_choosing_here_asks_the_canvas_to_show_it(panel, qtbot):
    with qtbot.waitSignal(panel.revealed):
        panel.tree.setCurrentIndex(index(panel, "a"))


def test_closing_a_branch_collapses_the_group_on_the_canvas_and_opening_expands_it(panel, document):
    assert panel.tree.isExpanded(index(panel, "group_1"))
    panel.tree.collapse(index(panel, "group_1"))
    assert document.project.groups["group_1"].collapsed
    assert set(shown_places(document.project)) == {"input", "group_1"}
    panel.tree.expand(index(panel, "group_1"))
    assert not document.project.groups["group_1"].collapsed
    document.undo_stack.undo()
    assert not panel.tree.isExpanded(index(panel, "group_1"))
    assert document.project.groups["group_1"].collapsed


def test_the_keyboard_walks_opens_renames_and_deletes(panel, qtbot, document, selection):
    tree = panel.tree
    tree.setFocus()
    tree.setCurrentIndex(index(panel, "input"))
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert selection.ids == {"a", "b"}
    qtbot.keyClick(tree, Qt.Key.Key_Left)
    assert document.project.groups["group_1"].collapsed
    qtbot.keyClick(tree, Qt.Key.Key_Right)
    qtbot.keyClick(tree, Qt.Key.Key_Right)
    assert selection.ids == {"a"}
    qtbot.keyClick(tree, Qt.Key.Key_F2)
    editor = tree.findChild(QLineEdit)
    assert editor is not None
    editor.setText("stem")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.project.network["a"].name == "stem")
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert "a" not in document.project.network
    assert rows(panel) == [("Input", []), ("Branch", [("Conv 3×3 · 4", [])])]


def test_a_group_is_renamed(panel, document):
    panel.model.setData(index(panel, "group_1"), "Other")
    assert document.project.groups["group_1"].title == "Other"
    assert index(panel, "group_1").data() == "Other"


def test_the_search_shows_what_is_found_and_the_groups_around_it(panel, qtbot, document, selection):
    panel.tree.collapse(index(panel, "group_1"))
    steps = document.undo_stack.count()
    panel.search.setText("3x3 16")
    assert rows(panel) == [("Branch", [("Conv 3×3 · 16", [])])]
    assert panel.tree.isExpanded(index(panel, "group_1"))
    assert document.undo_stack.count() == steps
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    assert selection.ids == {"a"}
    panel.search.setText("zebra")
    assert rows(panel) == []
    assert "“zebra”" in panel.nothing.text()
    assert panel.nothing.isVisible()
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert len(rows(panel)) == 2
    assert document.project.groups["group_1"].collapsed


def test_a_screen_reader_hears_what_each_row_is(panel, document):
    assert index(panel, "a").data(SPOKEN) == "Conv 3×3 · 16, output 16×8×8"
    assert index(panel, "group_1").data(SPOKEN) == "Group Branch, 2 layers, expanded"
    document.edit("break", lambda one: one.replace_layer("b", Conv2d(groups=5)))
    assert "groups=5 does not divide" in index(panel, "b").data(SPOKEN)
    found = QAccessible.queryAccessibleInterface(panel.tree)
    assert found.text(QAccessible.Text.Name) == "Outline of the network"
    assert found.role() == QAccessible.Role.Tree
    names = {found.child(number).text(QAccessible.Text.Name) for number in range(found.childCount())}
    assert "Conv 3×3 · 16, output 16×8×8" in names


def test_an_edit_of_settings_leaves_the_rows_where_they_are(panel, document):
    kept = index(panel, "a")
    document.edit("wider", lambda one: one.replace_layer("a", Conv2d(out_channels=99)))
    assert kept.data() == "Conv 3×3 · 99"
    assert panel.tree.isExpanded(index(panel, "group_1"))


def test_a_hidden_panel_costs_nothing_and_catches_up(panel, document):
    panel.hide()
    document.edit("Delete", lambda one: one.remove("b"))
    assert len(rows(panel)[1][1]) == 2
    panel.show()
    assert len(rows(panel)[1][1]) == 1


def test_the_theme_reaches_the_icons(panel, appearance):
    before = panel.model.data(index(panel, "a"), Qt.ItemDataRole.DecorationRole).cacheKey()
    appearance.use("dark")
    assert panel.model.data(index(panel, "a"), Qt.ItemDataRole.DecorationRole).cacheKey() != before
