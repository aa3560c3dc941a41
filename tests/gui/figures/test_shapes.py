"""Ready-made paths."""

from gui.figures.drawing.drawing import Line
from gui.figures.drawing.item_bounds import extent
from gui.figures.drawing.shapes import polyline, right_rounded, rounded_line, straight


def test_a_right_rounded_box_fills_its_rectangle() -> None:
    assert extent(right_rounded(10, 20, 30, 40, 6, "#FFFFFF")) == ((10, 20), (40, 60))


def test_a_corner_is_rounded_no_further_than_half_its_shorter_side() -> None:
    path = rounded_line([(0, 0), (10, 0), (10, 100)], 16, "#000000", 1)
    enter, turn, end = path.pieces
    assert enter.end == (5, 0)
    assert turn.end == (10, 5)
    assert end.end == (10, 100)


def test_lines_go_through_their_points() -> None:
    assert straight((0, 0), (3, 4), "#000000").pieces == (Line((3, 4)),)
    assert polyline([(0, 0), (1, 0), (1, 2)], "#000000").pieces == (Line((1, 0)), Line((1, 2)))
