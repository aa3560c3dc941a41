"""Room for cards: the grid, places where no card lies, and what moves so that a card fits into a wire.

Nothing here ever puts a card on another.
"""

from collections.abc import Collection, Iterable
from typing import Final

from engine.layout.card_rects import place, shown_places
from engine.layout.expand_collapse import further_along
from engine.layout.layout import CARD, DOWN
from engine.model.network import Edge
from engine.model.project import COLUMN, Point, Project

GRID: Final = 8.0
"""Cards that the program places lie on multiples of this."""

GAP: Final = 24.0
"""Least distance between two cards that the program itself places side by side."""


def snapped(at: Point) -> Point:
    """The nearest point of the 8 px grid."""
    return round(at[0] / GRID) * GRID, round(at[1] / GRID) * GRID


def overlap(a: Point, b: Point, gap: float = 0.0) -> bool:
    """Whether two cards with these top left corners are closer than `gap`, sideways and up and down."""
    return abs(a[0] - b[0]) < CARD[0] + gap and abs(a[1] - b[1]) < CARD[1] + gap


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
        down = step * GRID
        if not any(overlap((x, y + down), card, GAP) for x, y in moving for card in cards):
            return down
    return 0.0


def room_on_wire(
    project: Project, edge: Edge, wanted: Point, *, but: Collection[str] = ()
) -> tuple[Point, dict[str, Point]]:
    """Where a card dropped on a wire goes, and which cards make room: those behind it on its line.

    A place that is free is taken as it is, but on the row of either end where it is near: wires stay
    straight. The cards `but` are those that are placed now, and stand in nobody's way.
    """
    behind = project.groups.card(edge[0])
    if behind in project.groups and behind == project.groups.card(edge[1]):
        inner = opened_part(project, behind)
        return room_on_wire(inner, edge, place(inner, edge[1]), but=but)
    down, step = project.direction == "down", column(project)
    cards = {card: at for card, at in shown_places(project).items() if card not in but}
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
        moves = make_way(project, {reader, *further_along(project, {reader})} - set(but), needed, but=but)
    return free_place(at, {**cards, **moves}.values(), down=down), moves


def opened_part(project: Project, group_id: str) -> Project:
    """What lies in a group alone, the group open: the room that there is behind its card."""
    return project.part(project.groups.nodes(group_id)).set_collapsed(group_id, False)


def make_way(
    project: Project, moving: Collection[str], by: float, *, but: Collection[str] = ()
) -> dict[str, Point]:
    """These cards moved on along the way the network runs; with all that lies as far, where they would land
    on others: what moves together stays apart, and what stays behind comes no nearer."""
    cards = {card: at for card, at in shown_places(project).items() if card not in but}
    moves = _moved_along(project, moving, by, cards)
    standing = [at for card, at in cards.items() if card not in moves]
    if any(overlap(at, other) for at in moves.values() for other in standing):
        first = min(along(project, cards[card])[0] for card in moving)
        further = [card for card, at in cards.items() if along(project, at)[0] >= first]
        return _moved_along(project, further, by, cards)
    return moves


def _moved_along(
    project: Project, moving: Iterable[str], by: float, cards: dict[str, Point]
) -> dict[str, Point]:
    moves = {}
    for card in moving:
        start, across = along(project, cards[card])
        moves[card] = along(project, (start + by, across))
    return moves
