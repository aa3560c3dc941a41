"""Where wires run: from the middle of a card's right side to the middle of another one's left side."""

from typing import Final

from gui.figures.drawing import Curve, Line, Path, Point, rounded_line
from gui.theme import CARD_HEIGHT, CARD_WIDTH

_BEND: Final = 24.0
"""How far a wire that goes back runs on before it turns."""
_CLEAR: Final = 24.0
"""Distance between a card and a wire that passes it."""
_COLUMN_GAP: Final = 80.0
WIRE_PX: Final = 1.5


def ends(source: Point, target: Point) -> tuple[Point, Point]:
    """Where a wire leaves and arrives, for two cards' top left corners."""
    middle = CARD_HEIGHT / 2
    return (source[0] + CARD_WIDTH, source[1] + middle), (target[0], target[1] + middle)


def wire(source: Point, target: Point, colour: str) -> Path:
    """A level start, a curve before the target, a level end; a wire that goes back turns around the rows."""
    (x1, y1), (x2, y2) = ends(source, target)
    if x2 <= x1:
        return rounded_line(_detour(source, target), 16, colour, WIRE_PX)
    begin = _curve_begin(source, target)
    reach = (x2 - begin) / 2
    curve = Curve((begin + reach, y1), (x2 - reach, y2), (x2, y2))
    pieces = (curve,) if begin == x1 else (Line((begin, y1)), curve)
    return Path(start=(x1, y1), pieces=pieces, stroke=colour, stroke_width=WIRE_PX)


def level_piece(source: Point, target: Point) -> tuple[Point, Point]:
    """The longest level piece of the wire, where a caption can lie; of no length where there is none."""
    (x1, y1), (x2, _) = ends(source, target)
    if x2 <= x1:
        _, _, right, left, _, _ = _detour(source, target)
        return left, right
    return (x1, y1), (_curve_begin(source, target), y1)


def _curve_begin(source: Point, target: Point) -> float:
    """The curve spans a column at most: a long wire first runs level, so that it can be told from others."""
    (x1, y1), (x2, y2) = ends(source, target)
    return x2 if y1 == y2 else max(x1, x2 - max(_COLUMN_GAP, abs(y2 - y1) * 0.75))


def _detour(source: Point, target: Point) -> tuple[Point, ...]:
    """Corners of the way back: just above the target's row where there is room, else below both cards."""
    (x1, y1), (x2, y2) = ends(source, target)
    room = target[1] - source[1] - CARD_HEIGHT
    if room >= _CLEAR:
        turn = target[1] - min(room / 2, 2 * _CLEAR)
    else:
        turn = max(source[1], target[1]) + CARD_HEIGHT + _CLEAR
    right, left = x1 + _BEND, x2 - _BEND
    return (x1, y1), (right, y1), (right, turn), (left, turn), (left, y2), (x2, y2)
