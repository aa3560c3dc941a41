"""Aligning and distributing cards, and the lines that a dragged card snaps to. Plain numbers."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from engine.layout.room import GAP, overlap
from engine.model.project import Point
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH

ALIGNMENTS: Final = ("left", "centre", "right", "top", "middle", "bottom")
"""Where cards are brought to: the first three in a column, the others in a row."""

AXES: Final = ("horizontally", "vertically")

_LEAST: Final = (CARD_WIDTH + GAP, CARD_HEIGHT + GAP)


def aligned(places: Mapping[str, Point], alignment: str) -> dict[str, Point]:
    """The cards in one column or row, at its first, middle or last place; none lies on another then."""
    across = 0 if ALIGNMENTS.index(alignment) < 3 else 1
    values = [place[across] for place in places.values()]
    wanted = (min(values), (min(values) + max(values)) / 2, max(values))[ALIGNMENTS.index(alignment) % 3]
    along = 1 - across
    made: dict[str, Point] = {}
    free = float("-inf")
    for node_id, place in sorted(places.items(), key=lambda item: item[1][along]):
        at = max(place[along], free)
        free = at + _LEAST[along]
        made[node_id] = (wanted, at) if across == 0 else (at, wanted)
    return made


def distributed(places: Mapping[str, Point], axis: str) -> dict[str, Point]:
    """The cards at equal distances between the first and the last, farther where they would overlap."""
    along = AXES.index(axis)
    order = sorted(places.items(), key=lambda item: item[1][along])
    if len(order) < 3:
        return dict(places)
    first, last = order[0][1][along], order[-1][1][along]

    def at_steps(step: float) -> dict[str, Point]:
        stops = ((node_id, place, first + number * step) for number, (node_id, place) in enumerate(order))
        return {node_id: (at, place[1]) if along == 0 else (place[0], at) for node_id, place, at in stops}

    made = at_steps((last - first) / (len(order) - 1))
    pairs = combinations(made.values(), 2)
    return at_steps(_LEAST[along]) if any(overlap(a, b) for a, b in pairs) else made


@dataclass(frozen=True)
class Guide:
    """A line that says what a card is in line with: its two ends."""

    start: Point
    end: Point


class Guides:
    """The rows and columns of the cards that stand still while others are dragged."""

    def __init__(self, places: Iterable[Point]) -> None:
        self._places = tuple(places)
        self._rows = sorted({place[1] for place in self._places})
        self._columns = sorted({place[0] for place in self._places})

    def snap(self, at: Point, reach: float) -> tuple[Point, tuple[bool, bool]]:
        """The place moved onto a column or row within `reach`, and for each axis whether it was."""
        column, row = _nearest(self._columns, at[0], reach), _nearest(self._rows, at[1], reach)
        snapped = (at[0] if column is None else column, at[1] if row is None else row)
        return snapped, (column is not None, row is not None)

    def lines(self, at: Point) -> tuple[Guide, ...]:
        """What a card at this place is in line with: through the middles, to the farthest of those near."""
        found = []
        middle = at[0] + CARD_WIDTH / 2, at[1] + CARD_HEIGHT / 2
        beside = [x for x, y in self._places if y == at[1] and abs(x - at[0]) <= _NEAR[0]]
        if beside:
            left, right = min(*beside, at[0]), max(*beside, at[0])
            found.append(Guide((left, middle[1]), (right + CARD_WIDTH, middle[1])))
        above = [y for x, y in self._places if x == at[0] and abs(y - at[1]) <= _NEAR[1]]
        if above:
            top, bottom = min(*above, at[1]), max(*above, at[1])
            found.append(Guide((middle[0], top), (middle[0], bottom + CARD_HEIGHT)))
        return tuple(found)


_NEAR: Final = (6 * CARD_WIDTH, 8 * CARD_HEIGHT)
"""How far a guide reaches for cards that are in line."""


def _nearest(values: list[float], wanted: float, reach: float) -> float | None:
    place = bisect_left(values, wanted)
    near = [value for value in values[max(place - 1, 0) : place + 1] if abs(value - wanted) <= reach]
    return min(near, key=lambda value: abs(value - wanted), default=None)
