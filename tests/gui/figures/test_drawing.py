"""Vector shapes and their geometry."""

import numpy as np

from gui.figures.drawing import (
    Curve,
    Line,
    Path,
    Picture,
    Polygon,
    Rect,
    Text,
    extent,
    moved,
    right_rounded,
    rounded_line,
)

ITEMS = (
    Rect(x=1, y=2, width=3, height=4),
    Polygon(points=((1, 2), (4, 6), (2, 5))),
    Path(start=(1, 2), pieces=(Line((4, 3)), Curve((4, 4), (4, 5), (3, 6)))),
    Picture(x=1, y=2, width=3, height=4, pixels=np.zeros((1, 1, 3), np.uint8)),
)


def test_every_shape_tells_its_extent_and_keeps_it_when_moved() -> None:
    for item in ITEMS:
        assert extent(item) == ((1, 2), (4, 6))
        assert extent(moved(item, 10, -2)) == ((11, 0), (14, 4))
    text = Text(x=1, y=2, text="a", size=13, colour="#000000")
    assert extent(moved(text, 10, -2)) == ((11, 0), (11, 0))


def test_a_right_rounded_box_fills_its_rectangle() -> None:
    assert extent(right_rounded(10, 20, 30, 40, 6, "#FFFFFF")) == ((10, 20), (40, 60))


def test_a_corner_is_rounded_no_further_than_half_its_shorter_side() -> None:
    path = rounded_line([(0, 0), (10, 0), (10, 100)], 16, "#000000", 1)
    enter, turn, end = path.pieces
    assert enter.end == (5, 0)
    assert turn.end == (10, 5)
    assert end.end == (10, 100)
