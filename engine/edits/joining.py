"""Which of several nodes are meant when they are to be joined by one layer."""

from collections.abc import Collection

from engine.edits.card_ports import ways_out
from engine.layout.card_rects import place
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
