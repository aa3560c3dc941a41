"""Several layers again: once more beside themselves with what they read, or N times one behind the other."""

from collections.abc import Collection, Mapping

from engine.analysis.group_report import outer_inputs, outer_outputs
from engine.errors import NetworkError
from engine.layout.card_rects import shown_places
from engine.layout.expand_collapse import further_along
from engine.layout.room import along, column, free_offset, make_way
from engine.model.network import Network
from engine.model.project import Point, Project

MOST_TIMES = 100
"""A block is repeated so often at most."""


def duplicate_wired(project: Project, node_ids: Collection[str]) -> Project:
    """With copies of the nodes below themselves that read what those read, also from outside."""
    part = project.part(node_ids)
    down = free_offset(shown_places(part).values(), shown_places(project).values())
    at = {item_id: (x, y + down) for item_id, (x, y) in part.positions.items()}
    made, renamed = _pasted(project, part, at)
    for old in project.network.in_order(node_ids):
        for source in project.network[old].inputs:
            if source not in renamed:
                made = made.connect(source, renamed[old])
    return _inputs_in_order(made, project.network, renamed)


def repeat(project: Project, node_ids: Collection[str], times: int) -> Project:
    """With these nodes `times` times in a row: each copy reads the one before, what follows reads the last.

    `NetworkError` where it is not one thing that comes out of them, or nothing goes in.
    """
    network = project.network
    sources, ends = outer_inputs(network, node_ids), outer_outputs(network, node_ids)
    if not 2 <= times <= MOST_TIMES:
        raise NetworkError(f"times={times}: a block is repeated 2 to {MOST_TIMES} times")
    if len(ends) != 1:
        raise NetworkError(
            f"the selection has {len(ends)} ways out: what comes next would not know which one to read"
        )
    if not sources:
        raise NetworkError("the selection reads nothing: a copy of it could not be set behind it")
    main = network.in_order(sources)[-1]
    (end,) = ends
    readers = [reader for reader in network.outputs_of[end] if reader not in node_ids]
    part = project.part(node_ids)
    length = _length(project, part) + column(project)
    made, last = _with_room(project, node_ids, readers, (times - 1) * length), end
    for number in range(1, times):
        at = {item_id: _moved(project, point, number * length) for item_id, point in part.positions.items()}
        made, renamed = _pasted(made, part, _free(made, part, at))
        for old in network.in_order(node_ids):
            for source in network[old].inputs:
                if source not in renamed:
                    made = made.connect(last if source == main else source, renamed[old])
        made = _inputs_in_order(made, network, {**renamed, main: last})
        last = renamed[end]
    for reader in readers:
        made = made.connect(last, reader, replacing=end)
    return made


def _pasted(project: Project, part: Project, at: Mapping[str, Point]) -> tuple[Project, dict[str, str]]:
    nodes = list(part.network.nodes.values())
    made, new = project.paste(nodes, at, part.groups.values())
    return made, dict(zip((node.id for node in nodes), new, strict=True))


def _inputs_in_order(project: Project, before: Network, renamed: Mapping[str, str]) -> Project:
    """With the inputs of copies in the order of the originals': wires from outside were drawn last."""
    made = project.network
    for old, new in renamed.items():
        wanted = tuple(renamed.get(source, source) for source in before[old].inputs)
        if new in made and set(made[new].inputs) == set(wanted):
            for source in wanted:
                made = made.disconnect(source, new).connect(source, new)
    return project.with_network(made)


def _length(project: Project, part: Project) -> float:
    """From the first to the last column of the cards."""
    starts = [along(project, at)[0] for at in shown_places(part).values()]
    return max(starts) - min(starts)


def _moved(project: Project, at: Point, by: float) -> Point:
    start, across = along(project, at)
    return along(project, (start + by, across))


def _with_room(project: Project, node_ids: Collection[str], readers: list[str], by: float) -> Project:
    """With what follows the nodes moved on."""
    inside = {project.groups.card(node_id) for node_id in node_ids}
    following = {project.groups.card(reader) for reader in readers} - inside
    if not following:
        return project
    moving = {*following, *further_along(project, following)} - inside
    return project.move(make_way(project, moving, by))


def _free(project: Project, part: Project, at: Mapping[str, Point]) -> dict[str, Point]:
    """These places, all of them further down by as much as it takes to cover nothing."""
    cards = [at[card] for card in shown_places(part) if card in at]
    down = free_offset(cards, shown_places(project).values())
    return {item_id: (x, y + down) for item_id, (x, y) in at.items()}
