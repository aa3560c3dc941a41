"""How a layer or a block comes into a project: alone, behind a node, at the end of a wire, or into a wire.

Plain edits of values. A block is many cards: its rows are centred on the wire that leads to it, cards
behind it step aside, and where something still stands in its way it goes below.
"""

from collections.abc import Iterable

from engine.layers import Layer
from engine.layout.card_rects import place, shown_places
from engine.layout.expand_collapse import further_along
from engine.model.network import Edge
from engine.model.project import Point, Project
from gui.canvas.geometry.geometry import (
    along,
    column,
    free_offset,
    free_place,
    next_place,
    room_on_wire,
    snapped,
)
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


def add_wired(project: Project, part: Part, at: Point, node_id: str, port: str) -> Project:
    """With the part there, and a wire from the node's output ("out") or to its input ("in")."""
    if isinstance(part, Block):
        after = node_id if port == "out" else None
        made, ids = insert_block(project, part, after=after, at=snapped(at))
        made = _below_others(made, ids)
        return made if port == "out" else made.connect(ids[-1], node_id)
    new = project.new_id(part.kind)
    project = project.add(part, free_place(snapped(at), _places(project)))
    source, target = (node_id, new) if port == "out" else (new, node_id)
    return project.connect(source, target)


def insert(project: Project, part: Part, edge: Edge, at: Point | None = None) -> Project:
    """With the part in a wire; the cards after it make room where there is too little."""
    if isinstance(part, Block):
        return _block_into_wire(project, part, edge)
    wanted = place(project, edge[0]) if at is None else snapped(at)
    free, moves = room_on_wire(project, edge, wanted)
    return project.insert_on_edge(part, edge, free).move(moves)


def put_into_wire(project: Project, node_id: str, edge: Edge, at: Point) -> Project:
    """With a node that is there already, without wires, in a wire; the cards after it make room."""
    source, target = edge
    project = project.connect(source, node_id).connect(node_id, target, replacing=source)
    free, moves = room_on_wire(project, edge, at, but=node_id)
    return project.move({node_id: free, **moves})


def reduce(project: Project, node_id: str, layers: Iterable[Layer]) -> Project:
    """With these layers in a row on the wire into the node."""
    for layer in layers:
        source = project.network[node_id].inputs[0]
        project = insert(project, layer, (source, node_id))
    return project


def _block_into_wire(project: Project, block: Block, edge: Edge) -> Project:
    source, target = edge
    at = _behind(project, block, place(project, source))
    made, ids = insert_block(project, block, after=source, before=target, at=at)
    start = along(project, place(project, target))[0]
    needed = max(along(project, made.position(node_id))[0] for node_id in ids) + column(project) - start
    # A wire that leads back to a line below has room enough: there the block hangs in the free space.
    if needed > 0 and start > along(project, place(project, source))[0]:
        reader = project.groups.card(target)
        places = {
            one: along(project, made.position(one)) for one in {reader, *further_along(project, {reader})}
        }
        made = made.move({one: along(project, (x + needed, y)) for one, (x, y) in places.items()})
    return _below_others(made, ids)


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
