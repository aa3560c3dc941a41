"""Boxes of items and texts."""

from dataclasses import replace

import numpy as np
import pytest

from gui.figures.drawing.drawing import Curve, Ellipse, Line, Path, Picture, Polygon, Rect, Span, Text
from gui.figures.drawing.item_bounds import (
    belonging,
    cropped,
    extent,
    extent_of_all,
    moved,
    scaled,
    text_box,
    text_corners,
    text_overlaps,
)
from gui.figures.text.type_metrics import text_width

ITEMS = (
    Rect(x=1, y=2, width=3, height=4),
    Ellipse(x=1, y=2, width=3, height=4),
    Polygon(points=((1, 2), (4, 6), (2, 5))),
    Path(start=(1, 2), pieces=(Line((4, 3)), Curve((4, 4), (4, 5), (3, 6)))),
    Picture(x=1, y=2, width=3, height=4, pixels=np.zeros((1, 1, 3), np.uint8)),
)


def text(x: float, y: float, words: str | tuple[Span, ...] = "Conv", **settings) -> Text:
    return Text(x=x, y=y, text=words, colour="#000000", **{"size": 10, **settings})


def test_every_shape_tells_its_extent_and_keeps_it_when_moved_or_scaled() -> None:
    for item in ITEMS:
        assert extent(item) == ((1, 2), (4, 6))
        assert extent(moved(item, 10, -2)) == ((11, 0), (14, 4))
        assert extent(scaled(item, 2)) == ((2, 4), (8, 12))


def test_a_scaled_item_keeps_its_looks() -> None:
    path = scaled(Path(start=(0, 0), pieces=(), stroke="#000000", dashes=(1, 2), head_size=4), 3)
    assert (path.stroke_width, path.dashes, path.head_size) == (3, (3, 6), 12)
    assert scaled(Rect(x=0, y=0, width=1, height=1, radius=2), 3).radius == 6
    assert scaled(text(0, 0), 1.5).size == 15


@pytest.mark.parametrize(("anchor", "share"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_a_text_is_as_wide_as_its_letters(anchor: str, share: float) -> None:
    (left, top), (right, bottom) = text_box(text(100, 50, anchor=anchor))
    width = text_width("Conv", 10)
    assert (left, right) == pytest.approx((100 - share * width, 100 + (1 - share) * width))
    assert top == pytest.approx(50 - 7.57)
    assert bottom == pytest.approx(50 + 2.05)


def test_a_text_that_reads_upwards_stands_on_its_start() -> None:
    (left, top), (right, bottom) = text_box(text(100, 50, rotation=-90))
    assert bottom == pytest.approx(50)
    assert top == pytest.approx(50 - text_width("Conv", 10))
    assert (left, right) == pytest.approx((100 - 7.57, 100 + 2.05))


def test_scripts_are_smaller_and_reach_higher_or_lower() -> None:
    plain, raised = text(0, 0, "C2"), text(0, 0, (Span("C"), Span("2", script=1)))
    lowered = text(0, 0, (Span("C"), Span("2", script=-1)))
    assert text_box(raised)[1][0] < text_box(plain)[1][0]
    assert text_box(raised)[0][1] < text_box(plain)[0][1]
    assert text_box(lowered)[1][1] > text_box(plain)[1][1]
    assert raised.plain == "C2"


def test_texts_overlap_only_where_their_letters_do() -> None:
    a = text(0, 0)
    assert text_overlaps([a, text(5, 2)]) == [(a, text(5, 2))]
    assert text_overlaps([a, text(0, 10)]) == []
    assert text_overlaps([a, text(text_width("Conv", 10) + 1, 0)]) == []
    assert text_overlaps([a, text(3, 0, "  ")]) == []


def test_two_slanted_lines_side_by_side_do_not_overlap_though_their_boxes_do() -> None:
    first, second = text(0, 0, "a long line of text", rotation=45), text(14, 0, "another", rotation=45)
    assert text_overlaps([first, second]) == []
    assert text_corners(second)[0][0] < text_box(first)[1][0]


def test_a_crop_holds_whole_texts() -> None:
    drawing = cropped([text(0, 0, anchor="end"), Rect(x=0, y=-40, width=5, height=5)], 4)
    assert extent_of_all(drawing.items)[0] == pytest.approx((4, 4))
    assert drawing.width == pytest.approx(text_width("Conv", 10) + 5 + 8)


def test_items_belong_to_a_node_unless_they_say_otherwise() -> None:
    made = belonging("a", [ITEMS[0], Rect(x=0, y=0, width=1, height=1, part="b")])
    assert [item.part for item in made] == ["a", "b"]


def test_a_rising_picture_fills_its_parallelogram() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    picture = Picture(x=10, y=40, width=20, height=30, rise=12, pixels=pixels)
    assert extent(picture) == ((10, 28), (30, 70))
    twice = scaled(picture, 2)
    assert isinstance(twice, Picture)
    assert (twice.rise, twice.width) == (24, 40)
    assert extent(replace(picture, rise=-12)) == ((10, 40), (30, 82))
