"""A building block of the palette, and how it is set into a project as a group of nodes.

Blocks of one's own are project files in a folder of the user's, offered beside those that come along.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from engine.analysis.analyze import analyze
from engine.errors import EngineError, FormatError, NetworkError, quoted
from engine.formats import read_project
from engine.layers import Layer
from engine.layout.layout import DOWN, lay_out
from engine.model.grouping import Group, Grouping
from engine.model.network import Network, Node
from engine.model.project import COLUMN, Point, Project
from engine.shapes import Shape, is_map
from presets.builder import Builder

BLOCK_GROUPS: Final = ("Plain", "Inception", "Residual", "Mobile")
"""Headings of the blocks in the palette, in order."""


ENDING: Final = ".onebyone"
"""Of the files that hold blocks of one's own."""

OWN_GROUP: Final = "Your own"
INPUT: Final = "input"


@dataclass(frozen=True, kw_only=True)
class Block:
    """A group of layers that fits behind a map of any number of channels."""

    name: str
    title: str
    group: str
    """One of `BLOCK_GROUPS`."""
    description: str
    build: Callable[[Builder, int], None]
    """Writes the block behind a map of so many channels."""
    input_shape: Shape = (64, 56, 56)
    """What the block is shown on when it stands alone."""

    @cached_property
    def project(self) -> Project:
        """The block alone, behind an Input of `input_shape`."""
        return self._project(self.input_shape)

    def towards(self, direction: str) -> Project:
        """The block alone, running to the right or down."""
        return _turned(self.project, direction)

    def _project(self, shape: Shape) -> Project:
        net = Builder(shape)
        self.build(net, shape[0])
        return net.project(title=self.title, notes=self.description)


@dataclass(frozen=True, kw_only=True)
class OwnBlock(Block):
    """A block whose layers a file holds, behind the Input called `input`."""

    stored: Project

    def _project(self, shape: Shape) -> Project:
        node = self.stored.network[INPUT]
        layer: Layer = node.layer.replace(shape=shape)
        nodes = {**self.stored.network.nodes, INPUT: dataclasses.replace(node, layer=layer)}
        return dataclasses.replace(self.stored, network=Network(nodes.values()))


def insert_block(
    project: Project,
    block: Block,
    *,
    after: str | None = None,
    before: str | None = None,
    at: Point | None = None,
) -> tuple[Project, tuple[str, ...]]:
    """The project with the block as a group of new nodes `name_1/…`, and their ids; the last one is its end.

    The block reads from `after`, fitted to its channels; with `before` it is set into the wire from `after`
    to `before`. Without `after` it starts with an Input of its own if the network has none, else with
    loose ends. Its top left card lies `at` a point, else one column right of `after`.
    `NetworkError` where there is no such node or wire.
    """
    network = project.network
    shape = block.input_shape
    if after is not None:
        known = analyze(network).layers[network[after].id].output_shape
        shape = known if known is not None and is_map(known) else shape
    alone = _turned(block._project(shape), project.direction)
    with_input = after is None and not len(network)
    kept = [node for node in alone.network.nodes.values() if with_input or node.id != "input"]
    scope = project.new_id(block.name, {node_id.split("/")[0] for node_id in network.nodes})
    renamed = {node.id: f"{scope}/{node.id}" for node in kept}
    if after is not None:
        renamed["input"] = after
    made = [_moved(node, renamed) for node in kept]
    end = made[-1].id
    nodes = [*network.nodes.values(), *made]
    if before is not None:
        reader = network[before]
        if after is None or after not in reader.inputs:
            raise NetworkError(f"there is no wire from {quoted(after)} to {quoted(before)}")
        inputs = tuple(end if source == after else source for source in reader.inputs)
        nodes[nodes.index(reader)] = dataclasses.replace(reader, inputs=inputs)
    if at is None:
        x, y = project.position(after) if after is not None else (-COLUMN, 0.0)
        at = (x, y + DOWN.column) if project.direction == "down" else (x + COLUMN, y)
    first = alone.positions[kept[0].id]
    places = {renamed[node.id]: _shifted(alone.positions, node.id, first, at) for node in kept}
    around = project.groups.common([after, before]) if after is not None and before is not None else ""
    boxes = _boxes(
        block, alone.groups, {one: renamed[one] for one in renamed if one != "input"}, scope, around
    )
    placed = dataclasses.replace(
        project,
        network=Network(nodes),
        positions={**project.positions, **places},
        groups=Grouping([*project.groups.values(), *boxes]),
    )
    return placed, tuple(node.id for node in made)


def _turned(project: Project, direction: str) -> Project:
    if direction == project.direction:
        return project
    at = lay_out(project.network, project.groups, direction=direction, line_columns=())
    return dataclasses.replace(project, positions=at, direction=direction)


def _boxes(
    block: Block, groups: Grouping, renamed: Mapping[str, str], scope: str, around: str
) -> Iterator[Group]:
    """A group for the whole block, and those that lie in it."""
    loose = tuple(new for old, new in renamed.items() if not groups.home(old))
    yield Group(id=scope, title=block.title, members=loose, parent=around)
    for group in groups.values():
        yield dataclasses.replace(
            group,
            id=f"{scope}/{group.id}",
            members=tuple(renamed[member] for member in group.members),
            parent=f"{scope}/{group.parent}" if group.parent else scope,
        )


def _moved(node: Node, renamed: Mapping[str, str]) -> Node:
    inputs = tuple(renamed[source] for source in node.inputs if source in renamed)
    return dataclasses.replace(node, id=renamed[node.id], inputs=inputs)


def _shifted(positions: Mapping[str, Point], node_id: str, first: Point, at: Point) -> Point:
    x, y = positions[node_id]
    return x - first[0] + at[0], y - first[1] + at[1]


def own_block(path: Path) -> OwnBlock:
    """The block that a file holds; `EngineError` where it holds no project that begins with one Input."""
    project = read_project(path)
    inputs = [node for node in project.network.nodes.values() if node.layer.is_input]
    if len(inputs) != 1 or inputs[0].id != INPUT or len(project.network) < 2:
        raise FormatError(f"{path.name} is no block: it has no layers behind one Input called “{INPUT}”")
    in_order = dict.fromkeys((INPUT, *project.network.order))  # the last one is the block's end
    network = Network(project.network[node_id] for node_id in in_order)
    title = project.title or path.stem
    return OwnBlock(
        name=re.sub(r"\W+", "_", title.casefold()).strip("_") or "block",
        title=title,
        group=OWN_GROUP,
        description=project.notes or f"A block of your own, from {path.name}",
        build=_nothing,
        input_shape=inputs[0].layer.output_shape(),
        stored=dataclasses.replace(project, network=network),
    )


def own_blocks(folder: Path) -> Iterator[tuple[Path, OwnBlock]]:
    """The blocks of a folder in the order of their files' names; what is none is passed over."""
    for path in sorted(folder.glob(f"*{ENDING}")):
        try:
            yield path, own_block(path)
        except (EngineError, OSError):
            continue


def _nothing(net: Builder, channels: int) -> None:
    """Its layers are in the file."""
