"""Where wires run: along the rows, turning in the gaps between columns, around the cards in their way.

Everything is said for networks that run to the right; `turned` exchanges x and y for those that run down.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import dist
from typing import Final

from engine.layout.layout import RIGHT
from engine.layout.series_parallel import Spacing
from engine.model.project import Point
from gui.figures.drawing.drawing import Curve, Line, Path
from gui.figures.drawing.item_bounds import points_of
from gui.figures.drawing.shapes import rounded_line

WIRE_PX: Final = 1.5

Piece = tuple[Point, Point]
Obstacles = Callable[[Piece], list[Point]]
"""Top left corners of the cards that a level piece meets, those at the wire's ends left out."""

_CLEAR: Final = 24.0
_LOOP: Final = 24.0
"""How far a wire that goes back runs on before it turns."""
_MARGIN: Final = 4.0
_ROUND: Final = 16.0


def fan(
    source: Point, targets: Sequence[Point], cards: Sequence[Point], spacing: Spacing = RIGHT
) -> list[tuple[Point, ...]]:
    """The ways of all wires from one card, in the order of the targets; those that go back share a line."""
    made: dict[Point, tuple[Point, ...]] = {}
    shared: float | None = None
    for target in sorted(targets, key=lambda target: target[1]):
        made[target] = way = corners(source, target, cards, line=shared, spacing=spacing)
        if shared is None and way[-1][0] - way[0][0] < 2 * _LOOP:
            shared = way[2][1]
    return [made[target] for target in targets]


def corners(
    source: Point,
    target: Point,
    cards: Iterable[Point] = (),
    *,
    line: float | None = None,
    spacing: Spacing = RIGHT,
) -> tuple[Point, ...]:
    """The wire's way in straight lines between two cards, given by their top left corners.

    `cards` are the top left corners of all that may be in its way; `line` is where a way back should run.
    """
    middle = spacing.across / 2
    start, end = (source[0] + spacing.along, source[1] + middle), (target[0], target[1] + middle)
    others = [card for card in cards if card not in (source, target)]

    def obstacles(piece: Piece) -> list[Point]:
        (x1, y), (x2, _) = sorted(piece)
        return [
            (x, top)
            for x, top in others
            if x < x2 and x1 < x + spacing.along and top - _MARGIN < y < top + spacing.across + _MARGIN
        ]

    if end[0] - start[0] < 2 * _LOOP:
        return _back(start, end, obstacles, line, spacing)
    return _forward(start, end, obstacles, spacing)


def wire(way: Sequence[Point], colour: str) -> Path:
    """The line along these corners: rounded on the way back, in S-curves from row to row otherwise."""
    if any(b[0] <= a[0] for a, b in pairwise(way)):
        return rounded_line(way, _ROUND, colour, WIRE_PX)
    pieces: list[Line | Curve] = []
    for (x1, y1), (x2, y2) in pairwise(way):
        half = (x2 - x1) / 2
        curve = Curve((x1 + half, y1), (x2 - half, y2), (x2, y2))
        pieces.append(Line((x2, y2)) if y1 == y2 else curve)
    return Path(start=way[0], pieces=tuple(pieces), stroke=colour, stroke_width=WIRE_PX)


def turned(point: Point) -> Point:
    """The point with x and y exchanged."""
    return point[1], point[0]


def turned_path(path: Path) -> Path:
    """The path with x and y exchanged."""
    pieces: list[Line | Curve] = []
    for piece in path.pieces:
        points = [turned(point) for point in points_of(piece)]
        pieces.append(Line(*points) if isinstance(piece, Line) else Curve(*points))
    return replace(path, start=turned(path.start), pieces=tuple(pieces))


def level_piece(way: Sequence[Point]) -> Piece:
    """The longest level piece of the way, from left to right, where a caption can lie."""
    pieces = [(min(a, b), max(a, b)) for a, b in pairwise(way) if a[1] == b[1]]
    return max(pieces, key=lambda piece: piece[1][0] - piece[0][0], default=(way[0], way[0]))


def longest_piece(way: Sequence[Point]) -> Piece:
    """The longest piece of a way of level and upright ones."""
    return max(((min(a, b), max(a, b)) for a, b in pairwise(way)), key=lambda piece: dist(*piece))


def _forward(start: Point, end: Point, obstacles: Obstacles, spacing: Spacing) -> tuple[Point, ...]:
    """Along the source's row, else along the target's, else above or below what is there."""
    (x1, y1), (x2, y2) = start, end
    if y1 == y2:
        ways: list[tuple[tuple[Point, ...], Piece]] = [((start, end), (start, end))]
    elif x2 - x1 <= 1.5 * spacing.gap_along:
        return start, end
    else:
        # A steep curve needs more room than the gap, where there is any.
        steep = 0.75 if spacing.gap_along >= spacing.across else 0.0  # low cards in wide gaps alone
        turn = min(max(spacing.gap_along, abs(y2 - y1) * steep), x2 - x1)
        late, early = (x2 - turn, y1), (x1 + turn, y2)
        ways = [((start, late, end), (start, late)), ((start, early, end), (early, end))]
        ways += [((start, (x2 - spacing.gap_along, y1), end), (start, (x2 - spacing.gap_along, y1)))]
    blocking: list[Point] = []
    for way, run in ways:
        found = obstacles(run)
        if not found:
            return way
        blocking += found
    for _ in range(4):
        over = min(top for _, top in blocking) - _CLEAR
        under = max(top for _, top in blocking) + spacing.across + _CLEAR
        turn = min(spacing.gap_along, (x2 - x1) / 2)
        for y in sorted((over, under), key=lambda y: abs(y - (y1 + y2) / 2)):
            first, last = (x1 + turn, y), (x2 - turn, y)
            found = obstacles((first, last))
            if not found:
                return start, first, last, end
            blocking += found
    return start, end


def _back(
    start: Point, end: Point, obstacles: Obstacles, line: float | None, spacing: Spacing
) -> tuple[Point, ...]:
    """Out, to a free line just before the target's row, back, and in: like the return of a typewriter."""
    half = spacing.across / 2
    right, left = start[0] + _LOOP, end[0] - _LOOP
    room = abs(end[1] - start[1]) - spacing.across
    down = 1.0 if end[1] > start[1] else -1.0
    below, above = max(start[1], end[1]) + half + _CLEAR, min(start[1], end[1]) - half - _CLEAR
    lines = [below, above]
    if room >= _CLEAR:
        before = end[1] - down * (half + min(room / 2, 2 * _CLEAR))
        after = start[1] + down * (half + min(room / 2, _CLEAR))
        lines = [before, (start[1] + end[1]) / 2, after, *lines]
    if line is not None:
        lines.insert(0, line)
    y = next((y for y in lines if not obstacles(((left, y), (right, y)))), lines[0])
    return start, (right, start[1]), (right, y), (left, y), (left, end[1]), end
