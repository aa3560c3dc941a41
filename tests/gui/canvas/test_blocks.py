"""Blocks of the palette on the canvas: each arrives whole, in one step."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget

from engine.analysis.analyze import analyze
from engine.layout.room import overlap
from engine.model.project import Project
from gui.canvas.editors.quick_add import QuickAdd
from gui.canvas.menus import context_menu
from gui.canvas.mouse.hit_test import Hit
from gui.session.layer_mime import encode_block
from presets import block, blocks


def no_cards_overlap(project: Project) -> bool:
    places = [project.position(node) for node in project.network.nodes]
    return not any(overlap(a, b) for i, a in enumerate(places) for b in places[:i])


def test_a_block_dropped_on_empty_canvas_stands_there_as_a_group_and_is_selected(bench):
    bench.drop(encode_block("fire"), bench.at(300, 400))
    made = bench.network.nodes.keys() - {"input", "a", "b", "add"}
    assert len(made) == len(block("fire").project.network) - 1
    assert bench.selection.ids == made
    corner = min(bench.document.project.position(one)[0] for one in made)
    assert corner == 208  # the first card's middle under the mouse, on the grid
    assert bench.document.undo_stack.count() == 1
    assert no_cards_overlap(bench.document.project)
    bench.document.undo_stack.undo()
    assert set(bench.network.nodes) == {"input", "a", "b", "add"}


@pytest.mark.parametrize("name", [one.name for one in blocks()])
def test_a_block_dropped_on_a_wire_is_set_into_it_and_the_rest_makes_room(bench, name):
    bench.drop(encode_block(name), bench.wire("a", "b"))
    made = bench.selection.ids
    assert made == bench.network.nodes.keys() - {"input", "a", "b", "add"}
    (end,) = bench.network["b"].inputs
    assert end in made
    assert "a" in {source for node_id in made for source in bench.network[node_id].inputs}
    project = bench.document.project
    assert no_cards_overlap(project)
    assert project.position("b")[0] > max(project.position(one)[0] for one in made)
    assert project.position("add")[0] > project.position("b")[0]
    assert project.position("a") == (256, 160)
    assert bench.document.undo_stack.count() == 1
    assert not [problem for problem in analyze(bench.network).problems if problem.node_id in made]


def test_a_wire_lights_up_under_a_dragged_block_and_a_ghost_shows_where_it_goes(bench):
    scene = bench.view.canvas_scene
    before = len(scene.items())
    bench.drag_in(encode_block("inception"), bench.at(400, 400), bench.wire("a", "b"))
    assert scene.edges[("a", "b")].hovered
    assert len(scene.items()) == before + 1
    bench.drag_out()
    assert not scene.edges[("a", "b")].hovered
    assert len(scene.items()) == before


def test_a_block_on_an_empty_canvas_brings_its_input(bench):
    bench.document.replace(Project())
    bench.drop(encode_block("fire"), bench.at(100, 100))
    assert set(bench.network.nodes) == bench.selection.ids
    assert not analyze(bench.network).problems


def test_a_block_of_the_palette_is_appended_to_the_selected_layer(bench):
    bench.selection.select({"add"})
    bench.view.add_block("inception")
    made = bench.selection.ids
    assert len(made) == len(block("inception").project.network) - 1
    rows = {bench.document.project.position(one)[1] for one in made}
    assert (min(rows) + max(rows)) / 2 == bench.document.project.position("add")[1]
    assert no_cards_overlap(bench.document.project)
    assert bench.view.visible_rect.contains(bench.view.canvas_scene.cards_rect(made))


def test_a_wire_dropped_on_nothing_may_lead_to_a_block(bench):
    bench.drag(bench.output("a"), bench.at(502, 450))
    field = bench.view.findChild(QuickAdd).findChild(QLineEdit)
    bench.qtbot.keyClicks(field, "fire")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    made = bench.selection.ids
    assert len(made) == len(block("fire").project.network) - 1
    assert any(bench.network[one].inputs == ("a",) for one in made)
    assert bench.document.undo_stack.count() == 1


def test_a_wire_drawn_back_from_an_input_may_come_from_a_block(bench):
    bench.document.edit("x", lambda project: project.disconnect("a", "b"))
    bench.drag(bench.input("b"), bench.at(300, 450))
    field = bench.view.findChild(QuickAdd).findChild(QLineEdit)
    bench.qtbot.keyClicks(field, "fire")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert set(bench.network["b"].inputs) <= bench.selection.ids
    assert bench.network["b"].inputs


def test_the_menu_of_a_wire_sets_a_block_into_it(bench):
    menu = context_menu(bench.view, Hit(edge=("a", "b")), QPointF())
    (insert,) = [action.menu() for action in menu.actions() if action.text() == "Insert"]
    (group,) = [action.menu() for action in insert.actions() if action.text() == "Blocks"]
    (fire,) = [action for action in group.actions() if action.text() == block("fire").title]
    fire.trigger()
    assert bench.network["b"].inputs[0] in bench.selection.ids
    assert len(bench.selection.ids) == len(block("fire").project.network) - 1


def test_the_search_box_shows_what_kind_of_thing_each_line_is(bench):
    bench.drag(bench.output("a"), bench.at(502, 450))
    found = bench.view.findChild(QuickAdd).findChild(QListWidget)
    labels = [found.item(row).text() for row in range(found.count())]
    assert block("fire").title in labels
    assert not any(found.item(row).icon().isNull() for row in range(found.count()))


def test_the_search_box_stays_on_the_screen(bench):
    box = bench.view.findChild(QuickAdd)
    screen = bench.view.screen().availableGeometry()
    box.open(screen.bottomRight(), lambda part: None, has_input=False)
    # The offscreen platform shifts a window by the 2 pixels of a frame that it does not have.
    assert screen.adjusted(0, 0, 2, 2).contains(box.geometry())


def test_a_layer_asked_for_near_the_edge_is_shown_whole(bench):
    corner = QPoint(bench.view.viewport().width() - 20, bench.view.viewport().height() - 20)
    bench.qtbot.mouseDClick(bench.view.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    field = bench.view.findChild(QuickAdd).findChild(QLineEdit)
    bench.qtbot.keyClicks(field, "relu")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    (made,) = bench.selection.ids
    assert bench.view.visible_rect.contains(bench.view.canvas_scene.nodes[made].card)
    assert bench.view.zoom == 1.0
