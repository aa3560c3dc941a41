"""Wires led through points: set, dragged and taken away by mouse; they survive saving and layout."""

from PySide6.QtCore import QPoint, Qt

from engine.formats.project_json import read, write
from engine.layers.rectifiers import ReLU

LEFT = Qt.MouseButton.LeftButton
EDGE = ("input", "add")


def double_click(bench, at):
    bench.qtbot.mouseDClick(bench.view.viewport(), LEFT, pos=at)


def bent(bench):
    """The long wire led through one point near its middle."""
    double_click(bench, bench.wire(*EDGE))
    ((point,),) = bench.document.project.bends.values()
    return point


def test_a_double_click_on_a_wire_leads_it_through_a_point_that_can_be_dragged(bench):
    x, y = bent(bench)
    assert bench.document.undo_stack.count() == 1
    start = bench.at(x, y)
    bench.drag(start, start + QPoint(16, -88))
    assert bench.document.project.bends[EDGE] == ((x + 16, y - 88),)
    path = bench.view.canvas_scene.edges[EDGE].route.path
    assert path.boundingRect().top() <= y - 88
    assert bench.document.undo_stack.count() == 2
    bench.document.undo_stack.undo()
    assert bench.document.project.bends[EDGE] == ((x, y),)
    double_click(bench, bench.at(x, y))
    assert bench.document.project.bends == {}


def test_escape_puts_a_dragged_point_back(bench):
    x, y = bent(bench)
    before = bench.document.project
    bench.press(bench.at(x, y))
    bench.move(bench.at(x, y - 60))
    bench.move(bench.at(x, y - 90))
    bench.key(Qt.Key.Key_Escape)
    bench.release(bench.at(x, y - 90))
    assert bench.document.project is before
    assert bench.view.canvas_scene.bends[EDGE] == ((x, y),)


def test_points_stand_in_their_order_along_the_wire(bench):
    bent(bench)
    double_click(bench, bench.wire(*EDGE, 0.85))
    double_click(bench, bench.wire(*EDGE, 0.2))
    xs = [x for x, _ in bench.document.project.bends[EDGE]]
    assert len(xs) == 3
    assert xs == sorted(xs)


def test_points_survive_saving(bench):
    bent(bench)
    again = read(write(bench.document.project))
    assert again.bends == bench.document.project.bends
    assert again == bench.document.project


def test_points_survive_layout_and_go_with_the_cards(bench):
    x, y = bent(bench)
    bench.document.edit(
        "move", lambda one: one.move({i: (p[0] + 80, p[1] + 40) for i, p in one.positions.items()})
    )
    assert bench.document.project.bends[EDGE] == ((x + 80, y + 40),)
    bench.view.arrange()
    assert len(bench.document.project.bends[EDGE]) == 1
    bench.view.drawn.turn()
    assert len(bench.document.project.bends[EDGE]) == 1


def test_points_go_with_their_wire(bench):
    bent(bench)
    bench.document.edit("cut", lambda one: one.disconnect(*EDGE))
    assert bench.document.project.bends == {}
    bench.document.undo_stack.undo()
    assert EDGE in bench.document.project.bends
    bench.drop(ReLU(), bench.wire(*EDGE, 0.3))
    assert bench.document.project.bends == {}
