"""The way of a wire: straight along a row, turning in the gaps between columns, around cards in its way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QTransform

from engine.layout.layout import DOWN, RIGHT
from engine.layout.series_parallel import Spacing

Obstacles = Callable[[QRectF], list[QRectF]]
"""The cards that a rectangle meets, those at the wire's two ends left out."""

_NARROW: Final = 16.0
"""Less than this between two ports, and the wire goes out and comes back in."""

_LEAST_BOW: Final = 24.0
"""How far a wire runs on before it turns towards a point that it is led through."""

_CLEAR: Final = 24.0
_LOOP: Final = 28.0
_ROUND: Final = 20.0
_TURNED: Final = QTransform(0, 1, 1, 0, 0, 0)
"""Exchanges x and y."""


@dataclass(frozen=True)
class Route:
    """A wire's path, and its corners: the same way in straight lines, for painting from afar."""

    path: QPainterPath
    corners: tuple[QPointF, ...]


@dataclass(frozen=True)
class _Way:
    points: tuple[QPointF, ...]
    run: QRectF
    """The straight part, as high as a wire with its margin: no card may lie there."""


def route(start: QPointF, end: QPointF, obstacles: Obstacles, *, down: bool = False) -> Route:
    """The way from an output port to an input port, where the network runs to the right, or down."""
    if not down:
        return _route(start, end, obstacles, RIGHT)
    across = _route(
        _TURNED.map(start),
        _TURNED.map(end),
        lambda area: [_TURNED.mapRect(card) for card in obstacles(_TURNED.mapRect(area))],
        DOWN,
    )
    return Route(_TURNED.map(across.path), tuple(map(_TURNED.map, across.corners)))


def led(start: QPointF, points: Sequence[QPointF], end: QPointF, *, down: bool = False) -> Route:
    """The way through points that somebody has set: in S-curves from one to the next."""
    corners = (start, *points, end)
    path = QPainterPath(start)
    for a, b in pairwise(corners):
        half = max(abs(b.y() - a.y() if down else b.x() - a.x()) / 2, _LEAST_BOW)
        bow = QPointF(0, half) if down else QPointF(half, 0)
        path.cubicTo(a + bow, b - bow, b)
    return Route(path, corners)


def _route(start: QPointF, end: QPointF, obstacles: Obstacles, spacing: Spacing) -> Route:
    width = end.x() - start.x()
    if width < _NARROW:
        return _backward(start, end, obstacles, spacing.across / 2 + _CLEAR)
    if width <= 1.5 * spacing.gap_along:
        return _curved((start, end))
    return _curved(_forward(start, end, obstacles, spacing.gap_along).points)


def _forward(start: QPointF, end: QPointF, obstacles: Obstacles, turn: float) -> _Way:
    """A long way: along the source's row, else along the target's, else above or below what is there.

    `turn` is the width in which a wire changes its row: the gap between two columns.
    """
    if abs(start.y() - end.y()) < 1:
        ways = [_Way((start, end), _line(start, end))]
    else:
        late, early = QPointF(end.x() - turn, start.y()), QPointF(start.x() + turn, end.y())
        ways = [
            _Way((start, late, end), _line(start, late)),
            _Way((start, early, end), _line(early, end)),
        ]
    blocking: list[QRectF] = []
    for _ in range(4):
        for way in ways:
            found = obstacles(way.run)
            if not found:
                return way
            blocking += found
        over = min(card.top() for card in blocking) - _CLEAR
        under = max(card.bottom() for card in blocking) + _CLEAR
        middle = (start.y() + end.y()) / 2
        ways = [_detour(start, end, y, turn) for y in sorted((over, under), key=lambda y: abs(y - middle))]
    return ways[0]


def _detour(start: QPointF, end: QPointF, y: float, turn: float) -> _Way:
    turn = min(turn, (end.x() - start.x()) / 2)
    first, last = QPointF(start.x() + turn, y), QPointF(end.x() - turn, y)
    return _Way((start, first, last, end), _line(first, last))


def _line(first: QPointF, last: QPointF) -> QRectF:
    return QRectF(first, last).normalized().adjusted(0, -4, 0, 4)


def _curved(points: tuple[QPointF, ...]) -> Route:
    path = QPainterPath(points[0])
    for a, b in pairwise(points):
        if abs(a.y() - b.y()) < 1:
            path.lineTo(b)
        else:
            half = (b.x() - a.x()) / 2
            path.cubicTo(QPointF(a.x() + half, a.y()), QPointF(b.x() - half, b.y()), b)
    return Route(path, points)


def _backward(start: QPointF, end: QPointF, obstacles: Obstacles, half: float) -> Route:
    """Out, up or down to a free line, back, and in: like the return of a typewriter."""
    left, right = end.x() - _LOOP, start.x() + _LOOP
    low, high = max(start.y(), end.y()), min(start.y(), end.y())
    reach = 2 * half + 4
    band = QRectF(QPointF(left, high - reach), QPointF(right, low + reach)).normalized()
    taken = {(card.top(), card.bottom()) for card in obstacles(band)}

    def free(y: float, clear: float) -> bool:
        return not any(top < y + clear and bottom > y - clear for top, bottom in taken)

    down = 1.0 if end.y() >= start.y() else -1.0
    between = (start.y() + down * off for off in range(int(half), int(abs(end.y() - start.y())), 12))
    # The first wide gap after the source's row: all wires from one card share it, between two lines.
    y = next((y for y in between if free(y, _CLEAR + 4)), None)
    if y is None:
        around = (low + half, high - half, low + 2 * half, high - 2 * half)
        y = next((y for y in around if free(y, 4)), low + half)
    corners = (
        start, QPointF(right, start.y()), QPointF(right, y), QPointF(left, y), QPointF(left, end.y()), end,
    )  # fmt: skip
    return Route(_rounded(corners), corners)


def _rounded(corners: tuple[QPointF, ...]) -> QPainterPath:
    path = QPainterPath(corners[0])
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        path.lineTo(_towards(corner, before))
        path.quadTo(corner, _towards(corner, after))
    path.lineTo(corners[-1])
    return path


def _towards(corner: QPointF, other: QPointF) -> QPointF:
    """A point off the corner on the way to its neighbour, at most half that way."""
    way = other - corner
    length = abs(way.x()) + abs(way.y())  # the ways run along the axes
    return corner if length == 0 else corner + way * (min(_ROUND, length / 2) / length)
