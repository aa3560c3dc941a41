"""Places for the nodes of a file that gives them none, as scripts and people write it."""

import dataclasses
from collections.abc import Mapping

from engine.layout.layout import CARD, ROW, lay_out
from engine.model.project import COLUMN, Point, Project


def with_every_position(project: Project) -> Project:
    """The project with a place for every node; those that have one keep it.

    Without any, the network is laid out. Otherwise a node stands to its nearest placed neighbour as it would
    in that layout, or below it where another card lies.
    """
    missing = [node_id for node_id in project.network.order if node_id not in project.positions]
    if not missing:
        return project
    ideal = lay_out(project.network, project.groups, direction=project.direction)
    places = {node_id: at for node_id, at in project.positions.items() if node_id in project.network}
    if not places:
        return dataclasses.replace(project, positions={**ideal, **project.positions})
    waiting = dict.fromkeys(missing)
    while waiting:
        # those beside a placed one first, so that chains grow from what is there
        node_id = next((one for one in waiting if _neighbour(project, one, places)), next(iter(waiting)))
        del waiting[node_id]
        anchor = _neighbour(project, node_id, places)
        if anchor:
            (x, y), (here, there) = places[anchor], (ideal[node_id], ideal[anchor])
            wanted = (x + here[0] - there[0], y + here[1] - there[1])
        else:
            wanted = ideal[node_id]
        places[node_id] = _free(wanted, places, down=project.direction == "down")
    return dataclasses.replace(project, positions={**project.positions, **places})


def _neighbour(project: Project, node_id: str, places: Mapping[str, Point]) -> str:
    """A node with a place that this one reads, or else one that reads it; empty if there is none."""
    network = project.network
    sides = (*network.nodes[node_id].inputs, *network.outputs_of[node_id])
    return next((side for side in sides if side in places), "")


def _free(wanted: Point, places: Mapping[str, Point], *, down: bool) -> Point:
    """The first place from there on, across the direction of the wires, that no card covers."""
    x, y = wanted
    while any(abs(x - left) < CARD[0] and abs(y - top) < CARD[1] for left, top in places.values()):
        x, y = (x + COLUMN, y) if down else (x, y + ROW)
    return x, y
