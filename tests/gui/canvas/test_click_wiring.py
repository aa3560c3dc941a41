"""Wires by two clicks, and the sheet that moves while something is held at its edge."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLineEdit

from engine.layers.convolution import Conv2d
from gui.canvas.editors.quick_add import QuickAdd
from gui.canvas.items.edge_item import WirePreviewItem
from gui.canvas.mouse.auto_pan import EDGE, way


def test_two_clicks_draw_a_wire(bench):
    bench.click(bench.output("a"))
    assert bench.view.is_busy
    bench.move(bench.at(600, 100))
    assert bench.view.canvas_scene.nodes["input"].opacity() < 1
    bench.click(bench.input("add"))
    assert not bench.view.is_busy
    assert bench.network["add"].inputs == ("input", "b", "a")
    assert bench.document.undo_stack.count() == 1


def test_a_click_takes_a_wire_off_its_input_and_another_puts_it_elsewhere(bench):
    bench.click(bench.input("b"))
    bench.move(bench.at(640, 60))
    bench.click(bench.card("add"))
    assert bench.network["b"].inputs == ()
    assert bench.network["add"].inputs == ("input", "b", "a")


def test_the_second_click_on_nothing_asks_for_a_layer(bench):
    bench.click(bench.output("b"))
    bench.move(bench.at(800, 300))
    bench.click(bench.at(800, 300))
    box = bench.view.findChild(QuickAdd)
    assert box.isVisible()
    assert any(isinstance(one, WirePreviewItem) for one in bench.view.canvas_scene.items())
    bench.qtbot.keyClick(box.findChild(QLineEdit), Qt.Key.Key_Return)
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("b",)
    assert not any(isinstance(one, WirePreviewItem) for one in bench.view.canvas_scene.items())


def test_escape_and_the_right_button_put_the_wire_away(bench):
    before = bench.document.project
    bench.click(bench.output("a"))
    bench.key(Qt.Key.Key_Escape)
    assert not bench.view.is_busy
    bench.click(bench.output("a"))
    bench.press(bench.at(600, 400), button=Qt.MouseButton.RightButton)
    bench.release(bench.at(600, 400), button=Qt.MouseButton.RightButton)
    assert not bench.view.is_busy
    assert bench.document.project is before
    assert all(item.opacity() == 1 for item in bench.view.canvas_scene.nodes.values())


def test_a_second_click_on_the_same_port_puts_it_back(bench):
    before = bench.document.project
    bench.click(bench.output("a"))
    bench.qtbot.mouseDClick(bench.view.viewport(), Qt.MouseButton.LeftButton, pos=bench.output("a"))
    assert not bench.view.is_busy
    assert bench.document.project is before


def test_a_wire_held_at_the_edge_moves_the_sheet(bench):
    view = bench.view
    bench.press(bench.output("b"))
    bench.move(bench.at(800, 300))
    edge = QPoint(view.viewport().width() - 2, 300)
    bench.move(edge)
    seen = view.visible_rect.left()
    bench.qtbot.waitUntil(lambda: view.visible_rect.left() > seen + 60)
    bench.move(QPoint(400, 300))
    assert not view._pointing.auto_pan.is_panning
    bench.key(Qt.Key.Key_Escape)


def test_the_sheet_stands_still_once_the_button_is_released(bench):
    view = bench.view
    bench.press(bench.card("add"))
    edge = QPoint(view.viewport().width() - 2, 300)
    bench.move(edge)
    assert view._pointing.auto_pan.is_panning
    bench.release(edge)
    assert not view._pointing.auto_pan.is_panning


def test_a_card_held_at_the_edge_stays_under_the_mouse(bench):
    view = bench.view
    item = view.canvas_scene.nodes["add"]
    bench.press(bench.card("add"))
    edge = QPoint(view.viewport().width() - 2, 300)
    bench.move(edge)
    first = item.x()
    bench.qtbot.waitUntil(lambda: item.x() > first + 40)
    assert abs(view.mapFromScene(item.card.center()).x() - edge.x()) <= 8
    bench.key(Qt.Key.Key_Escape)
    assert item.x() == 768


def test_a_drag_that_comes_in_over_the_edge_moves_nothing_until_it_was_inside(bench):
    view = bench.view
    bench.drag_in(Conv2d(), QPoint(2, 300))
    assert not view._pointing.auto_pan.is_panning
    bench.drag_out()
    bench.drag_in(Conv2d(), QPoint(400, 300), QPoint(2, 300))
    assert view._pointing.auto_pan.is_panning
    bench.drag_out()
    assert not view._pointing.auto_pan.is_panning


def test_the_sheet_moves_the_faster_the_farther_out_the_mouse_is():
    area = QRect(0, 0, 600, 400)
    assert way(QPoint(300, 200), area) == QPoint(0, 0)
    inner, outer = way(QPoint(EDGE - 2, 200), area), way(QPoint(-40, 200), area)
    assert 0 < inner.x() < outer.x()
    assert way(QPoint(300, 399), area).y() < 0
