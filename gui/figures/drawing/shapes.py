"""Ready-made paths: lines with rounded corners, boxes with some of their corners rounded."""

from collections.abc import Sequence
from typing import Final

from gui.figures.drawing.drawing import Curve, Line, Path, Point, Rect

KAPPA: Final = 0.5522847498307936
"""Control distance of the cubic Bézier curve nearest to a quarter circle: 4/3·(√2 − 1)."""


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


def rounded_box(box: Rect) -> Path:
    """The rectangle as a path, its corners as curves."""
    x, y, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    r = min(box.radius, box.width / 2, box.height / 2)
    k = r * (1 - KAPPA)
    return Path(
        start=(x + r, y),
        pieces=(
            Line((right - r, y)),
            Curve((right - k, y), (right, y + k), (right, y + r)),
            Line((right, bottom - r)),
            Curve((right, bottom - k), (right - k, bottom), (right - r, bottom)),
            Line((x + r, bottom)),
            Curve((x + k, bottom), (x, bottom - k), (x, bottom - r)),
            Line((x, y + r)),
            Curve((x, y + k), (x + k, y), (x + r, y)),
        ),
        closed=True,
        fill=box.fill,
        fill_opacity=box.fill_opacity,
        stroke=box.stroke,
        stroke_width=box.stroke_width,
        dashes=box.dashes,
        part=box.part,
    )


def straight(start: Point, end: Point, stroke: str, stroke_width: float = 1.0) -> Path:
    """One straight stroke."""
    return Path(start=start, pieces=(Line(end),), stroke=stroke, stroke_width=stroke_width)


def polyline(points: Sequence[Point], stroke: str, stroke_width: float = 1.0) -> Path:
    """Straight strokes through the points."""
    pieces = tuple(Line(point) for point in points[1:])
    return Path(start=points[0], pieces=pieces, stroke=stroke, stroke_width=stroke_width)


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
