"""The mouse on the canvas, as a user holds it. Every test looks at the document."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QToolTip

from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.project import COLUMN
from gui.canvas.editors.quick_add import QuickAdd, palette_entries

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_layer_dropped_on_empty_canvas_stands_there_unconnected_and_selected(bench):
    bench.drop(Conv2d(out_channels=5), bench.at(400, 400))
    (made,) = bench.network.nodes.keys() - {"input", "a", "b", "add"}
    assert bench.network[made].layer == Conv2d(out_channels=5)
    assert bench.network[made].inputs == ()
    assert bench.document.project.position(made) == (312, 368)  # its middle under the mouse, on the grid
    assert bench.selection.ids == {made}
    assert bench.document.undo_stack.count() == 1


def test_a_layer_dropped_on_a_card_makes_way_for_it(bench):
    bench.drop(Conv2d(out_channels=5), bench.card("a"))
    (made,) = bench.selection.ids
    card = bench.view.canvas_scene.nodes[made].card
    others = [item.card for one, item in bench.view.canvas_scene.nodes.items() if one != made]
    assert not any(card.intersects(other) for other in others)


def test_a_layer_dropped_on_a_wire_is_inserted_there_and_the_rest_makes_room(bench):
    bench.drop(Conv2d(out_channels=5), bench.wire("a", "b"))
    (made,) = bench.selection.ids
    assert bench.network["b"].inputs == (made,)
    assert bench.network[made].inputs == ("a",)
    project = bench.document.project
    assert project.position(made) == (512, 160)
    assert project.position("b") == (512 + COLUMN, 160)
    assert project.position("add") == (768 + COLUMN, 0)
    assert project.position("a") == (256, 160)
    bench.document.undo_stack.undo()
    assert made not in bench.network
    assert bench.document.project.position("b") == (512, 160)


def test_a_wire_lights_up_under_a_dragged_layer_and_a_ghost_shows_where_it_goes(bench):
    scene = bench.view.canvas_scene
    before = len(scene.items())
    bench.drag_in(Conv2d(), bench.at(400, 400), bench.wire("a", "b"))
    assert scene.edges[("a", "b")].hovered
    assert len(scene.items()) == before + 1
    bench.drag_out()
    assert not scene.edges[("a", "b")].hovered
    assert len(scene.items()) == before
    assert bench.document.undo_stack.count() == 0


def test_an_input_is_not_put_into_a_wire(bench):
    bench.drop(Input(shape=(1, 8, 8)), bench.wire("a", "b"))
    (made,) = bench.selection.ids
    assert bench.network["b"].inputs == ("a",)
    assert bench.network[made].layer == Input(shape=(1, 8, 8))


def test_other_drags_are_left_to_the_window(bench):
    text = QMimeData()
    text.setText("file:///photo.jpg")
    assert not bench.drag_in(text, bench.at(100, 300))


def test_escape_ends_a_drag_from_the_palette(bench):
    items = len(bench.view.canvas_scene.items())
    bench.drag_in(Conv2d(), bench.at(400, 400))
    bench.key(Qt.Key.Key_Escape)
    assert len(bench.view.canvas_scene.items()) == items
    assert len(bench.network) == 4


def test_a_wire_is_drawn_from_an_output_to_an_input(bench):
    bench.drag(bench.output("a"), bench.input("add"))
    assert bench.network["add"].inputs == ("input", "b", "a")
    assert bench.document.undo_stack.undoText() == "Connect"


def test_a_wire_is_drawn_from_an_input_to_an_output(bench):
    bench.drag(bench.input("add"), bench.output("a"))
    assert bench.network["add"].inputs == ("input", "b", "a")


def test_a_wire_jumps_to_a_port_that_is_near(bench):
    bench.drag(bench.output("a"), bench.input("add") + QPoint(-25, 15))
    assert "a" in bench.network["add"].inputs


def test_a_wire_dropped_on_a_card_leads_to_its_input(bench):
    bench.drag(bench.output("a"), bench.card("add"))
    assert "a" in bench.network["add"].inputs


def test_a_wire_dropped_on_nothing_asks_for_a_layer_and_leads_to_it(bench):
    bench.drag(bench.output("a"), bench.at(502, 450))
    assert bench.document.undo_stack.count() == 0
    box = bench.view.findChild(QuickAdd)
    assert box.isVisible()
    field = box.findChild(QLineEdit)
    bench.qtbot.keyClicks(field, "conv 1x")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not box.isVisible()
    (made,) = bench.selection.ids
    assert bench.network[made].layer == Conv2d(kernel_size=(1, 1))
    assert bench.network[made].inputs == ("a",)
    assert bench.document.project.position(made) == (504, 416)
    assert bench.document.undo_stack.count() == 1


def test_the_likely_layers_are_layers_of_the_palette(bench):
    entries = palette_entries(has_input=True)
    often = [entry.often for entry in entries if entry.often]
    assert sorted(often) == list(range(1, len(often) + 1)), "each place once"
    assert "Input" not in [entry.label for entry in entries]


def test_a_wire_drawn_back_from_an_input_leads_to_the_layer_asked_for(bench):
    bench.document.edit("x", lambda project: project.disconnect("a", "b"))
    bench.drag(bench.input("b"), bench.at(400, 450))
    field = bench.view.findChild(QuickAdd).findChild(QLineEdit)
    bench.qtbot.keyClicks(field, "photo")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    (made,) = bench.selection.ids
    assert bench.network["b"].inputs == (made,)


def test_a_double_click_on_empty_canvas_asks_for_a_layer_to_put_there(bench):
    bench.qtbot.mouseDClick(bench.view.viewport(), Qt.MouseButton.LeftButton, pos=bench.at(400, 400))
    box = bench.view.findChild(QuickAdd)
    field = box.findChild(QLineEdit)
    bench.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert len(bench.network) == 4
    bench.qtbot.mouseDClick(bench.view.viewport(), Qt.MouseButton.LeftButton, pos=bench.at(400, 400))
    first = box.findChild(QListWidget).currentItem().text()
    bench.qtbot.keyClick(field, Qt.Key.Key_Down)
    assert box.findChild(QListWidget).currentItem().text() != first
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ()
    assert bench.document.project.position(made) == (312, 368)


def test_a_cycle_is_refused_with_its_reason_and_nothing_changes(bench):
    before = bench.document.project
    bench.drag(bench.output("b"), bench.card("a"))
    assert bench.document.project is before
    assert bench.refused == ["Conv 3×3 · 3 → Conv 3×3 · 8 would close a cycle"]


def test_nodes_that_a_wire_cannot_reach_are_dimmed_and_say_why(bench):
    scene = bench.view.canvas_scene
    bench.press(bench.output("b"))
    bench.move(bench.at(640, 300))
    assert {one for one, item in scene.nodes.items() if item.opacity() < 1} == {"input", "a", "add"}
    bench.move(bench.card("a"))
    assert "cycle" in QToolTip.text()
    bench.release(bench.at(640, 300))
    assert all(item.opacity() == 1 for item in scene.nodes.values())


def test_a_wire_taken_off_its_input_leads_elsewhere(bench):
    bench.drag(bench.input("b"), bench.card("add"))
    assert bench.network["b"].inputs == ()
    assert bench.network["add"].inputs == ("input", "b", "a")
    assert bench.document.undo_stack.count() == 1
    assert bench.document.undo_stack.undoText() == "Re-route wire"


def test_a_wire_taken_off_one_of_several_inputs_is_the_one_under_the_mouse(bench):
    bench.drag(bench.wire("b", "add", 0.9), bench.at(900, 400))
    assert bench.network["add"].inputs == ("input",)


def test_a_wire_put_back_on_its_input_is_no_edit(bench):
    bench.press(bench.input("b"))
    bench.move(bench.at(450, 400))
    bench.move(bench.input("b"))
    bench.release(bench.input("b"))
    assert bench.document.undo_stack.count() == 0
    assert bench.view.canvas_scene.edges[("a", "b")].isVisible()


def test_a_move_is_one_undo_step_on_the_grid_and_keeps_the_network(bench):
    network = bench.network
    start = bench.card("a")
    bench.press(start)
    for step in range(1, 8):
        bench.move(start + QPoint(7 * step, 5 * step))
    bench.release(start + QPoint(50, 37))
    assert bench.document.project.position("a") == (304, 200)
    assert bench.network is network
    assert bench.document.undo_stack.count() == 1
    bench.document.undo_stack.undo()
    item = bench.view.canvas_scene.nodes["a"]
    assert (item.x(), item.y()) == (256, 160)


def test_all_selected_cards_move_together(bench):
    bench.click(bench.card("a"))
    bench.click(bench.card("b"), SHIFT)
    bench.drag(bench.card("a"), bench.card("a") + QPoint(0, 80))
    project = bench.document.project
    assert project.position("a") == (256, 240)
    assert project.position("b") == (512, 240)
    assert project.position("add") == (768, 0)


def test_a_rubber_band_selects_the_cards_it_touches(bench):
    bench.drag(bench.at(240, 260), bench.at(530, 180))
    assert bench.selection.ids == {"a", "b"}
    bench.drag(bench.at(1000, 120), bench.at(900, 60), SHIFT)
    assert bench.selection.ids == {"a", "b", "add"}
    bench.drag(bench.at(240, 260), bench.at(300, 180), CONTROL)
    assert bench.selection.ids == {"b", "add"}


def test_clicks_select_add_toggle_and_clear(bench):
    bench.click(bench.card("a"))
    assert bench.selection.ids == {"a"}
    bench.click(bench.card("b"), SHIFT)
    assert bench.selection.ids == {"a", "b"}
    bench.click(bench.card("a"), CONTROL)
    assert bench.selection.ids == {"b"}
    bench.click(bench.at(300, 500))
    assert bench.selection.ids == frozenset()


@pytest.mark.parametrize("begin", ["move", "wire", "re-route", "band"])
def test_escape_undoes_every_gesture(bench, begin):
    scene, before = bench.view.canvas_scene, bench.document.project
    bench.click(bench.card("add"))
    items, places = len(scene.items()), scene.positions
    start = {
        "move": bench.card("a"),
        "wire": bench.output("a"),
        "re-route": bench.input("b"),
        "band": bench.at(240, 280),
    }[begin]
    bench.press(start)
    bench.move(start + QPoint(30, 20))
    bench.move(bench.card("add"))
    bench.key(Qt.Key.Key_Escape)
    bench.release(bench.card("add"))
    assert bench.document.project is before
    assert scene.positions == places
    assert len(scene.items()) == items
    assert bench.selection.ids == {"add"} or begin == "band"
    assert {one for one, item in scene.nodes.items() if item.selected} == bench.selection.ids
    assert all(item.isVisible() for item in scene.edges.values())


def test_an_undo_in_the_middle_of_a_drag_ends_the_drag(bench):
    bench.drop(Conv2d(), bench.at(400, 400))
    (made,) = bench.selection.ids
    bench.click(bench.card("a"), SHIFT)
    bench.press(bench.card("a"))
    bench.move(bench.card("a") + QPoint(40, 40))
    bench.document.undo_stack.undo()
    bench.release(bench.card("add"))
    assert made not in bench.network
    assert bench.selection.ids == {"a"}
    assert bench.document.project.position("a") == (256, 160)
    assert bench.view.canvas_scene.positions["a"] == (256, 160)


def test_a_clicked_wire_is_selected_and_deleted(bench):
    bench.click(bench.card("a"))
    bench.click(bench.wire("a", "b"))
    assert bench.view.canvas_scene.selected_edge == ("a", "b")
    assert bench.selection.ids == frozenset()
    bench.key(Qt.Key.Key_Delete)
    assert bench.network["b"].inputs == ()
    assert bench.view.canvas_scene.selected_edge is None


def test_selecting_a_card_deselects_the_wire(bench):
    bench.click(bench.wire("a", "b"))
    bench.selection.select({"a"})
    assert bench.view.canvas_scene.selected_edge is None
    bench.key(Qt.Key.Key_Delete)
    assert bench.network["b"].inputs == ("input",)


def test_the_sheet_moves_with_the_middle_button_and_with_space(bench):
    place = bench.card("a")
    bench.press(bench.at(300, 500), button=Qt.MouseButton.MiddleButton)
    end = bench.at(300, 500) + QPoint(60, -40)
    bench.move(end)
    bench.release(end, button=Qt.MouseButton.MiddleButton)
    assert bench.card("a") == place + QPoint(60, -40)
    bench.qtbot.keyPress(bench.view, Qt.Key.Key_Space)
    bench.drag(bench.card("b"), bench.card("b") + QPoint(-60, 40))
    bench.qtbot.keyRelease(bench.view, Qt.Key.Key_Space)
    assert bench.card("a") == place
    assert bench.document.undo_stack.count() == 0
    assert bench.selection.ids == frozenset()


def test_a_layer_dropped_beside_a_straight_wire_leaves_it_straight(bench):
    bench.document.edit("x", lambda project: project.move({"b": (768.0, 160.0)}))
    middle = bench.wire("a", "b")
    bench.drop(Conv2d(out_channels=5), QPoint(middle.x(), middle.y() + 11))
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("a",)
    assert bench.document.project.position(made)[1] == 160
