"""Where cards lie: snapping, free places, room for a new card on a wire, and neighbours. Plain numbers."""

from collections.abc import Iterable, Mapping
from typing import Final

from engine.layout.card_rects import place, shown_places
from engine.layout.expand_collapse import further_along
from engine.layout.layout import DOWN
from engine.model.network import Edge, Network
from engine.model.project import COLUMN, Point, Project
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH, GRID

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


def free_place(wanted: Point, taken: Iterable[Point], *, down: bool = False) -> Point:
    """The wanted place, moved aside in steps of the grid as little as needed to overlap no card.

    Aside is down or up, or sideways where the network runs down.
    """
    cards = list(taken)
    for distance in range(10_000):
        for step in (distance * GRID, -distance * GRID):
            at = (wanted[0] + step, wanted[1]) if down else (wanted[0], wanted[1] + step)
            if not any(overlap(at, card, GAP) for card in cards):
                return at
    return wanted


def along(project: Project, at: Point) -> Point:
    """A place as (along, across) the way the network runs, and back again."""
    return (at[1], at[0]) if project.direction == "down" else at


def column(project: Project) -> float:
    """From one card to the next along a line."""
    return DOWN.column if project.direction == "down" else COLUMN


def next_place(project: Project, at: Point) -> Point:
    """Where a card stands behind the one at a place."""
    start, across = along(project, at)
    return along(project, (start + column(project), across))


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
    """Where a card dropped on a wire goes, and which cards make room: those behind it on its line.

    A place that is free is taken as it is, but on the row of either end where it is near: wires stay
    straight. The node `but` is the one that is dropped, and stands in nobody's way.
    """
    down, step = project.direction == "down", column(project)
    cards = {card: at for card, at in shown_places(project).items() if card != but}
    ends = [along(project, place(project, end)) for end in edge]
    (source, source_row), (target, target_row) = ends
    start, across = along(project, wanted)
    row = min((source_row, target_row), key=lambda one: abs(one - across))
    if abs(row - across) <= GAP:
        across = row
    at = along(project, (start, across))
    if not any(overlap(at, card, GAP) for card in cards.values()):
        return at, {}
    nearer = target_row if abs(across - target_row) < abs(across - source_row) else source_row
    at = along(project, (source + step, nearer))
    needed = source + 2 * step - target
    moves = {}
    if 0 < needed <= 2 * step:
        reader = project.groups.card(edge[1])
        for card in {reader, *further_along(project, {reader})} - {but}:
            start, across = along(project, cards[card])
            moves[card] = along(project, (start + needed, across))
    return free_place(at, {**cards, **moves}.values(), down=down), moves


def neighbour(positions: Mapping[str, Point], node_id: str, direction: str) -> str | None:
    """The nearest card that way ("left", "right", "up" or "down"), sideways distance counting more."""
    dx, dy = _DIRECTIONS[direction]
    x, y = positions[node_id]
    best: tuple[float, str] | None = None
    for other, (ox, oy) in positions.items():
        ahead = (ox - x) * dx + (oy - y) * dy
        across = abs((ox - x) * dy) + abs((oy - y) * dx)
        # Inside a cone of that direction: what lies rather beside than ahead is another key's neighbour.
        if other != node_id and ahead > 0 and across <= 2.5 * ahead:
            rank = (ahead + 2 * across, other)
            best = rank if best is None or rank < best else best
    return None if best is None else best[1]
