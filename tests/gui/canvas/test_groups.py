"""Groups on the canvas: one card or an outline, opened and closed in place, grabbed by card or title."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from engine.layers.convolution import Conv2d
from engine.layout.card_rects import shown_places
from engine.layout.layout import CARD
from gui.canvas.items.card import CardContent
from gui.canvas.items.group_picture import GroupPicture
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def grouped(bench, *, collapsed=True):
    """a and b in a group, which has been looked at; its id."""
    bench.document.edit("group", lambda project: project.group(["a", "b"], "Branch"))
    if collapsed:
        bench.view.drawn.toggle("group_1")
    bench.document.replace(bench.document.project)
    bench.selection.select(())
    return "group_1"


def title(bench, group_id="group_1"):
    """A point on the title of an expanded group."""
    rect = bench.view.canvas_scene.outlines.items[group_id].title_rect
    return bench.view.mapFromScene(rect.center())


def items(bench):
    return set(bench.view.canvas_scene.nodes), set(bench.view.canvas_scene.edges)


def test_cards_are_as_large_as_the_layout_thinks():
    assert CARD == (CARD_WIDTH, CARD_HEIGHT)


def test_a_collapsed_group_is_one_card_with_its_totals_and_its_wires(bench):
    group_id = grouped(bench)
    assert items(bench) == (
        {"input", group_id, "add"},
        {("input", group_id), ("input", "add"), (group_id, "add")},
    )
    content = bench.view.canvas_scene.nodes[group_id].content
    layers = bench.document.analysis.layers
    assert content.title == "Branch"
    parameters = layers["a"].parameters + layers["b"].parameters
    assert content.detail.split("\n")[:2] == ["2 layers", f"{parameters} parameters"]
    assert content.share == pytest.approx(1.0)
    assert content.parts == (("convolution", 1.0),)


def test_the_map_of_its_last_layer_stands_for_a_group(bench):
    group_id = grouped(bench)
    bench.compute.deliver("b", (200, 0, 0))
    assert bench.view.canvas_scene.nodes[group_id]._thumbnail is not None
    bench.view.drawn.toggle(group_id)
    bench.view.drawn.toggle(group_id)
    assert bench.view.canvas_scene.nodes[group_id]._thumbnail is not None


def test_ctrl_g_makes_a_group_and_asks_for_its_title(bench):
    bench.selection.select({"a", "b"})
    bench.view.drawn.group()
    editor = bench.view.drawn.editor
    assert editor.isVisible()
    editor.setPlainText("My branch")
    bench.qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert bench.document.project.groups["group_1"].title == "My branch"
    assert set(bench.view.canvas_scene.outlines.items) == {"group_1"}
    bench.document.undo_stack.undo()
    bench.document.undo_stack.undo()
    assert not bench.document.project.groups
    assert not bench.view.canvas_scene.outlines.items


def test_a_double_click_on_the_card_opens_it_and_one_on_the_title_closes_it(bench):
    group_id = grouped(bench)
    before = bench.document.project
    bench.qtbot.mouseDClick(bench.view.viewport(), Qt.MouseButton.LeftButton, pos=bench.card(group_id))
    assert not bench.document.project.groups[group_id].collapsed
    assert items(bench)[0] == {"input", "a", "b", "add"}
    bench.view.fit_all()
    bench.qtbot.mouseDClick(bench.view.viewport(), Qt.MouseButton.LeftButton, pos=title(bench))
    assert shown_places(bench.document.project) == shown_places(before)


def test_what_was_selected_stays_so_when_a_group_opens(bench):
    group_id = grouped(bench)
    bench.click(bench.card(group_id))
    bench.view.drawn.toggle(group_id)
    scene = bench.view.canvas_scene
    assert scene.outlines.items[group_id].selected
    assert scene.nodes["a"].selected
    bench.view.drawn.toggle(group_id)
    assert scene.nodes[group_id].selected


def test_a_press_on_the_card_selects_all_that_lies_in_it_and_a_drag_moves_it(bench):
    group_id = grouped(bench)
    start = bench.card(group_id)
    bench.click(start)
    assert bench.selection.ids == {"a", "b"}
    assert bench.view.canvas_scene.nodes[group_id].selected
    x, y = bench.document.project.position(group_id)
    bench.drag(start, start + QPoint(48, 160))
    assert bench.document.project.position(group_id) == (x + 48, y + 160)
    assert bench.document.undo_stack.count() == 1
    bench.document.undo_stack.undo()
    assert bench.document.project.position(group_id) == (x, y)


def test_a_layer_selected_behind_a_card_rings_it(bench):
    group_id = grouped(bench)
    bench.selection.select({"a"})
    item = bench.view.canvas_scene.nodes[group_id]
    assert (item.selected, item.focused) == (False, True)
    bench.selection.select({"add"})
    assert not item.focused


def test_a_long_title_keeps_its_count(bench):
    look = bench.view.canvas_scene.look
    content = CardContent(
        title="Inverted residual · 160 ×12", detail="", role="merge", parts=(("merge", 1.0),), count=12
    )
    assert GroupPicture(content, look).title.endswith("… ×12")


def test_shift_and_ctrl_clicks_add_and_toggle_whole_groups(bench):
    group_id = grouped(bench)
    bench.click(bench.card("add"))
    bench.click(bench.card(group_id), SHIFT)
    assert bench.selection.ids == {"a", "b", "add"}
    bench.click(bench.card(group_id), CONTROL)
    assert bench.selection.ids == {"add"}


def test_a_band_over_a_group_selects_what_lies_in_it(bench):
    grouped(bench)
    card = bench.card("group_1")
    bench.drag(card + QPoint(-100, 80), card + QPoint(60, -10))
    assert bench.selection.ids == {"a", "b"}


def test_the_title_moves_an_expanded_group(bench):
    grouped(bench, collapsed=False)
    bench.view.fit_all()
    bench.view.set_zoom(0.75)
    before = shown_places(bench.document.project)
    bench.drag(title(bench), title(bench) + QPoint(0, 120))
    after = shown_places(bench.document.project)
    assert bench.selection.ids == {"a", "b"}
    assert after["a"][1] - before["a"][1] == after["b"][1] - before["b"][1] > 100
    assert after["add"] == before["add"]


def test_a_group_is_renamed_by_f2(bench):
    group_id = grouped(bench)
    bench.click(bench.card(group_id))
    bench.view.rename_selected()
    bench.view.drawn.editor.setPlainText("Other")
    bench.qtbot.keyClick(bench.view.drawn.editor, Qt.Key.Key_Return)
    assert bench.document.project.groups[group_id].title == "Other"
    assert bench.view.canvas_scene.nodes[group_id].content.title == "Other"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
@pytest.mark.parametrize("what", ["a", "group_1"])
def test_a_written_title_gives_the_focus_back_and_asks_for_nothing(bench, what, key):
    """Over empty canvas Tab asks for a layer; an editor that goes is no Tab."""
    grouped(bench, collapsed=False)
    bench.move(QPoint(30, 30))
    bench.move(QPoint(40, 40))
    assert bench.view.mouse.is_over_nothing
    bench.selection.select({what})
    bench.view.rename_selected()
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit | QPlainTextEdit)
    bench.qtbot.keyClick(editor, key)
    assert QApplication.activePopupWidget() is None
    assert not editor.isVisible()
    assert bench.view.hasFocus()


def test_ungrouping_a_card_shows_its_layers_where_they_fit(bench):
    group_id = grouped(bench)
    bench.click(bench.card(group_id))
    bench.view.drawn.ungroup()
    assert not bench.document.project.groups
    assert items(bench)[0] == {"input", "a", "b", "add"}
    assert bench.document.undo_stack.count() == 1


def test_commands_without_a_group_say_what_they_need(bench):
    bench.selection.select({"a"})
    for command in (bench.view.drawn.ungroup, bench.view.drawn.toggle_selected):
        command()
        assert "Select a group" in bench.view.said
    bench.view.drawn.fold_repeats()
    assert "no equal groups" in bench.view.said
    bench.selection.select(())
    bench.view.drawn.group()
    assert "select the layers" in bench.refused[-1]
    assert bench.document.undo_stack.count() == 0


def test_what_lies_behind_a_card_is_not_renamed_and_that_is_said(bench):
    bench.selection.select({"a"})
    bench.document.edit("group", lambda one: one.group(["a", "b"]).set_collapsed("group_1", True))
    bench.view.rename_selected()
    assert "the layer lies in it" in bench.view.said


def test_a_layer_dropped_on_a_wire_into_a_group_goes_into_the_wire_behind_it(bench):
    group_id = grouped(bench)
    bench.drop(Conv2d(out_channels=3), bench.wire("input", group_id))
    (made,) = bench.selection.ids
    assert bench.network["a"].inputs == (made,)
    assert bench.network[made].inputs == ("input",)


def test_a_wire_that_stands_for_several_is_deleted_with_all_of_them(bench):
    bench.document.edit("group", lambda one: one.group(["add", "a"], "Ends").set_collapsed("group_1", True))
    bench.view.canvas_scene.select_edge(("input", "group_1"))
    bench.view.delete_selected()
    assert bench.network["a"].inputs == ()
    assert bench.network["add"].inputs == ("b",)


def test_deleting_copying_and_pasting_a_card_means_all_that_lies_in_it(bench):
    group_id = grouped(bench)
    bench.click(bench.card(group_id))
    bench.view.commands.copy()
    assert '"collapsed": true' in QGuiApplication.clipboard().text()
    bench.view.delete_selected()
    assert set(bench.network.nodes) == {"input", "add"}
    assert not bench.document.project.groups
    bench.view.paste()
    groups = bench.document.project.groups
    assert [(group.title, group.collapsed) for group in groups.values()] == [("Branch", True)]
    assert len(bench.network) == 4


def test_arrows_and_tab_walk_over_cards(bench):
    group_id = grouped(bench)
    bench.document.edit("move", lambda one: one.move({group_id: (256.0, 0.0), "add": (512.0, 0.0)}))
    bench.selection.select({"input"})
    bench.view.setFocus()
    bench.key(Qt.Key.Key_Right)
    assert bench.selection.ids == {"a", "b"}
    bench.key(Qt.Key.Key_Right)
    assert bench.selection.ids == {"add"}
    bench.key(Qt.Key.Key_Left)
    assert bench.selection.ids == {"a", "b"}


def test_everything_closes_and_opens_at_once(bench):
    grouped(bench, collapsed=False)
    bench.view.drawn.set_all(True)
    assert items(bench)[0] == {"input", "group_1", "add"}
    bench.view.drawn.set_all(False)
    assert items(bench)[0] == {"input", "a", "b", "add"}
    bench.document.undo_stack.undo()
    assert items(bench)[0] == {"input", "group_1", "add"}


def test_a_turned_network_runs_down(bench):
    bench.view.drawn.turn()
    places = shown_places(bench.document.project)
    assert places["input"][1] < places["a"][1] < places["b"][1] < places["add"][1]
    assert bench.document.project.direction == "down"
    bench.view.drawn.turn()
    assert bench.document.project.direction == "right"


def test_the_theme_and_the_way_of_counting_reach_group_cards(bench):
    group_id = grouped(bench)
    bench.appearance.use("dark")
    bench.view.set_convention(replace(bench.view.canvas_scene.convention, counted="flops"))
    assert "FLOPs" in bench.view.canvas_scene.nodes[group_id].content.detail


def test_a_tooltip_tells_exact_totals(bench):
    group_id = grouped(bench)
    scene = bench.view.canvas_scene
    words = scene.cards.explanation(group_id, bench.document.analysis, scene.convention)
    assert "Branch\n2 layers\n3×16×16 → 3×16×16" in words
    assert "Receptive field 5" in words
    assert "100\N{NO-BREAK SPACE}% of the network" in words
