"""Taking a way out of a problem: the edit, and a place on the canvas for what it brings in."""

from engine.fixes.fix import Fix
from engine.layout.card_rects import shown_places
from engine.layout.room import along, column, free_place, next_place, opened_part, room_on_wire
from engine.model.project import Point, Project


def take_fix(project: Project, fix: Fix) -> Project:
    """The project with the edit made; cards make room as for one dropped on a wire, and none is covered."""
    made = project.with_network(fix.apply(project.network))
    waiting = [node_id for node_id in made.network.order if node_id not in project.network]
    while waiting:
        at, moves = _place(made, waiting[0], waiting)
        made = made.move({waiting[0]: at, **moves})
        waiting = waiting[1:]
    return made


def _place(project: Project, node_id: str, waiting: list[str]) -> tuple[Point, dict[str, Point]]:
    """Where a new node goes, and which cards make room; those that wait are in nobody's way."""
    behind = project.groups.card(node_id)
    if behind != node_id:
        return _place(opened_part(project, behind), node_id, waiting)
    network = project.network
    sources = [source for source in network[node_id].inputs if source not in waiting]
    readers = [reader for reader in network.outputs_of[node_id] if reader not in waiting]
    shown = {card: at for card, at in shown_places(project).items() if card not in waiting}
    down = project.direction == "down"
    if sources and readers:
        return room_on_wire(project, (sources[0], readers[0]), project.position(node_id), but=waiting)
    if sources:
        wanted = next_place(project, project.position(project.groups.card(sources[0])))
    elif readers:
        start, across = along(project, project.position(project.groups.card(readers[0])))
        wanted = along(project, (start - column(project), across))
    else:
        wanted = project.position(node_id)
    return free_place(wanted, shown.values(), down=down), {}
