"""Where cards lie: snapping, free places, room for a new card on a wire, and neighbours. Plain numbers."""

from collections.abc import Iterable, Mapping
from typing import Final

from engine.boxes import place, shown_places
from engine.network import Edge, Network
from engine.project import COLUMN, Point, Project
from gui.theme import CARD_HEIGHT, CARD_WIDTH, GRID

GAP: Final = 24.0
"""Least distance between two cards that the program itself places side by side."""

ROW: Final = 120.0
"""Vertical distance between neighbouring rows of cards."""

_DIRECTIONS: Final[Mapping[str, Point]] = {
    "left": (-1.0, 0.0),
    "right": (1.0, 0.0),
    "up": (0.0, -1.0),
    "down": (0.0, 1.0),
}


def snapped(at: Point) -> Point:
    """The nearest point of the 8 px grid."""
    return round(at[0] / GRID) * float(GRID), round(at[1] / GRID) * float(GRID)


def overlap(a: Point, b: Point, gap: float = 0.0) -> bool:
    """Whether two cards with these top left corners are closer than `gap`, sideways and up and down."""
    return abs(a[0] - b[0]) < CARD_WIDTH + gap and abs(a[1] - b[1]) < CARD_HEIGHT + gap


def free_place(wanted: Point, taken: Iterable[Point]) -> Point:
    """The wanted place, moved down or up in steps of the grid as little as needed to overlap no card."""
    cards = list(taken)
    for distance in range(10_000):
        for y in (wanted[1] + distance * GRID, wanted[1] - distance * GRID):
            if not any(overlap((wanted[0], y), card, GAP) for card in cards):
                return wanted[0], y
    return wanted


def free_offset(group: Iterable[Point], taken: Iterable[Point]) -> float:
    """How far down a group of cards has to move to overlap no other card."""
    cards, moving = list(taken), list(group)
    for step in range(10_000):
        down = float(step * GRID)
        if not any(overlap((x, y + down), card, GAP) for x, y in moving for card in cards):
            return down
    return 0.0


def descendants(network: Network, node_id: str) -> frozenset[str]:
    """Everything that depends on the node, itself not included."""
    found: set[str] = set()
    waiting = list(network.outputs_of[node_id])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += network.outputs_of[one]
    return frozenset(found)


def room_on_wire(
    project: Project, edge: Edge, wanted: Point, *, but: str = ""
) -> tuple[Point, dict[str, Point]]:
    """Where a card dropped on a wire goes, and which cards make room: those after the wire step right.

    A place that is free is taken as it is, but on the row of either end where it is near: wires stay
    straight. The node `but` is the one that is dropped, and stands in nobody's way.
    """
    cards = {card: at for card, at in shown_places(project).items() if card != but}
    (sx, sy), (tx, ty) = place(project, edge[0]), place(project, edge[1])
    rows = (sy, ty)
    row = min(rows, key=lambda y: abs(y - wanted[1]))
    if abs(row - wanted[1]) <= GAP:
        wanted = (wanted[0], row)
    if not any(overlap(wanted, card, GAP) for card in cards.values()):
        return wanted, {}
    at = (sx + COLUMN, ty if sy != ty and abs(wanted[1] - ty) < abs(wanted[1] - sy) else sy)
    needed = at[0] + COLUMN - tx
    moves = {}
    if 0 < needed <= 2 * COLUMN:
        after = {edge[1], *descendants(project.network, edge[1])} - {but}
        for card in dict.fromkeys(map(project.groups.card, after)):
            x, y = cards[card]
            if x >= tx:
                moves[card] = (x + needed, y)
    return free_place(at, {**cards, **moves}.values()), moves


def neighbour(positions: Mapping[str, Point], node_id: str, direction: str) -> str | None:
    """The nearest card that way ("left", "right", "up" or "down"), sideways distance counting more."""
    dx, dy = _DIRECTIONS[direction]
    x, y = positions[node_id]
    best: tuple[float, str] | None = None
    for other, (ox, oy) in positions.items():
        along = (ox - x) * dx + (oy - y) * dy
        across = abs((ox - x) * dy) + abs((oy - y) * dx)
        # Inside a cone of that direction: what lies rather beside than ahead is another key's neighbour.
        if other != node_id and along > 0 and across <= 2.5 * along:
            rank = (along + 2 * across, other)
            best = rank if best is None or rank < best else best
    return None if best is None else best[1]
