"""Arrow heads."""

from math import hypot

import pytest

from gui.figures.drawing.drawing import Curve, Ellipse, Line, Path, Polygon, Rect
from gui.figures.drawing.heads import head_length, without_heads
from gui.figures.drawing.item_bounds import extent

LEVEL = Path(start=(0, 0), pieces=(Line((100, 0)),), stroke="#112233", stroke_width=2, part="a")


def headed(**settings) -> tuple[Path, object]:
    from dataclasses import replace

    path, shape = without_heads([replace(LEVEL, **settings)])
    assert path.head == "none"
    assert shape.part == "a"
    return path, shape


def test_the_tip_lies_at_the_end_and_the_line_ends_within_the_head() -> None:
    path, head = headed(head="arrow")
    assert isinstance(head, Polygon)
    assert head.points[0] == (100, 0)
    assert head.fill == "#112233"
    assert extent(head)[0][0] == pytest.approx(100 - head_length(LEVEL))
    assert extent(head)[0][0] < path.pieces[-1].end[0] < 100


def test_a_head_in_the_middle_is_centred_on_half_the_length() -> None:
    path, head = headed(head="arrow", head_at="middle", head_size=10, pieces=(Line((60, 0)), Line((60, 80))))
    assert path.pieces == (Line((60, 0)), Line((60, 80)))
    assert head.points[0] == pytest.approx((60, 10 + 5))
    assert extent(head)[0][1] == pytest.approx(10 - 5)


def test_a_head_on_a_curve_points_along_its_end() -> None:
    _, head = headed(head="arrow", pieces=(Curve((50, 0), (100, 0), (100, 50)),))
    tip, left, _, right = head.points
    assert tip == (100, 50)
    assert left[1] == pytest.approx(right[1])


def test_dots_and_open_heads_end_where_the_line_ended() -> None:
    _, dot = headed(head="dot", head_size=8)
    assert isinstance(dot, Ellipse)
    assert extent(dot) == ((92, -4), (100, 4))
    _, strokes = headed(head="open", head_size=8)
    assert strokes.pieces[0].end == (100, 0)
    assert hypot(strokes.start[0] - 100, strokes.start[1]) > 8


def test_what_has_no_head_stays_the_same_object() -> None:
    items = [Rect(x=0, y=0, width=1, height=1), LEVEL]
    assert [head is other for head, other in zip(without_heads(items), items, strict=True)] == [True, True]
