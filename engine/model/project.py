"""A project: a network, where its nodes lie on the canvas, what is drawn around them, and the photograph
it looks at. Immutable.

Moving a node keeps `network` the same object, so nothing is computed again. The edits here are what the
window does: each keeps positions, groups and network in step.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from engine.errors import NetworkError, quoted
from engine.layers import Layer
from engine.model.annotations import Annotation, Frame, TextNote
from engine.model.figure_notes import FigureNote
from engine.model.grouping import Group, Grouping
from engine.model.network import Edge, Network, Node

Point = tuple[float, float]
"""Canvas position of a node's top left corner, in canvas units (one unit is one pixel at 100 %)."""

COLUMN = 256.0
"""Horizontal distance between neighbouring nodes that are placed without a position."""

DIRECTIONS: Final = ("right", "down")
"""Where a network runs to when it is laid out."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """Everything that is saved. `image` is a bundled photograph's name or a file path; empty for none.

    Nodes, groups, frames and text notes share one set of ids.
    """

    network: Network = field(default_factory=Network)
    positions: Mapping[str, Point] = field(default_factory=dict)
    """Of nodes, and of groups: where the card of a collapsed one lies."""
    groups: Grouping = field(default_factory=Grouping)
    frames: Mapping[str, Frame] = field(default_factory=dict)
    text_notes: Mapping[str, TextNote] = field(default_factory=dict)
    bends: Mapping[Edge, tuple[Point, ...]] = field(default_factory=dict)
    """Points that a wire is led through on the canvas, from its source on; without those of wires gone."""
    figure_notes: tuple[FigureNote, ...] = ()
    """What is said on figures; notes about layers that are gone are kept, and listed by the figure."""
    direction: str = DIRECTIONS[0]
    """One of `DIRECTIONS`."""
    title: str = ""
    image: str = ""
    notes: str = ""
    seed: int = 0
    class_names: tuple[str, ...] = ()
    """What the outputs of the network stand for, in order; empty where nobody knows."""

    def __post_init__(self) -> None:
        unknown = self.positions.keys() - self.network.nodes.keys() - self.groups.keys()
        if unknown:
            raise NetworkError(f"a position is given for {quoted(sorted(unknown)[0])}, which does not exist")
        strangers = set(self.groups.members) - self.network.nodes.keys()
        if strangers:
            one = sorted(strangers)[0]
            raise NetworkError(f"{quoted(one)} in the group {quoted(self.groups.home(one))} does not exist")
        self._check_ids()
        if self.direction not in DIRECTIONS:
            raise NetworkError(f"direction={quoted(self.direction)} is none of {', '.join(DIRECTIONS)}")
        if self.bends:
            object.__setattr__(self, "bends", self._kept_bends())
        for name in ("positions", "frames", "text_notes", "bends"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def _check_ids(self) -> None:
        taken = dict.fromkeys(self.groups, "group") if self.groups else {}
        for what, found in (("frame", self.frames), ("note", self.text_notes)):
            for one, value in found.items():
                if one in taken or one != value.id:
                    raise NetworkError(
                        f"a {what} cannot have the id {quoted(one)}: it is that of another thing"
                    )
                taken[one] = what
        twice = taken.keys() & self.network.nodes.keys()
        if twice:
            one = sorted(twice)[0]
            raise NetworkError(f"a {taken[one]} cannot have the id {quoted(one)}: it is that of a node")

    def _kept_bends(self) -> dict[Edge, tuple[Point, ...]]:
        nodes = self.network.nodes
        return {
            (source, reader): tuple(points)
            for (source, reader), points in self.bends.items()
            if points and reader in nodes and source in nodes[reader].inputs
        }

    def position(self, item_id: str) -> Point:
        """Where the card of a node or group lies; the origin for a node without a stored position.

        A group without one lies where the topmost and leftmost of its nodes do.
        """
        if item_id in self.positions or item_id not in self.groups:
            return self.positions.get(item_id, (0.0, 0.0))
        at = [self.position(node_id) for node_id in self.groups.nodes(item_id)]
        return min(x for x, _ in at), min(y for _, y in at)

    def new_id(self, kind: str, taken: Iterable[str] = ()) -> str:
        """An id that nothing in the project has: conv2d_1, group_1, frame_1, …"""
        return self.network.new_id(kind, {*taken, *self.groups, *self.frames, *self.text_notes})

    def with_network(self, network: Network) -> "Project":
        """With another network: positions and memberships of nodes that are gone go too.

        New nodes are put beside others; one between two nodes of a group joins it.
        """
        if network is self.network:
            return self
        groups = self.groups.within(network.nodes.keys())
        kept = {one: at for one, at in self.positions.items() if one in network or one in groups}
        new = [node_id for node_id in network.order if node_id not in self.network] if kept or groups else []
        for node_id in new:
            at = _between(network, kept, node_id)
            kept |= {} if at is None else {node_id: at}
            groups = _joined(network, groups, node_id)
        return dataclasses.replace(self, network=network, positions=kept, groups=groups)

    def add(self, layer: Layer, at: Point, *, after: str | None = None) -> "Project":
        """With a new node there, reading from `after` where one is named and the layer has an input."""
        node_id = self.new_id(layer.kind)
        inputs = (after,) if after is not None and layer.max_inputs != 0 else ()
        return self._placed(self.network.add(Node(id=node_id, layer=layer, inputs=inputs)), {node_id: at})

    def insert_on_edge(self, layer: Layer, edge: Edge, at: Point) -> "Project":
        """With a new node in the middle of a wire; it joins the group that holds both ends."""
        node_id = self.new_id(layer.kind)
        network = self.network.insert_on_edge(Node(id=node_id, layer=layer), edge)
        return self._placed(network, {node_id: at}, _joined(network, self.groups, node_id))

    def remove(self, *node_ids: str) -> "Project":
        """Without these nodes; chains heal."""
        return self.with_network(self.network.remove(*node_ids))

    def connect(self, source: str, target: str, *, replacing: str | None = None) -> "Project":
        """With a wire."""
        return self.with_network(self.network.connect(source, target, replacing=replacing))

    def disconnect(self, source: str, target: str) -> "Project":
        """Without a wire."""
        return self.with_network(self.network.disconnect(source, target))

    def replace_layer(self, node_id: str, layer: Layer) -> "Project":
        """With other settings at a node."""
        return self.with_network(self.network.replace_layer(node_id, layer))

    def rename(self, node_id: str, name: str) -> "Project":
        """With another caption at a node."""
        return self.with_network(self.network.rename(node_id, name))

    def move(self, positions: Mapping[str, Point]) -> "Project":
        """With nodes, collapsed groups, frames and notes elsewhere; the network stays the same object."""
        frames, notes, places = dict(self.frames), dict(self.text_notes), dict(self.positions)
        for item_id, (x, y) in positions.items():
            if item_id in frames:
                frames[item_id] = dataclasses.replace(frames[item_id], x=x, y=y)
            elif item_id in notes:
                notes[item_id] = dataclasses.replace(notes[item_id], x=x, y=y)
            else:
                places[item_id if item_id in self.groups else self.network[item_id].id] = (x, y)
        moved = dataclasses.replace(self, positions=places, frames=frames, text_notes=notes)
        if not self.bends:
            return moved
        bends = {edge: _follow(points, *_shifts(self, moved, edge)) for edge, points in self.bends.items()}
        return dataclasses.replace(moved, bends=bends)

    def bend(self, edge: Edge, points: Iterable[Point]) -> "Project":
        """With a wire led through these points, straight where there are none."""
        if edge[0] not in self.network[edge[1]].inputs:
            raise NetworkError(f"there is no wire from {quoted(edge[0])} to {quoted(edge[1])}")
        return dataclasses.replace(self, bends={**self.bends, edge: tuple(points)})

    def group(self, node_ids: Iterable[str], title: str = "") -> "Project":
        """With a new group around these nodes; see `Grouping.add`."""
        chosen = [self.network[node_id].id for node_id in node_ids]
        return self._grouped(self.groups.add(self.new_id("group"), chosen, title))

    def ungroup(self, group_id: str) -> "Project":
        """Without the group; its nodes stay."""
        return self._grouped(self.groups.dissolve(group_id))

    def set_collapsed(self, group_id: str, collapsed: bool) -> "Project":
        """With the group drawn as one card, or with what lies in it."""
        changed = dataclasses.replace(self.groups[group_id], collapsed=collapsed)
        return self._grouped(self.groups.replace(changed))

    def rename_group(self, group_id: str, title: str) -> "Project":
        """With another caption on the group."""
        changed = dataclasses.replace(self.groups[group_id], title=title.strip())
        return self._grouped(self.groups.replace(changed))

    def annotate(self, *annotations: Annotation) -> "Project":
        """With these frames and text notes, new or in the place of those with the same ids."""
        frames, notes = dict(self.frames), dict(self.text_notes)
        for annotation in annotations:
            if isinstance(annotation, Frame):
                frames[annotation.id] = annotation
            else:
                notes[annotation.id] = annotation
        return dataclasses.replace(self, frames=frames, text_notes=notes)

    def erase(self, *ids: str) -> "Project":
        """Without these frames and text notes."""
        for node_id in ids:
            if node_id not in self.frames and node_id not in self.text_notes:
                raise NetworkError(f"there is no frame and no note {quoted(node_id)}")
        frames = {one: frame for one, frame in self.frames.items() if one not in ids}
        notes = {one: note for one, note in self.text_notes.items() if one not in ids}
        return dataclasses.replace(self, frames=frames, text_notes=notes)

    def part(self, node_ids: Iterable[str]) -> "Project":
        """These nodes alone, with the wires among them and the groups that hold nothing else."""
        chosen = set(node_ids)
        nodes = [
            dataclasses.replace(node, inputs=tuple(source for source in node.inputs if source in chosen))
            for node in self.network.nodes.values()
            if node.id in chosen
        ]
        whole = [group for group in self.groups if chosen.issuperset(self.groups.nodes(group))]
        groups = Grouping(
            group if group.parent in whole else dataclasses.replace(group, parent="")
            for group in map(self.groups.__getitem__, whole)
        )
        at = {one: self.position(one) for one in (*chosen, *(one for one in whole if one in self.positions))}
        return Project(network=Network(nodes), positions=at, groups=groups, direction=self.direction)

    def paste(
        self, nodes: Iterable[Node], positions: Mapping[str, Point], groups: Iterable[Group] = ()
    ) -> "tuple[Project, tuple[str, ...]]":
        """With copies of nodes under new ids, wires and groups among them kept; gives their new ids too."""
        copies, boxes = list(nodes), list(groups)
        renamed: dict[str, str] = {}
        for node in copies:
            renamed[node.id] = self.new_id(node.layer.kind, renamed.values())
        for group in boxes:
            renamed[group.id] = self.new_id("group", renamed.values())
        made = [
            dataclasses.replace(
                node,
                id=renamed[node.id],
                inputs=tuple(renamed[source] for source in node.inputs if source in renamed),
                bypassed=node.bypassed and node.bypassed.among(renamed),
            )
            for node in copies
        ]
        boxed = [
            dataclasses.replace(
                group,
                id=renamed[group.id],
                members=tuple(renamed[member] for member in group.members if member in renamed),
                parent=renamed.get(group.parent, ""),
            )
            for group in boxes
        ]
        network = Network([*self.network.nodes.values(), *made])
        at = {renamed[one]: point for one, point in positions.items() if one in renamed}
        placed = self._placed(network, at, Grouping([*self.groups.values(), *boxed]))
        return placed, tuple(renamed[node.id] for node in copies)

    def _grouped(self, groups: Grouping) -> "Project":
        if groups is self.groups:
            return self
        at = {one: at for one, at in self.positions.items() if one in self.network or one in groups}
        return dataclasses.replace(self, groups=groups, positions=at)

    def _placed(
        self, network: Network, positions: Mapping[str, Point], groups: Grouping | None = None
    ) -> "Project":
        return dataclasses.replace(
            self,
            network=network,
            positions={**self.positions, **positions},
            groups=self.groups if groups is None else groups,
        )


def _shifts(before: Project, after: Project, edge: Edge) -> tuple[tuple[Point, Point], tuple[Point, Point]]:
    """Where the cards at both ends of a wire lay and lie: (before, after) of each."""
    source, target = (
        (before.position(before.groups.card(end)), after.position(after.groups.card(end))) for end in edge
    )
    return source, target


def _follow(
    points: Iterable[Point], source: tuple[Point, Point], target: tuple[Point, Point]
) -> tuple[Point, ...]:
    """Points of a wire after its ends have moved: each goes along with both, more with the nearer one."""
    made = []
    for x, y in points:
        far = [abs(x - end[0][0]) + abs(y - end[0][1]) for end in (source, target)]
        part = far[0] / sum(far) if sum(far) else 0.0
        shift = [
            (1 - part) * (source[1][axis] - source[0][axis]) + part * (target[1][axis] - target[0][axis])
            for axis in (0, 1)
        ]
        made.append((x + shift[0], y + shift[1]))
    return tuple(made)


def _joined(network: Network, groups: Grouping, node_id: str) -> Grouping:
    """A new node on a wire joins the innermost group that holds both its ends."""
    sources, readers = network[node_id].inputs, network.outputs_of[node_id]
    if not groups or not sources or not readers:
        return groups
    return groups.put(node_id, groups.common((*sources, *readers)))


def _between(network: Network, positions: Mapping[str, Point], node_id: str) -> Point | None:
    """Where a node that an edit brought in belongs: halfway along its wire, or beside a neighbour."""
    before = [positions[source] for source in network[node_id].inputs if source in positions]
    after = [positions[output] for output in network.outputs_of[node_id] if output in positions]
    if before and after:
        return (before[0][0] + after[0][0]) / 2, (before[0][1] + after[0][1]) / 2
    if before:
        return before[0][0] + COLUMN, before[0][1]
    return (after[0][0] - COLUMN, after[0][1]) if after else None
