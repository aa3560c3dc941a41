"""Arrow heads as shapes of their own: one geometry that every writer and the preview replay."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from math import dist, hypot
from typing import Final

from gui.figures.drawing.drawing import Curve, Ellipse, Item, Line, Path, Point, Polygon
from gui.figures.drawing.item_bounds import points_of

_SLENDER: Final = 0.36
"""Half the width of a head as a share of its length."""
_SAMPLES: Final = 24
"""Straight steps that stand for a curve when its length is measured."""


def without_heads(items: Iterable[Item]) -> Iterator[Item]:
    """The items in the same order, each path with a head as a plain path and the head's shape."""
    for item in items:
        if isinstance(item, Path) and item.head != "none" and item.stroke and item.pieces:
            yield from _with_shape(item)
        else:
            yield item


def head_length(item: Path) -> float:
    """Length of the item's head in units."""
    return item.head_size or 4.0 + 3.0 * item.stroke_width


def _with_shape(item: Path) -> Iterator[Item]:
    length = head_length(item)
    if item.head_at == "middle":
        tip, direction = _halfway(item)
        plain = replace(item, head="none")
        tip = (tip[0] + direction[0] * length / 2, tip[1] + direction[1] * length / 2)
    else:
        tip, direction = _end(item)
        plain = replace(_shortened(item, direction, length), head="none")
    yield plain
    yield _shape(item, tip, direction, length)


def _shape(item: Path, tip: Point, direction: Point, length: float) -> Item:
    (x, y), (ux, uy) = tip, direction
    back = (x - ux * length, y - uy * length)
    across = (-uy * length * _SLENDER, ux * length * _SLENDER)
    left, right = (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1])
    if item.head == "dot":
        r = length / 2
        centre = (x - ux * r, y - uy * r)
        return Ellipse(
            x=centre[0] - r, y=centre[1] - r, width=2 * r, height=2 * r, fill=item.stroke, part=item.part
        )
    if item.head == "open":
        return Path(
            start=left, pieces=(Line(tip), Line(right)), stroke=item.stroke,
            stroke_width=item.stroke_width, part=item.part,
        )  # fmt: skip
    # A notch in the back makes the head look sharp beside its line.
    notch = (x - ux * length * 0.8, y - uy * length * 0.8)
    return Polygon(points=(tip, left, notch, right), fill=item.stroke, part=item.part)


def _end(item: Path) -> tuple[Point, Point]:
    points = [item.start, *(point for piece in item.pieces for point in points_of(piece))]
    tip = points[-1]
    before = next((point for point in reversed(points) if dist(point, tip) > 1e-9), (tip[0] - 1, tip[1]))
    return tip, _unit(before, tip)


def _shortened(item: Path, direction: Point, length: float) -> Path:
    """The path ending within its head, so that the stroke does not show beside the tip."""
    back = length / 2 if item.head == "dot" else item.stroke_width if item.head == "open" else length * 0.75
    dx, dy = -direction[0] * back, -direction[1] * back
    last = item.pieces[-1]
    end = (last.end[0] + dx, last.end[1] + dy)
    made: Line | Curve
    if isinstance(last, Line):
        made = Line(end)
    else:
        made = Curve(last.control_1, (last.control_2[0] + dx, last.control_2[1] + dy), end)
    return replace(item, pieces=(*item.pieces[:-1], made))


def _halfway(item: Path) -> tuple[Point, Point]:
    """The point at half of the path's length, and the direction there."""
    points = _sampled(item)
    steps = list(pairwise(points))
    rest = sum(dist(a, b) for a, b in steps) / 2
    for a, b in steps:
        step = dist(a, b)
        if step >= rest and step > 0:
            t = rest / step
            return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t), _unit(a, b)
        rest -= step
    return _end(item)


def _sampled(item: Path) -> list[Point]:
    points = [item.start]
    for piece in item.pieces:
        if isinstance(piece, Line):
            points.append(piece.end)
            continue
        p0, (p1, p2, p3) = points[-1], points_of(piece)
        for k in range(1, _SAMPLES + 1):
            t = k / _SAMPLES
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            corners = tuple(zip(weights, (p0, p1, p2, p3), strict=True))
            points.append((sum(w * p[0] for w, p in corners), sum(w * p[1] for w, p in corners)))
    return points


def _unit(a: Point, b: Point) -> Point:
    length = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length
