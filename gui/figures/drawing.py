"""A figure as a value: vector shapes in drawing units, without Qt. Every style makes one, every writer
replays one.

One unit is one CSS pixel (1/96 inch), x to the right, y downwards. Colours are `#RRGGBB`; None draws
nothing. Later items lie over earlier ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

KAPPA = 0.5522847498307936
"""Control distance of the cubic Bézier curve nearest to a quarter circle: 4/3·(√2 − 1)."""


@dataclass(frozen=True, kw_only=True)
class Rect:
    """A rectangle with equally rounded corners."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Polygon:
    """A closed area with straight sides."""

    points: tuple[Point, ...]
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0


@dataclass(frozen=True)
class Line:
    """A straight piece of a path."""

    end: Point


@dataclass(frozen=True)
class Curve:
    """A cubic Bézier piece of a path."""

    control_1: Point
    control_2: Point
    end: Point


@dataclass(frozen=True, kw_only=True)
class Path:
    """Straight and curved pieces from `start` on."""

    start: Point
    pieces: tuple[Line | Curve, ...]
    closed: bool = False
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dashes: tuple[float, ...] = ()
    """Lengths of strokes and gaps in turn; none for a continuous line."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One line of text; (x, y) is where its baseline starts, or its middle or end, by `anchor`."""

    x: float
    y: float
    text: str
    size: int
    colour: str
    weight: Literal[400, 500, 600] = 400
    anchor: Anchor = "start"


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """An (H, W, 3) uint8 RGB array stretched over a rectangle, its pixels kept as sharp squares."""

    x: float
    y: float
    width: float
    height: float
    pixels: npt.NDArray[np.uint8]
    radius: float = 0.0


Item = Rect | Polygon | Path | Text | Picture


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A figure of a size in drawing units; `background` None is transparent."""

    width: float
    height: float
    items: tuple[Item, ...] = field(default=())
    background: str | None = None
    title: str = ""
    """What it shows, for readers of the file and for assistive tools."""


def right_rounded(x: float, y: float, width: float, height: float, radius: float, fill: str) -> Path:
    """A rectangle with only its two right corners rounded: what remains of a card beside its stripe."""
    right, bottom, k = x + width, y + height, radius * (1 - KAPPA)
    return Path(
        start=(x, y),
        pieces=(
            Line((right - radius, y)),
            Curve((right - k, y), (right, y + k), (right, y + radius)),
            Line((right, bottom - radius)),
            Curve((right, bottom - k), (right - k, bottom), (right - radius, bottom)),
            Line((x, bottom)),
        ),
        closed=True,
        fill=fill,
    )


def rounded_line(points: Sequence[Point], radius: float, stroke: str, stroke_width: float) -> Path:
    """Straight pieces along the axes through the points, each corner rounded as far as there is room."""
    pieces: list[Line | Curve] = []
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        enter, leave = _towards(corner, before, reach), _towards(corner, after, reach)
        c1, c2 = (_towards(corner, end, reach * (1 - KAPPA)) for end in (before, after))
        pieces += [Line(enter), Curve(c1, c2, leave)]
    return Path(start=points[0], pieces=(*pieces, Line(points[-1])), stroke=stroke, stroke_width=stroke_width)


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Point, b: Point, length: float) -> Point:
    whole = _distance(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * length / whole, a[1] + (b[1] - a[1]) * length / whole


def extent(item: Item) -> tuple[Point, Point]:
    """Two corners of a box that holds the item's shape; of a text only the start, middle or end."""
    match item:
        case Rect() | Picture():
            return (item.x, item.y), (item.x + item.width, item.y + item.height)
        case Text():
            return (item.x, item.y), (item.x, item.y)
        case Polygon():
            points = item.points
        case Path():
            points = (item.start, *(point for piece in item.pieces for point in _points(piece)))
    low, high = (tuple(pick(point[axis] for point in points) for axis in (0, 1)) for pick in (min, max))
    return (low[0], low[1]), (high[0], high[1])


def moved(item: Item, dx: float, dy: float) -> Item:
    """The item elsewhere."""
    match item:
        case Rect() | Picture() | Text():
            return replace(item, x=item.x + dx, y=item.y + dy)
        case Polygon():
            return replace(item, points=tuple((x + dx, y + dy) for x, y in item.points))
        case Path():
            start = (item.start[0] + dx, item.start[1] + dy)
            return replace(item, start=start, pieces=tuple(_shifted(piece, dx, dy) for piece in item.pieces))


def _points(piece: Line | Curve) -> tuple[Point, ...]:
    return (piece.end,) if isinstance(piece, Line) else (piece.control_1, piece.control_2, piece.end)


def _shifted(piece: Line | Curve, dx: float, dy: float) -> Line | Curve:
    made = [(x + dx, y + dy) for x, y in _points(piece)]
    return Line(*made) if isinstance(piece, Line) else Curve(*made)
