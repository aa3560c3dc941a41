"""How a layer or a block comes into a project: alone, behind a node, at the end of a wire, or into a wire.

Plain edits of values. A block is many cards: its rows are centred on the wire that leads to it, cards
behind it step aside, and where something still stands in its way it goes below.
"""

from collections.abc import Iterable, Sequence

from engine.edits.card_ports import Connection, InPort
from engine.layers import Layer
from engine.layout.card_rects import place, shown_places
from engine.layout.expand_collapse import further_along
from engine.layout.room import (
    along,
    column,
    free_offset,
    free_place,
    make_way,
    next_place,
    room_on_wire,
    snapped,
)
from engine.model.network import Edge
from engine.model.project import Point, Project
from presets import Block, insert_block

Part = Layer | Block
"""What the palette offers."""


def name(part: Part) -> str:
    """What it is called in the palette and in the history."""
    return part.title if isinstance(part, Block) else part.label


def role(part: Part) -> str:
    """What kind of thing it is, for its colour and icon."""
    return "merge" if isinstance(part, Block) else part.role


def add(project: Project, part: Part, at: Point) -> Project:
    """With the part there, unconnected, beside whatever stands there already."""
    if isinstance(part, Block):
        made, ids = insert_block(project, part, at=snapped(at))
        return _below_others(made, ids)
    return project.add(part, free_place(snapped(at), _places(project)))


def append(project: Project, part: Part, after: str) -> Project:
    """With the part right of a node, reading from it."""
    at = place(project, after)
    if isinstance(part, Block):
        made, ids = insert_block(project, part, after=after, at=_behind(project, part, at))
        return _below_others(made, ids)
    down = project.direction == "down"
    free = free_place(next_place(project, at), _places(project), down=down)
    return project.add(part, free, after=after)


def add_wired(
    project: Project, part: Part, at: Point, *, source: str = "", port: InPort | None = None
) -> Project:
    """With the part there, reading from a node, or read at a way into a card."""
    if isinstance(part, Block):
        made, ids = insert_block(project, part, after=source or None, at=snapped(at))
        made, end = _below_others(made, ids), ids[-1]
    else:
        end = project.new_id(part.kind)
        made = project.add(part, free_place(snapped(at), _places(project)))
        made = made.connect(source, end) if source else made
    return made if port is None else Connection(end, port).made_in(made)


def join(project: Project, part: Layer, sources: Sequence[str]) -> Project:
    """With the layer behind several nodes, reading all of them in this order."""
    places = [along(project, place(project, source)) for source in sources]
    start = max(start for start, _ in places) + column(project)
    across = sorted(across for _, across in places)[len(places) // 2]
    down = project.direction == "down"
    free = free_place(along(project, (start, across)), _places(project), down=down)
    node_id = project.new_id(part.kind)
    made = project.add(part, free)
    for source in sources:
        made = made.connect(source, node_id)
    return made


def insert(project: Project, part: Part, port: InPort, at: Point | None = None) -> Project:
    """With the part in the wires that come from one node into a card; the cards after it make room."""
    edge = (port.reads, port.readers[0])
    if isinstance(part, Block):
        made, end = _block_into_wire(project, part, edge)
        return _read_by_others(made, port, end)
    wanted = place(project, edge[0]) if at is None else snapped(at)
    free, moves = room_on_wire(project, edge, wanted)
    node_id = project.new_id(part.kind)
    return _read_by_others(project.insert_on_edge(part, edge, free), port, node_id).move(moves)


def put_into_wire(project: Project, node_id: str, port: InPort, at: Point) -> Project:
    """With a node that is there already, without wires, in those wires; the cards after it make room."""
    wired = Connection(node_id, port).made_in(project.connect(port.reads, node_id))
    free, moves = room_on_wire(wired, (port.reads, port.readers[0]), at, but={node_id})
    return wired.move({node_id: free, **moves})


def _read_by_others(project: Project, port: InPort, node_id: str) -> Project:
    """With all readers behind the node that has been put before the first of them."""
    return Connection(node_id, InPort(port.readers[1:], port.reads)).made_in(project)


def reduce(project: Project, node_id: str, layers: Iterable[Layer]) -> Project:
    """With these layers in a row on the wire into the node."""
    for layer in layers:
        source = project.network[node_id].inputs[0]
        project = insert(project, layer, InPort((node_id,), source))
    return project


def _block_into_wire(project: Project, block: Block, edge: Edge) -> tuple[Project, str]:
    """With the block in the wire, and the id of its end."""
    source, target = edge
    at = _behind(project, block, place(project, source))
    made, ids = insert_block(project, block, after=source, before=target, at=at)
    start = along(project, place(project, target))[0]
    needed = max(along(project, made.position(node_id))[0] for node_id in ids) + column(project) - start
    # A wire that leads back to a line below has room enough: there the block hangs in the free space.
    if needed > 0 and start > along(project, place(project, source))[0]:
        reader = project.groups.card(target)
        made = made.move(make_way(project, {reader, *further_along(project, {reader})}, needed))
    return _below_others(made, ids), ids[-1]


def _behind(project: Project, block: Block, source: Point) -> Point:
    """Where the block's first card lies so that its middle row runs on from the source."""
    alone = block.towards(project.direction)
    first = next(node_id for node_id in alone.network.nodes if node_id != "input")
    (x, y), (from_x, from_y) = alone.position(first), alone.position("input")
    return source[0] + x - from_x, source[1] + y - from_y


def _below_others(project: Project, ids: tuple[str, ...]) -> Project:
    places = {node_id: project.position(node_id) for node_id in ids}
    others = [at for one, at in shown_places(project).items() if one not in places]
    down = free_offset(places.values(), others)
    return project.move({one: (x, y + down) for one, (x, y) in places.items()}) if down else project


def _places(project: Project) -> list[Point]:
    return list(shown_places(project).values())
