"""Wires around corners as PowerPoint's elbow connectors: which they are, and how they lie.

ECMA-376, part 1, presetShapeDefinitions: `bentConnector2` runs along and then across, `bentConnector3` along,
across and along again, both from the upper left to the lower right corner of their frame; flips and a
quarter turn give all others. Of its two pieces along, the first takes `adj1` of the frame's width.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gui.figures.drawing.drawing import Curve, Line, Path, Point

_LEAST = 0.25
"""Units along that a frame has at least: the first piece is told as a share of it."""
_SAME = 0.01


@dataclass(frozen=True, kw_only=True)
class Elbow:
    """An elbow connector: its frame before it is turned, and how it is flipped and turned."""

    shape: str
    left: float
    top: float
    width: float
    height: float
    flip_h: bool
    flip_v: bool
    turned: bool
    """By 90° clockwise around its middle."""
    share: float | None = None
    """Of the frame's width until it first turns; None where it turns once."""


def elbow_of(path: Path) -> Elbow | None:
    """The connector that lies as an open path of two or three pieces along the axes does, its corners sharp;
    None for any other path."""
    corners = _corners(path)
    if corners is None or len(corners) not in (3, 4):
        return None
    axis = 0 if abs(corners[0][1] - corners[1][1]) < _SAME else 1
    for index, (a, b) in enumerate(pairwise(corners)):
        own = (axis + index) % 2
        if abs(a[1 - own] - b[1 - own]) > _SAME or abs(a[own] - b[own]) < _SAME:
            return None
    start, end = corners[0], corners[-1]
    along, across = end[axis] - start[axis], end[1 - axis] - start[1 - axis]
    width, height = max(abs(along), _LEAST), abs(across)
    sign = -1.0 if along < 0 else 1.0
    share = None if len(corners) == 3 else sign * (corners[1][axis] - start[axis]) / width
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    # Turned by 90°, along is down and across is to the left.
    return Elbow(
        shape=f"bentConnector{len(corners) - 1}",
        left=middle[0] - width / 2,
        top=middle[1] - height / 2,
        width=width,
        height=height,
        flip_h=along < 0,
        flip_v=across < 0 if axis == 0 else across > 0,
        turned=axis == 1,
        share=share,
    )


def points_of_elbow(elbow: Elbow) -> list[Point]:
    """The corners of the connector on the page, as a program draws it."""
    w, h = elbow.width, elbow.height
    if elbow.share is None:
        local = [(0.0, 0.0), (w, 0.0), (w, h)]
    else:
        local = [(0.0, 0.0), (w * elbow.share, 0.0), (w * elbow.share, h), (w, h)]
    made = []
    for x, y in local:
        u = (w - x if elbow.flip_h else x) - w / 2
        v = (h - y if elbow.flip_v else y) - h / 2
        u, v = (-v, u) if elbow.turned else (u, v)
        made.append((elbow.left + w / 2 + u, elbow.top + h / 2 + v))
    return made


def _corners(path: Path) -> list[Point] | None:
    """The points of a line with rounded corners, the corners themselves in place of their curves."""
    if path.closed or path.fill is not None or path.stroke is None:
        return None
    return list(_merged([path.start, *_turns(path)]))


def _turns(path: Path) -> Iterator[Point]:
    at, before = path.start, path.start
    for piece in path.pieces:
        if isinstance(piece, Curve):
            # Where the straight pieces before and behind meet.
            level = abs(at[1] - before[1]) < abs(at[0] - before[0])
            yield (piece.end[0], at[1]) if level else (at[0], piece.end[1])
        elif isinstance(piece, Line):
            yield piece.end
        before, at = at, piece.end


def _merged(points: list[Point]) -> Iterator[Point]:
    """Without points in the middle of a straight piece, and without those that are there twice."""
    kept = [points[0]]
    for point in points[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) > _SAME:
            kept.append(point)
    for index, point in enumerate(kept):
        inner = 0 < index < len(kept) - 1
        if inner and any(
            abs(kept[index - 1][axis] - point[axis]) < _SAME
            and abs(point[axis] - kept[index + 1][axis]) < _SAME
            for axis in (0, 1)
        ):
            continue
        yield point
