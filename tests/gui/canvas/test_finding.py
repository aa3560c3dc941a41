"""Finding a node, the minimap, and asking for a layer by Tab."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget

from engine.layers.flatten import Flatten
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.canvas.editors.finder import Finder
from gui.canvas.editors.quick_add import QuickAdd


def labels(box) -> list[str]:
    found = box.findChild(QListWidget)
    return [found.item(row).text() for row in range(found.count())]


def open_finder(bench):
    bench.view.find_layer()
    box = bench.view.findChild(Finder)
    return box, box.findChild(QLineEdit)


def test_a_node_is_found_by_caption_kind_or_id_and_shown(bench):
    bench.document.edit("far", lambda project: project.move({"add": (9000.0, 700.0)}))
    box, field = open_finder(bench)
    assert len(labels(box)) == 4
    bench.qtbot.keyClicks(field, "add")
    assert labels(box) == ["Add   add"]
    assert bench.selection.ids == {"add"}
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not box.isVisible()
    assert bench.selection.ids == {"add"}
    assert bench.view.visible_rect.contains(bench.view.canvas_scene.nodes["add"].card)


def test_escape_goes_back_to_what_was_selected(bench):
    bench.selection.select({"a"})
    box, field = open_finder(bench)
    bench.qtbot.keyClicks(field, "conv 3x3")
    bench.qtbot.keyClick(field, Qt.Key.Key_Down)
    assert bench.selection.ids == {"b"}
    bench.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert bench.selection.ids == {"a"}


def test_what_is_not_there_is_not_found(bench):
    box, field = open_finder(bench)
    bench.qtbot.keyClicks(field, "zebra")
    assert labels(box) == []
    assert "Nothing found for “zebra”." in [label.text() for label in box.findChildren(QLabel)]
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert box.isVisible()
    box.close()


def test_what_is_found_from_afar_is_shown_near_with_its_whole_id(bench):
    name = "a_stage_of_a_large_network/unit_3/conv2"
    bench.document.replace(Project(network=Network([Node(id=name, layer=Flatten(), inputs=())])))
    bench.view.set_zoom(0.06)
    box, field = open_finder(bench)
    found = box.findChild(QListWidget)
    assert found.sizeHintForColumn(0) <= found.viewport().width()
    bench.qtbot.keyClicks(field, "unit_3")
    assert bench.view.zoom == 1.0
    bench.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert bench.view.zoom == pytest.approx(0.06)


def test_undo_goes_back_to_where_what_it_brings_is_seen(bench):
    bench.selection.select({"a"})
    bench.view.reveal_selected()
    seen = bench.view.visible_rect
    bench.view.delete_selected()
    bench.view.set_zoom(0.1)
    bench.document.undo_stack.undo()
    assert bench.view.visible_rect == seen


def test_undoing_a_paste_goes_back_to_the_cards(bench):
    seen = bench.view.visible_rect
    bench.selection.select({"a"})
    bench.view.commands.copy()
    bench.view.look_at(QPointF(20000.0, 20000.0))
    bench.view.paste()
    assert bench.view.visible_rect.intersects(bench.view.tools.selected_rect)
    bench.document.undo_stack.undo()
    cards = bench.view.canvas_scene.cards_area
    assert bench.view.visible_rect.intersects(cards), seen


def test_what_an_edit_brings_in_out_of_sight_is_shown(bench):
    bench.document.edit("add", lambda project: project.add(Flatten(), (9000.0, 0.0)))
    assert bench.view.visible_rect.contains(bench.view.canvas_scene.nodes["flatten_1"].card)


def test_tab_over_empty_canvas_asks_for_a_layer_there(bench):
    for place in (bench.at(390, 390), bench.at(400, 400)):
        bench.move(place)
    bench.key(Qt.Key.Key_Tab)
    box = bench.view.findChild(QuickAdd)
    assert box.isVisible()
    field = box.findChild(QLineEdit)
    bench.qtbot.keyClicks(field, "max pool")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    (made,) = bench.selection.ids
    assert bench.document.project.position(made) == (312, 368)


def test_tab_asks_again_after_escape_though_the_mouse_has_not_moved(bench):
    for place in (bench.at(390, 390), bench.at(400, 400)):
        bench.move(place)
    for _ in range(3):
        bench.key(Qt.Key.Key_Tab)
        box = bench.view.findChild(QuickAdd)
        assert box.isVisible()
        QApplication.sendEvent(bench.view, QEvent(QEvent.Type.Leave))  # as a box that opens does
        bench.qtbot.keyClick(box.findChild(QLineEdit), Qt.Key.Key_Escape)
        assert not box.isVisible()


def test_tab_leaves_once_the_keyboard_leads(bench):
    for place in (bench.at(390, 390), bench.at(400, 400)):
        bench.move(place)
    bench.key(Qt.Key.Key_Right)
    bench.key(Qt.Key.Key_Tab)
    assert not bench.view.findChild(QuickAdd).isVisible()


def test_tab_on_an_empty_canvas_asks_for_the_first_layer(bench):
    bench.document.replace(Project())
    bench.key(Qt.Key.Key_Tab)
    box = bench.view.findChild(QuickAdd)
    assert box.isVisible()
    box.close()


@pytest.mark.parametrize(("source", "first"), [("a", "ReLU"), ("input", "Conv K×K"), ("add", "ReLU")])
def test_what_mostly_follows_is_offered_first(bench, source, first):
    bench.drag(bench.output(source), bench.at(620, 520))
    box = bench.view.findChild(QuickAdd)
    assert labels(box)[0] == first
    box.close()


@pytest.mark.parametrize(
    ("typed", "first"), [("dense", "Linear"), ("pointwise", "Conv 1×1"), ("sum", "Add"), ("add", "Add")]
)
def test_other_names_are_found_behind_captions(bench, typed, first):
    bench.drag(bench.output("a"), bench.at(620, 520))
    box = bench.view.findChild(QuickAdd)
    bench.qtbot.keyClicks(box.findChild(QLineEdit), typed)
    assert labels(box)[0] == first
    box.close()


def shown_minimap(bench):
    minimap = bench.view.minimap
    bench.qtbot.waitUntil(lambda: not minimap._soon.isActive())
    return minimap


def test_the_minimap_is_there_while_not_all_is_seen(bench):
    bench.view.fit_all()
    minimap = shown_minimap(bench)
    assert not minimap.isVisible()
    bench.view.set_zoom(3)
    assert minimap.isVisible()
    minimap.set_wanted(False)
    assert not minimap.isVisible()
    minimap.set_wanted(True)
    assert minimap.isVisible()
    bench.view.fit_all()
    assert not minimap.isVisible()


def test_a_press_on_the_minimap_looks_there(bench):
    bench.view.set_zoom(3)
    minimap = shown_minimap(bench)
    scale, off = minimap._fit()
    card = bench.view.canvas_scene.nodes["add"].card.center()
    place = (card * scale + off).toPoint()
    bench.qtbot.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=place)
    seen = bench.view.visible_rect.center()
    assert abs(seen.x() - card.x()) < 2 / scale
    assert abs(seen.y() - card.y()) < 2 / scale


def test_the_minimap_paints_cards_and_frame(bench):
    bench.view.set_zoom(3)
    minimap = shown_minimap(bench)
    picture = minimap.grab().toImage()
    look = bench.view.canvas_scene.look
    scale, off = minimap._fit()
    card = bench.view.canvas_scene.nodes["input"].card.center() * scale + off
    colour = picture.pixelColor(card.toPoint() * minimap.devicePixelRatio())
    assert colour.name() == look.roles["input"].name()
    assert minimap.geometry().bottomRight().x() < bench.view.width()
    assert QPoint(0, 0) != minimap.pos()
