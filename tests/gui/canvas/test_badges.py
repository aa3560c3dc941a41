"""The ways out on a card's badge, one click each."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QGraphicsRectItem

from engine.layers.convolution import Conv2d
from engine.shapes import VALID
from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.items.reason_item import ReasonItem
from gui.look.theme import LIGHT


def break_it(bench) -> None:
    """a gets a kernel too large for its input, and groups that do not fit."""
    wrong = Conv2d(out_channels=8, kernel_size=(21, 21), padding=VALID)
    bench.document.edit("break", lambda project: project.replace_layer("a", wrong))


def chip(bench, node_id: str, number: int = 0) -> QPoint:
    item = bench.view.canvas_scene.nodes[node_id]
    centre: QPointF = item._reason.mapToScene(item._reason.chip(number).center())
    return bench.view.mapFromScene(centre)


def test_one_click_on_the_badge_mends_the_layer(bench):
    break_it(bench)
    item = bench.view.canvas_scene.nodes["a"]
    assert item._reason.offered == ("Use padding same",)
    bench.click(chip(bench, "a"))
    assert not bench.document.analysis.problems
    assert bench.document.undo_stack.undoText() == "Use padding same"
    assert bench.selection.ids == frozenset()


def test_a_selected_card_offers_more_than_the_first(bench):
    break_it(bench)
    bench.selection.select({"a"})
    item = bench.view.canvas_scene.nodes["a"]
    assert item._reason.offered == ("Use padding same", "Kernel 16×16")
    bench.click(chip(bench, "a", 1))
    assert bench.network["a"].layer.kernel_size == (16, 16)
    assert bench.document.analysis.layers["a"].output_shape == (8, 1, 1)


def test_a_card_that_is_pointed_at_offers_more_too(bench):
    break_it(bench)
    item = bench.view.canvas_scene.nodes["a"]
    for place in (bench.card("a") + QPoint(4, 0), bench.card("a")):
        bench.move(place)
    assert len(item._reason.offered) == 2
    bench.click(chip(bench, "a", 1))
    assert bench.document.undo_stack.undoText() == "Kernel 16×16"
    bench.document.undo_stack.undo()
    for place in (bench.at(700, 480), bench.at(704, 480)):
        bench.move(place)
    assert len(item._reason.offered) == 1


def test_a_press_that_is_let_go_elsewhere_mends_nothing(bench):
    break_it(bench)
    before = bench.document.project
    bench.press(chip(bench, "a"))
    bench.release(bench.at(700, 480))
    assert bench.document.project is before


def test_from_afar_the_badge_is_no_button(bench):
    break_it(bench)
    bench.view.set_zoom(0.3)
    before = bench.document.project
    bench.click(chip(bench, "a"))
    assert bench.document.project is before


def test_the_words_of_the_badge_select_the_card(bench):
    break_it(bench)
    rect = bench.view.canvas_scene.nodes["a"].reason_rect
    bench.click(bench.view.mapFromScene(rect.topLeft() + QPointF(30, 8)))
    assert bench.selection.ids == {"a"}


def test_two_unrelated_faults_have_one_button(bench):
    both = Conv2d(out_channels=8, kernel_size=(21, 21), padding=VALID, groups=2)
    bench.document.edit("break", lambda project: project.replace_layer("a", both))
    bench.click(chip(bench, "a"))
    assert not bench.document.analysis.layers["a"].problems
    bench.document.undo_stack.undo()
    assert bench.network["a"].layer == both


def test_a_way_out_that_is_cut_off_says_the_whole_in_its_tip(qapp):
    card = QGraphicsRectItem()
    item = ReasonItem(card)
    long = "Insert a convolution that turns 64×224×224 into 192×112×112, as a_very_long_name_wants it"
    item.show_reason("Two sizes meet.", ("Short", long, "Other"), CanvasStyle(LIGHT))
    item.open_up(True)
    item.point_at(1)
    assert item.toolTip() == long
    item.point_at(0)
    assert item.toolTip() == ""
    item.point_at(None)
    assert item.toolTip() == ""
