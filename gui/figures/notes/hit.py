"""What lies at a place of a drawing: the layer, the group or the wire that is drawn there."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from engine.model.network import Edge
from gui.figures.drawing.drawing import Curve, Drawing, Item, Path, Point, Polygon, Rect, Text
from gui.figures.drawing.item_bounds import extent

_STEPS = 12
"""Straight pieces that a curve is looked at in."""


@dataclass(frozen=True)
class Hit:
    """A layer or a group by its id, or a wire; nothing where both are empty."""

    part: str = ""
    wire: Edge | None = None


def hit(drawing: Drawing, x: float, y: float, reach: float = 4.0) -> Hit:
    """What is seen uppermost at a place; else what is nearest, no farther than `reach` units away."""
    best, found = reach, Hit()
    for item in reversed(drawing.items):
        if not item.part or (item.wire is not None and not item.wire.edges):
            continue
        away = _distance(item, (x, y))
        if away < best:
            best = away
            found = Hit(wire=item.wire.edges[-1]) if item.wire is not None else Hit(part=item.part)
        if not away:
            break
    return found


def _distance(item: Item, at: Point) -> float:
    """How far the place is from what is seen of an item; 0 on it."""
    if isinstance(item, Path) and item.fill is None:
        return max(0.0, _from_line(list(_points(item)), at) - item.stroke_width / 2)
    if isinstance(item, Polygon):
        closed = [*item.points, item.points[0]]
        return 0.0 if item.fill is not None and _inside(item.points, at) else _from_line(closed, at)
    (left, top), (right, bottom) = extent(item)
    if isinstance(item, Rect) and item.fill is None:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        return _from_line(corners, at)
    dx = max(left - at[0], 0.0, at[0] - right)
    dy = max(top - at[1], 0.0, at[1] - bottom)
    return hypot(dx, dy) if not isinstance(item, Text) or item.plain.strip() else float("inf")


def _points(path: Path) -> Iterator[Point]:
    yield path.start
    start = path.start
    for piece in path.pieces:
        if isinstance(piece, Curve):
            a, b, c = piece.control_1, piece.control_2, piece.end
            for step in range(1, _STEPS):
                t = step / _STEPS
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                corners = (start, a, b, c)
                yield (
                    sum(w * p[0] for w, p in zip(weights, corners, strict=True)),
                    sum(w * p[1] for w, p in zip(weights, corners, strict=True)),
                )
        start = piece.end
        yield start


def _from_line(points: list[Point], at: Point) -> float:
    return min((_from_piece(a, b, at) for a, b in pairwise(points)), default=float("inf"))


def _from_piece(a: Point, b: Point, at: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if not length else min(1.0, max(0.0, ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / length))
    return hypot(a[0] + t * dx - at[0], a[1] + t * dy - at[1])


def _inside(points: tuple[Point, ...], at: Point) -> bool:
    """Whether a ray from the place to the right leaves the polygon once more than it enters it."""
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise((*points, points[0])):
        if (y1 > at[1]) != (y2 > at[1]) and at[0] < x1 + (at[1] - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1
