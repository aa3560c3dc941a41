"""The canvas follows the document, the maps, the selection and the theme; and its commands."""

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton

from engine.layers.concat import Concat
from engine.layers.convolution import Conv2d
from engine.model.project import Project
from gui.canvas.menus import context_menu
from gui.canvas.mouse.hit_test import Hit
from gui.look.theme import DARK
from gui.words.convention import Convention


def wheel(bench, at, angle=0, pixels=0, keys=Qt.KeyboardModifier.NoModifier):
    event = QWheelEvent(
        QPointF(at),
        QPointF(bench.view.viewport().mapToGlobal(at)),
        QPoint(0, pixels),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(bench.view.viewport(), event)


def test_the_wheel_zooms_and_the_point_under_the_cursor_stays(bench):
    at = QPoint(700, 200)
    for angle, pixels, keys in (
        (120, 0, Qt.KeyboardModifier.NoModifier),
        (-360, 0, Qt.KeyboardModifier.ControlModifier),
        (5, 20, Qt.KeyboardModifier.ControlModifier),
    ):
        under, zoom = bench.view.mapToScene(at), bench.view.zoom
        wheel(bench, at, angle, pixels, keys)
        assert (bench.view.zoom > zoom) == (angle > 0)
        assert bench.view.zoom != zoom
        off = bench.view.mapFromScene(under) - at
        assert off.manhattanLength() <= 2


def test_two_fingers_pan_unless_they_are_to_zoom(bench):
    at, zoom = QPoint(700, 200), bench.view.zoom
    top = bench.view.visible_rect.top()
    wheel(bench, at, 5, 20)
    assert bench.view.zoom == zoom
    assert bench.view.visible_rect.top() == top - 20
    bench.view.fingers_pan = False
    wheel(bench, at, 5, 20)
    assert bench.view.zoom > zoom


def test_the_wheel_with_shift_moves_sideways(bench):
    zoom, left = bench.view.zoom, bench.view.visible_rect.left()
    wheel(bench, QPoint(700, 200), -120, 0, Qt.KeyboardModifier.ShiftModifier)
    assert bench.view.zoom == zoom
    assert bench.view.visible_rect.left() > left


def test_zoom_has_limits(bench):
    for _ in range(60):
        wheel(bench, QPoint(500, 300), 480)
    assert bench.view.zoom == 4
    for _ in range(60):
        bench.view.zoom_out()
    assert bench.view.zoom == 0.04
    bench.view.zoom_to_100()
    assert bench.view.zoom == 1


def test_fit_shows_all_cards_and_stays_while_the_window_changes_its_size(bench):
    bench.view.fit_all()
    bench.view.resize(500, 400)
    rect = bench.view.canvas_scene.cards_rect()
    assert bench.view.visible_rect.contains(rect)
    assert bench.view.zoom < 1
    bench.selection.select({"a"})
    bench.view.fit_selection()
    assert bench.view.zoom == 1
    assert bench.view.visible_rect.contains(bench.view.canvas_scene.nodes["a"].card)


def test_an_edit_touches_only_the_items_that_changed(bench):
    scene = bench.view.canvas_scene
    nodes, edges = dict(scene.nodes), dict(scene.edges)
    route = edges[("input", "a")].route
    bench.document.edit("x", lambda project: project.add(Conv2d(), (0, 500), after="b"))
    assert all(scene.nodes[one] is item for one, item in nodes.items())
    assert all(scene.edges[one] is item for one, item in edges.items())
    assert edges[("input", "a")].route is route
    bench.document.undo_stack.undo()
    assert scene.nodes == nodes
    assert scene.edges == edges


def test_cards_say_what_is_wrong_in_full(bench):
    bench.document.edit("x", lambda project: project.disconnect("a", "b"))
    scene = bench.view.canvas_scene
    assert scene.nodes["b"].content.problem == "Conv 3×3 · 3 has no input. Wire one in."
    assert not scene.nodes["b"].reason_rect.isEmpty()
    assert scene.nodes["b"].zValue() > scene.nodes["a"].zValue()
    bench.document.undo_stack.undo()
    assert scene.nodes["b"].reason_rect.isEmpty()


def test_shares_are_of_the_networks_macs(bench):
    scene = bench.view.canvas_scene
    shares = {one: item.content.share for one, item in scene.nodes.items()}
    assert shares == {"input": 0, "a": 0.5, "b": 0.5, "add": 0}


def test_shapes_stand_where_wires_begin_in_the_order_asked_for(bench):
    pill = bench.view.canvas_scene.nodes["a"].pill
    assert pill.text == "8×16×16"
    assert pill.rect.center().y() == bench.view.canvas_scene.nodes["a"].output_port.y()
    bench.view.set_convention(Convention(channels_last=True))
    assert pill.text == "16×16×8"


def colour_at(bench, node_id):
    bench.qtbot.wait(1)
    corner = bench.view.mapFromScene(bench.view.canvas_scene.nodes[node_id].pos() + QPointF(146, 34))
    return bench.view.grab().toImage().pixelColor(corner).getRgb()[:3]


def test_a_map_is_shown_on_its_card_and_dimmed_when_a_run_takes_long(bench):
    bench.compute.deliver("a", (200, 20, 30))
    assert colour_at(bench, "a") == (200, 20, 30)
    bench.compute.stale.add("a")
    bench.compute.run_started.emit()
    assert colour_at(bench, "a") == (200, 20, 30)
    bench.qtbot.waitUntil(lambda: bench.view.canvas_scene.nodes["a"].stale)
    assert colour_at(bench, "a") != (200, 20, 30)
    bench.compute.deliver("a", (0, 90, 0))
    assert colour_at(bench, "a") == (0, 90, 0)


def test_a_node_that_puts_nothing_out_shows_no_map_of_older_days(bench):
    bench.compute.deliver("b", (200, 20, 30))
    bench.document.edit("x", lambda project: project.disconnect("a", "b"))
    assert colour_at(bench, "b") == (255, 255, 255)
    bench.document.undo_stack.undo()
    assert colour_at(bench, "b") == (200, 20, 30)


def test_a_quick_run_dims_nothing(bench):
    bench.compute.stale.add("a")
    bench.compute.run_started.emit()
    bench.compute.run_finished.emit(None)
    bench.qtbot.wait(250)
    assert not bench.view.canvas_scene.nodes["a"].stale


def test_the_theme_is_followed(bench):
    bench.appearance.use("dark")
    assert bench.view.grab().toImage().pixelColor(5, 5).name().upper() == DARK.canvas


def test_the_selection_is_followed(bench):
    bench.selection.select({"a", "add"})
    items = bench.view.canvas_scene.nodes
    assert {one for one, item in items.items() if item.selected} == {"a", "add"}
    bench.view.select_all()
    assert bench.selection.ids == {"input", "a", "b", "add"}


def test_a_double_click_in_the_palette_appends_to_the_selected_node(bench):
    bench.selection.select({"b"})
    bench.view.add_layer(Conv2d(out_channels=9))
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("b",)
    assert bench.document.project.position(made) == (768, 160)
    bench.view.add_layer(Conv2d(out_channels=9))
    (next_one,) = bench.selection.ids
    assert bench.network[next_one].inputs == (made,)


def test_without_a_selection_a_new_layer_stands_in_the_middle_over_no_other(bench):
    for _ in range(3):
        bench.selection.select(())
        bench.view.add_layer(Concat())
    cards = [item.card for item in bench.view.canvas_scene.nodes.values()]
    assert len(cards) == 7
    assert not any(card.intersects(two) for card in cards for two in cards if card is not two)
    (made,) = bench.selection.ids
    assert bench.view.visible_rect.intersects(bench.view.canvas_scene.nodes[made].card)


def test_duplicates_keep_the_wires_among_them_and_lie_below(bench):
    bench.selection.select({"a", "b"})
    bench.view.duplicate_selected()
    made = bench.selection.ids
    assert len(made) == 2
    (first,) = [one for one in made if not bench.network[one].inputs]
    (second,) = made - {first}
    assert bench.network[second].inputs == (first,)
    assert bench.document.project.position(first)[1] > 160 + 72
    assert bench.document.undo_stack.count() == 1


def test_copies_travel_as_text_between_windows(bench):
    bench.selection.select({"a", "b"})
    bench.view.commands.copy()
    text = QGuiApplication.clipboard().text()
    assert text.lstrip().startswith("{")
    bench.document.replace(Project())
    bench.view.paste()
    assert len(bench.network) == 2
    assert [node.layer.label for node in bench.network.nodes.values()] == ["Conv 3×3 · 8", "Conv 3×3 · 3"]
    assert bench.network["conv2d_2"].inputs == ("conv2d_1",)
    assert bench.selection.ids == {"conv2d_1", "conv2d_2"}


def test_cut_is_copy_and_delete(bench):
    bench.selection.select({"a"})
    bench.view.commands.cut()
    assert "a" not in bench.network
    bench.view.paste()
    assert len(bench.network) == 4


def test_pasting_something_else_is_refused(bench):
    QGuiApplication.clipboard().setText("a poem")
    bench.view.paste()
    assert bench.refused == ["the clipboard holds no layers and no picture"]
    empty = QMimeData()
    QGuiApplication.clipboard().setMimeData(empty)
    bench.view.paste()
    assert len(bench.refused) == 2
    assert bench.document.undo_stack.count() == 0


def test_arranging_is_one_step_and_keeps_the_network(bench):
    network = bench.network
    bench.view.arrange()
    assert bench.network is network
    assert bench.document.undo_stack.count() == 1
    cards = [item.card for item in bench.view.canvas_scene.nodes.values()]
    assert not any(card.intersects(two) for card in cards for two in cards if card is not two)


def test_an_opened_project_is_shown_whole_and_a_saved_one_leaves_the_view_alone(bench, tmp_path):
    bench.view.set_zoom(2.0)
    bench.document.save(tmp_path / "saved.onebyone")
    assert bench.view.zoom == 2
    far = bench.document.project.move({"add": (9000.0, 4000.0)})
    bench.document.replace(far)
    assert bench.view.visible_rect.contains(bench.view.canvas_scene.cards_rect())


def test_the_empty_canvas_offers_a_preset(bench):
    button = bench.view.findChild(QPushButton)
    assert not button.isVisible()
    bench.document.replace(Project())
    assert button.isVisible()
    with bench.qtbot.waitSignal(bench.view.open_preset_requested) as asked:
        bench.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == ["inception_3a"]
    bench.drop(Conv2d(), bench.at(0, 0))
    assert len(bench.network) == 1
    assert not button.isVisible()


def actions(menu):
    """All entries by their text, those of submenus too."""
    found = {}
    for action in menu.actions():
        if action.menu():
            found |= actions(action.menu())
        elif action.text():
            found[action.text()] = action
    return found


def test_the_menu_of_a_node_works_on_it(bench):
    menu = context_menu(bench.view, Hit(node_id="a"), QPointF())
    assert bench.selection.ids == {"a"}
    actions(menu)["Disconnect"].trigger()
    assert bench.network["a"].inputs == ()
    assert bench.network["b"].inputs == ()
    actions(menu)["Conv 1×1"].trigger()
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("a",)
    menu.close()


def test_the_menu_of_a_wire_works_on_it(bench):
    menu = context_menu(bench.view, Hit(edge=("a", "b")), QPointF())
    actions(menu)["Conv 1×1"].trigger()
    (made,) = bench.selection.ids
    assert bench.network["b"].inputs == (made,)
    menu.close()


def test_the_menu_of_the_canvas_adds_where_it_was_opened(bench):
    menu = context_menu(bench.view, Hit(), QPointF(400, 500))
    actions(menu)["Conv 1×1"].trigger()
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ()
    assert bench.document.project.position(made) == (312, 464)
    menu.close()


def test_the_menu_offers_the_ways_out_of_a_problem(bench):
    bench.document.edit("x", lambda project: project.replace_layer("b", Conv2d(out_channels=5)))
    problem = bench.document.analysis.layers["add"].problems[0]
    assert problem.fixes
    menu = context_menu(bench.view, Hit(node_id="add"), QPointF())
    actions(menu)[problem.fixes[0].text].trigger()
    assert bench.document.analysis.layers["add"].problems == ()
    menu.close()


def test_a_tool_tip_has_the_exact_numbers(bench):
    words = bench.view._pointing.explanation(bench.card("a"))
    assert "55,296 MACs, 50\u00a0% of the network" in words
    assert "Output 8×16×16" in words
    assert "Weights: Random (He)" in words
    assert bench.view._pointing.explanation(bench.wire("a", "b")) == "Conv 3×3 · 8 → Conv 3×3 · 3\n8×16×16"


def test_pasted_layers_stand_where_the_mouse_is(bench):
    bench.selection.select({"a", "b"})
    bench.view.commands.copy()
    for place in (bench.at(390, 380), bench.at(400, 380)):
        bench.move(place)
    bench.view.paste()
    rect = bench.view.canvas_scene.cards_rect(bench.selection.ids)
    made = [bench.view.canvas_scene.nodes[node_id].card for node_id in bench.selection.ids]
    centre = made[0].united(made[1]).center()
    assert abs(centre.x() - 400) <= 8
    assert abs(centre.y() - 380) <= 8
    assert bench.view.visible_rect.contains(rect)


def test_copies_below_what_is_seen_are_brought_into_view(bench):
    bench.selection.select({"b"})
    for _ in range(5):
        bench.view.duplicate_selected()
        (made,) = bench.selection.ids
        assert bench.view.visible_rect.contains(bench.view.canvas_scene.nodes[made].card)
