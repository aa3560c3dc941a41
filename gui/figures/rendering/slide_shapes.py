"""What of a drawing becomes one thing on a slide: text in its box, wires glued to what they join."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import dist
from typing import Final, TypeGuard

from gui.figures.drawing.drawing import (
    Drawing,
    Ellipse,
    Item,
    Line,
    Path,
    Point,
    Polygon,
    Rect,
    Text,
)
from gui.figures.drawing.item_bounds import extent
from gui.figures.rendering.drawing_ml import Glue
from gui.figures.rendering.elbows import Elbow, elbow_of, points_of_elbow

_NEAR: Final = 4.0
"""How far a wire may end from where it is glued, in units: programs draw it from there."""
_ASIDE: Final = 3.0
"""How far text may lie from the middle of its box."""
_ROW: Final = 1.45
"""Lines of one text stand at most so many type sizes apart."""


def words_in_boxes(items: Sequence[Item]) -> dict[int, list[Text]]:
    """Lines of text by the index of the box that they stand in the middle of."""
    boxes = [
        (index, item, extent(item))
        for index, item in enumerate(items)
        if isinstance(item, Rect | Ellipse) and item.fill is not None
    ]
    found: dict[int, list[Text]] = {}
    for text in items:
        if not isinstance(text, Text) or text.anchor != "middle" or text.rotation or not text.plain.strip():
            continue
        (left, top), (right, bottom) = extent(text)
        around = [
            (index, box)
            for index, item, box in boxes
            if item.part == text.part
            and box[0][0] <= left
            and box[0][1] <= top
            and right <= box[1][0]
            and bottom <= box[1][1]
            and abs((box[0][0] + box[1][0]) / 2 - text.x) < _ASIDE
        ]
        if around:
            index, _ = min(around, key=lambda one: _area(one[1]))
            found.setdefault(index, []).append(text)
    return {index: lines for index, lines in found.items() if _is_block(lines, extent(items[index]))}


def _area(box: tuple[Point, Point]) -> float:
    return (box[1][0] - box[0][0]) * (box[1][1] - box[0][1])


def _is_block(lines: Sequence[Text], box: tuple[Point, Point]) -> bool:
    """Whether the lines stand right below each other, the middle of all in the middle of the box."""
    ordered = sorted(lines, key=lambda line: line.y)
    if list(lines) != ordered:
        return False
    steps = [b.y - a.y for a, b in pairwise(lines)]
    if any(step > _ROW * lines[0].size for step in steps):
        return False
    middle = (lines[0].y - 0.73 * lines[0].size + lines[-1].y) / 2
    return abs(middle - (box[0][1] + box[1][1]) / 2) < _ASIDE


class Sockets:
    """Where wires can be glued: the boxes of a slide with their numbers."""

    def __init__(self, drawing: Drawing, numbers: Mapping[int, int]) -> None:
        """`numbers` are the shapes' numbers by their item's index."""
        whole = drawing.width * drawing.height
        self._boxes = [
            (numbers[index], item, extent(item))
            for index, item in enumerate(drawing.items)
            if index in numbers
            and isinstance(item, Rect | Ellipse | Polygon)
            and item.fill is not None
            and item.part  # a tint behind layers is no box
            and _area(extent(item)) < 0.3 * whole
        ]

    def glue(self, point: Point) -> Glue | None:
        """The number and site of the box whose middle of a side is here; None where there is none."""
        near = [
            (dist(site, point), _area(box), number, 2 * place if isinstance(item, Ellipse) else place)
            for number, item, box in self._boxes
            for place, site in enumerate(
                _sites(box)
            )  # an ellipse has eight, every second in the middle of a side
            if dist(site, point) <= _NEAR
        ]
        return min(near)[2:] if near else None

    def is_clear(self, way: Sequence[Point], ends: Collection[int]) -> bool:
        """Whether a way along the axes meets no box but those at its ends."""
        others = [box for number, _, box in self._boxes if number not in ends]
        return not any(_meets(a, b, box) for a, b in pairwise(way) for box in others)


def _meets(a: Point, b: Point, box: tuple[Point, Point]) -> bool:
    """Whether the piece from a to b runs through the box."""
    return all(
        min(a[axis], b[axis]) < box[1][axis] and box[0][axis] < max(a[axis], b[axis]) for axis in (0, 1)
    ) or any(
        a[axis] == b[axis]
        and box[0][axis] < a[axis] < box[1][axis]
        and min(a[1 - axis], b[1 - axis]) < box[1][1 - axis]
        and box[0][1 - axis] < max(a[1 - axis], b[1 - axis])
        for axis in (0, 1)
    )


def _sites(box: tuple[Point, Point]) -> Iterator[Point]:
    """Above, left, below, right."""
    (left, top), (right, bottom) = box
    x, y = (left + right) / 2, (top + bottom) / 2
    yield from ((x, top), (left, y), (x, bottom), (right, y))


def is_wire(item: Item) -> bool:
    """Whether it leads straight from one thing to another: an open line with a head at its end."""
    return _has_head(item) and len(item.pieces) == 1 and isinstance(item.pieces[0], Line)


def elbows_of(drawing: Drawing) -> dict[int, Elbow]:
    """Wires around one or two corners, by their index, that become elbow connectors glued to two boxes.

    PowerPoint draws a connector as it is written, with sharp corners, and lays it anew when a box that it is
    glued to is moved; LibreOffice lays it anew at once, turning halfway. So only those are glued that turn
    between their boxes, and hit no other box when they turn halfway; shortcuts that run around boxes, wires
    with more corners and S-curves stay free forms, which keep their way and follow nothing.
    """
    sockets = Sockets(drawing, {index: index for index in range(len(drawing.items))})
    found = {}
    for index, item in enumerate(drawing.items):
        elbow = elbow_of(item) if _has_head(item) else None
        if elbow is None or not isinstance(item, Path):
            continue
        start, end = (sockets.glue(point) for point in ends(item))
        if start is None or end is None or start[0] == end[0]:
            continue
        halfway = elbow if elbow.share is None else replace(elbow, share=0.5)
        between = elbow.share is None or 0 <= elbow.share <= 1
        if between and sockets.is_clear(points_of_elbow(halfway), {start[0], end[0]}):
            found[index] = elbow
    return found


def _has_head(item: Item) -> TypeGuard[Path]:
    """Whether it is an open line with a head at its end."""
    return (
        isinstance(item, Path)
        and item.fill is None
        and not item.closed
        and item.head != "none"
        and item.head_at == "end"
        and item.stroke is not None
    )


def ends(item: Path) -> tuple[Point, Point]:
    """Where a wire begins and ends."""
    return item.start, item.pieces[-1].end
