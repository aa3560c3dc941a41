"""Several cards wired at once: which of them one layer joins, and each to the next."""

from collections.abc import Collection
from itertools import pairwise

from engine.edits.card_ports import HeldPort, ways_out
from engine.errors import NetworkError
from engine.layout.card_rects import place
from engine.layout.collapsed_view import wires_behind
from engine.model.project import Project


def in_reading_order(project: Project, node_ids: Collection[str]) -> tuple[str, ...]:
    """These nodes as they are read on the canvas: across the way the network runs, then along it."""
    down = project.direction == "down"

    def key(node_id: str) -> tuple[float, float, int]:
        x, y = place(project, node_id)
        return (x, y, project.network.rank[node_id]) if down else (y, x, project.network.rank[node_id])

    return tuple(sorted(node_ids, key=key))


def joined_ends(project: Project, node_ids: Collection[str]) -> tuple[str, ...]:
    """The nodes to join: those that nothing among these reads, in reading order.

    Where all of them are one chain, its first and its last: the shortcut around it.
    """
    ends = ways_out(project.network, node_ids)
    if len(ends) > 1:
        return in_reading_order(project, ends)
    first = project.network.in_order(node_ids)[0]
    return (first, *(end for end in ends if end != first))


def connect_in_sequence(project: Project, cards: Collection[str]) -> Project:
    """With each of these cards wired to the next, along the way the network runs.

    `NetworkError` where that would close a cycle, or where it is not clear which layers of a group are meant.
    """
    axis = 1 if project.direction == "down" else 0

    def key(card: str) -> tuple[float, float]:
        at = project.position(card)
        return at[axis], at[1 - axis]

    for source, target in pairwise(sorted(cards, key=key)):
        held = HeldPort.of_card(project, source, "out")
        found = held.connections(target)
        if len(found) > 1:
            raise NetworkError(f"several wires can be meant into “{_name(project, target)}”: draw it by hand")
        if found:
            project = found[0].made_in(project)
        elif not wires_behind(project.network, project.groups, (source, target)):
            raise NetworkError(held.refusal(target))
    return project


def _name(project: Project, card: str) -> str:
    return project.groups[card].label if card in project.groups else project.network[card].label
