"""A project: a network, where its nodes lie on the canvas, and the photograph it looks at. Immutable.

Moving a node keeps `network` the same object, so nothing is computed again. The edits here are what the
window does: each keeps positions and network in step.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.errors import NetworkError
from engine.layers import Layer
from engine.network import Edge, Network, Node

Point = tuple[float, float]
"""Canvas position of a node's top left corner, in canvas units (one unit is one pixel at 100 %)."""

COLUMN = 256.0
"""Horizontal distance between neighbouring nodes that are placed without a position."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """Everything that is saved. `image` is a bundled photograph's name or a file path; empty for none."""

    network: Network = field(default_factory=Network)
    positions: Mapping[str, Point] = field(default_factory=dict)
    title: str = ""
    image: str = ""
    notes: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        unknown = self.positions.keys() - self.network.nodes.keys()
        if unknown:
            raise NetworkError(f"a position is given for {sorted(unknown)[0]!r}, which does not exist")
        object.__setattr__(self, "positions", MappingProxyType(dict(self.positions)))

    def position(self, node_id: str) -> Point:
        """Where a node lies; nodes without a stored position lie at the origin."""
        return self.positions.get(node_id, (0.0, 0.0))

    def with_network(self, network: Network) -> "Project":
        """With another network; positions of nodes that are gone go too, new nodes are put beside others."""
        if network is self.network:
            return self
        kept = {node_id: at for node_id, at in self.positions.items() if node_id in network}
        for node_id in network.order if kept else ():
            if node_id not in self.network:
                at = _between(network, kept, node_id)
                kept |= {} if at is None else {node_id: at}
        return dataclasses.replace(self, network=network, positions=kept)

    def add(self, layer: Layer, at: Point, *, after: str | None = None) -> "Project":
        """With a new node there, reading from `after` where one is named and the layer has an input."""
        node_id = self.network.new_id(layer.kind)
        inputs = (after,) if after is not None and layer.max_inputs != 0 else ()
        return self._placed(self.network.add(Node(id=node_id, layer=layer, inputs=inputs)), {node_id: at})

    def insert_on_edge(self, layer: Layer, edge: Edge, at: Point) -> "Project":
        """With a new node in the middle of a wire."""
        node_id = self.network.new_id(layer.kind)
        return self._placed(self.network.insert_on_edge(Node(id=node_id, layer=layer), edge), {node_id: at})

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
        """With nodes elsewhere; the network stays the same object."""
        for node_id in positions:
            self.network[node_id]
        return dataclasses.replace(self, positions={**self.positions, **positions})

    def paste(
        self, nodes: Iterable[Node], positions: Mapping[str, Point]
    ) -> "tuple[Project, tuple[str, ...]]":
        """With copies of these nodes under new ids, wires among them kept; gives the new ids too."""
        copies = list(nodes)
        renamed: dict[str, str] = {}
        for node in copies:
            renamed[node.id] = self.network.new_id(node.layer.kind, renamed.values())
        network = self.network
        made = [
            dataclasses.replace(
                node,
                id=renamed[node.id],
                inputs=tuple(renamed[one] for one in node.inputs if one in renamed),
            )
            for node in copies
        ]
        network = Network([*network.nodes.values(), *made])
        at = {renamed[node_id]: point for node_id, point in positions.items() if node_id in renamed}
        return self._placed(network, at), tuple(renamed.values())

    def _placed(self, network: Network, positions: Mapping[str, Point]) -> "Project":
        return dataclasses.replace(self, network=network, positions={**self.positions, **positions})


def _between(network: Network, positions: Mapping[str, Point], node_id: str) -> Point | None:
    """Where a node that an edit brought in belongs: halfway along its wire, or beside a neighbour."""
    before = [positions[one] for one in network[node_id].inputs if one in positions]
    after = [positions[one] for one in network.outputs_of[node_id] if one in positions]
    if before and after:
        return (before[0][0] + after[0][0]) / 2, (before[0][1] + after[0][1]) / 2
    if before:
        return before[0][0] + COLUMN, before[0][1]
    return (after[0][0] - COLUMN, after[0][1]) if after else None
