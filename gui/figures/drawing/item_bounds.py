"""Where items are, and the same items elsewhere: boxes, overlaps, moving, scaling. Free of Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import cos, radians, sin
from typing import Final

from gui.figures.drawing.drawing import (
    Curve,
    Drawing,
    Ellipse,
    Item,
    Line,
    Path,
    Picture,
    Point,
    Polygon,
    Rect,
    Text,
    Wire,
)
from gui.figures.text.type_metrics import SCRIPT_SCALE, SCRIPT_SHIFT, spans_width

Box = tuple[Point, Point]
"""Top left and bottom right corner."""

ASCENT: Final = 0.757
DESCENT: Final = 0.205
"""How far letters reach above and below their baseline, as shares of the type size: `b` and `p` of Inter."""

_ANCHORS: Final = {"start": 0.0, "middle": 0.5, "end": 1.0}


def text_corners(item: Text) -> tuple[Point, Point, Point, Point]:
    """The four corners of the letters' box, turned with the text; top left first, clockwise."""
    width = spans_width(item.spans, item.size, item.weight)
    left = -_ANCHORS[item.anchor] * width
    tops, bottoms = [ASCENT * item.size], [DESCENT * item.size]
    for span in item.spans:
        if span.script:
            rise = span.script * SCRIPT_SHIFT[span.script] * item.size
            tops.append(ASCENT * item.size * SCRIPT_SCALE + rise)
            bottoms.append(DESCENT * item.size * SCRIPT_SCALE - rise)
    top, bottom, right = -max(tops), max(bottoms), left + width
    c, s = cos(radians(item.rotation)), sin(radians(item.rotation))

    def turned(dx: float, dy: float) -> Point:
        return item.x + dx * c - dy * s, item.y + dx * s + dy * c

    return turned(left, top), turned(right, top), turned(right, bottom), turned(left, bottom)


def text_box(item: Text) -> Box:
    """The upright box that holds the letters of a text, turned or not, measured in the bundled typeface."""
    return _around(text_corners(item))


def extent(item: Item) -> Box:
    """The upright box that holds the item; of a stroke its middle line."""
    match item:
        case Picture():
            low, high = min(0.0, -item.rise), max(0.0, -item.rise)
            return (item.x, item.y + low), (item.x + item.width, item.y + item.height + high)
        case Rect() | Ellipse():
            return (item.x, item.y), (item.x + item.width, item.y + item.height)
        case Text():
            return text_box(item)
        case Polygon():
            return _around(item.points)
        case Path():
            return _around((item.start, *(point for piece in item.pieces for point in points_of(piece))))


def extent_of_all(items: Iterable[Item]) -> Box:
    """The box around all items; a point at the origin where there are none."""
    return _around([point for item in items for point in extent(item)] or [(0.0, 0.0)])


def text_overlaps(items: Iterable[Item], slack: float = 0.5) -> list[tuple[Text, Text]]:
    """Pairs of texts whose letters' boxes overlap by more than `slack` units in every direction."""
    texts = [item for item in items if isinstance(item, Text) and item.plain.strip()]
    boxes = sorted(((text_box(item), item, text_corners(item)) for item in texts), key=lambda one: one[0])
    found = []
    for index, ((_, (right, _)), one, corners) in enumerate(boxes):
        for ((left, _), _), other, others in boxes[index + 1 :]:
            if left >= right - slack:
                break
            if _overlap(corners, others) > slack:
                found.append((one, other))
    return found


def moved(item: Item, dx: float, dy: float) -> Item:
    """The item elsewhere."""
    return _placed(item, 1.0, dx, dy)


def scaled(item: Item, factor: float) -> Item:
    """The item enlarged around the origin, with its strokes, dashes and type."""
    return _placed(item, factor, 0.0, 0.0)


def scaled_drawing(drawing: Drawing, factor: float) -> Drawing:
    """The whole drawing enlarged."""
    items = tuple(scaled(item, factor) for item in drawing.items)
    return replace(drawing, width=drawing.width * factor, height=drawing.height * factor, items=items)


def cropped(
    items: Sequence[Item], margin: float, *, background: str | None = None, title: str = ""
) -> Drawing:
    """A drawing of these items that ends `margin` units beside the outermost of them."""
    (left, top), (right, bottom) = extent_of_all(items)
    dx, dy = margin - left, margin - top
    return Drawing(
        width=right + dx + margin,
        height=bottom + dy + margin,
        items=tuple(moved(item, dx, dy) for item in items),
        background=background,
        title=title,
    )


def belonging(part: str, items: Iterable[Item]) -> list[Item]:
    """The items, marked as drawn for the node `part`; those that say already for whom stay as they are."""
    return [item if item.part else replace(item, part=part) for item in items]


def leading(part: str, wire: Wire, items: Iterable[Item]) -> list[Item]:
    """The items, marked as drawn for the wire into the node `part`."""
    return [replace(item, part=part, wire=wire) for item in items]


def points_of(piece: Line | Curve) -> tuple[Point, ...]:
    """The end of a piece of a path, after its control points."""
    return (piece.end,) if isinstance(piece, Line) else (piece.control_1, piece.control_2, piece.end)


def _placed(item: Item, k: float, dx: float, dy: float) -> Item:
    """The item with every point p at k·p + (dx, dy)."""

    def at(point: Point) -> Point:
        return point[0] * k + dx, point[1] * k + dy

    def piece_at(piece: Line | Curve) -> Line | Curve:
        made = [at(point) for point in points_of(piece)]
        return Line(*made) if isinstance(piece, Line) else Curve(*made)

    if isinstance(item, Text):
        return replace(item, x=item.x * k + dx, y=item.y * k + dy, size=item.size * k)
    if not isinstance(item, Picture) and k != 1:
        dashes = tuple(length * k for length in item.dashes)
        item = replace(item, stroke_width=item.stroke_width * k, dashes=dashes)
    if isinstance(item, Polygon):
        return replace(item, points=tuple(map(at, item.points)))
    if isinstance(item, Path):
        pieces = tuple(map(piece_at, item.pieces))
        return replace(item, start=at(item.start), pieces=pieces, head_size=item.head_size * k)
    (x, y), width, height = at((item.x, item.y)), item.width * k, item.height * k
    if isinstance(item, Ellipse):
        return replace(item, x=x, y=y, width=width, height=height)
    if isinstance(item, Picture):
        item = replace(item, rise=item.rise * k)
    return replace(item, x=x, y=y, width=width, height=height, radius=item.radius * k)


def _around(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys)), (max(xs), max(ys))


def _overlap(a: Sequence[Point], b: Sequence[Point]) -> float:
    """How far two rectangles, turned or not, must be moved apart; ≤ 0 where they do not meet.

    By the separating axis theorem the sides' directions are the ones to look along.
    """
    least = float("inf")
    for (x1, y1), (x2, y2) in ((a[0], a[1]), (a[1], a[2]), (b[0], b[1]), (b[1], b[2])):
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        if length:
            ux, uy = (x2 - x1) / length, (y2 - y1) / length
            first, second = ([x * ux + y * uy for x, y in corners] for corners in (a, b))
            least = min(least, max(first) - min(second), max(second) - min(first))
    return least
