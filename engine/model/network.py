"""A network: layers placed as nodes, and the wires between them. Immutable: every edit gives a new one.

Wires live in `Node.inputs` alone. A network may be half-built (a node without its input), but it is
always a network: ids are unique, inputs exist, there is no cycle. Edits share all untouched nodes.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from engine.errors import NetworkError, quoted
from engine.layers import Layer
from engine.shapes import Shape
from engine.weights import HE, Weights

Edge = tuple[str, str]
"""(source id, target id)."""


@dataclass(frozen=True, kw_only=True)
class Bypassed:
    """What a bypassed node has put aside: its layer, and all the inputs it had."""

    layer: Layer
    inputs: tuple[str, ...] = ()

    def among(self, renamed: Mapping[str, str]) -> "Bypassed":
        """The same in a copy: inputs under their new ids, those that are not copied left out."""
        return Bypassed(layer=self.layer, inputs=tuple(renamed[one] for one in self.inputs if one in renamed))


@dataclass(frozen=True, kw_only=True)
class Node:
    """A layer placed in a network. `inputs` are the ids it reads from, in order."""

    id: str
    layer: Layer
    inputs: tuple[str, ...] = ()
    name: str = ""
    """What the user calls it; the layer's own label where empty."""
    weights: Weights = HE
    bypassed: Bypassed | None = None
    """Set while the node only passes its first input on, its layer an Identity: `engine.model.bypass`."""

    @property
    def label(self) -> str:
        """The caption people see."""
        return self.name or self.shown_layer.label

    @property
    def shown_layer(self) -> Layer:
        """What the node is for the eye: the layer it has put aside while it is bypassed."""
        return self.layer if self.bypassed is None else self.bypassed.layer


class Network:
    """Nodes by id in drawing order, checked on creation: `NetworkError` names what is wrong."""

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        made: dict[str, Node] = {}
        for node in nodes:
            if node.id in made:
                raise NetworkError(f"two nodes have the id {quoted(node.id)}")
            made[node.id] = node
        self.nodes: Mapping[str, Node] = MappingProxyType(made)
        for node in made.values():
            _check_inputs(node, made)
        self.order: tuple[str, ...] = _topological_order(made)
        """Ids so that every node comes after its inputs."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and list(self.nodes.values()) == list(other.nodes.values())

    __hash__ = None  # type: ignore[assignment]  # large values: use identity or node values as keys

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.nodes

    def __getitem__(self, node_id: str) -> Node:
        try:
            return self.nodes[node_id]
        except KeyError:
            raise NetworkError(f"there is no node {quoted(node_id)}") from None

    @cached_property
    def outputs_of(self) -> Mapping[str, tuple[str, ...]]:
        """Ids that read from each node, in drawing order."""
        found: dict[str, list[str]] = {node_id: [] for node_id in self.nodes}
        for node in self.nodes.values():
            for source in node.inputs:
                found[source].append(node.id)
        return MappingProxyType({node_id: tuple(ids) for node_id, ids in found.items()})

    @cached_property
    def inputs(self) -> Mapping[str, Shape]:
        """Where photographs enter, in order of computation: ids, and the (C, H, W) of what enters."""
        nodes = (self.nodes[node_id] for node_id in self.order)
        return MappingProxyType({node.id: node.layer.output_shape() for node in nodes if node.layer.is_input})

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """Place of each node in `order`."""
        return MappingProxyType({node_id: place for place, node_id in enumerate(self.order)})

    def in_order(self, node_ids: Iterable[str]) -> tuple[str, ...]:
        """These nodes, each once, so that every one comes after its inputs."""
        return tuple(sorted({self[node_id].id for node_id in node_ids}, key=self.rank.__getitem__))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All wires as (source, target)."""
        return tuple((source, node.id) for node in self.nodes.values() for source in node.inputs)

    def ancestors(self, node_id: str) -> frozenset[str]:
        """Everything the node depends on, itself not included."""
        found: set[str] = set()
        waiting = list(self[node_id].inputs)
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting += self.nodes[current].inputs
        return frozenset(found)

    def descendants(self, node_id: str) -> frozenset[str]:
        """Everything that depends on the node, itself not included."""
        found: set[str] = set()
        waiting = list(self.outputs_of[self[node_id].id])
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting += self.outputs_of[current]
        return frozenset(found)

    def new_id(self, kind: str, taken: Iterable[str] = ()) -> str:
        """A free id after the kind: conv2d_1, conv2d_2, …"""
        reserved = set(taken)
        number = 1
        while (made := f"{kind.lower()}_{number}") in self.nodes or made in reserved:
            number += 1
        return made

    def add(self, node: Node) -> "Network":
        """With one more node."""
        return Network([*self.nodes.values(), node])

    def remove(self, *node_ids: str) -> "Network":
        """Without these nodes; each reader of a removed node reads what that one read (a chain heals)."""
        gone = {self[node_id].id for node_id in node_ids}
        kept = []
        for node in self.nodes.values():
            if node.id in gone:
                continue
            inputs = self._healed(node, gone) if gone & set(node.inputs) else node.inputs
            kept.append(node if inputs == node.inputs else dataclasses.replace(node, inputs=inputs))
        return Network(kept)

    def _healed(self, node: Node, gone: set[str]) -> tuple[str, ...]:
        inputs: list[str] = []
        for source in node.inputs:
            passed = [source]
            while any(one in gone for one in passed):
                passed = [
                    up for one in passed for up in (self.nodes[one].inputs[:1] if one in gone else (one,))
                ]
            inputs += [one for one in passed if one not in inputs]
        return tuple(inputs)

    def connect(self, source: str, target: str, *, replacing: str | None = None) -> "Network":
        """With a wire from source to target; `replacing` names the input it takes the place of.

        A layer with one input exchanges it. `NetworkError` for a cycle, a second wire between the same
        two nodes, or a target without inputs.
        """
        node = self[target]
        name = self[source].label
        if source == target or target in self.ancestors(source):
            raise NetworkError(f"{name} → {node.label} would close a cycle")
        if node.layer.max_inputs == 0:
            raise NetworkError(f"{node.label} is an input of the network: nothing can be wired into it")
        if source in node.inputs:
            raise NetworkError(f"{name} is already an input of {node.label}")
        inputs = list(node.inputs)
        if replacing is not None and replacing in inputs:
            inputs[inputs.index(replacing)] = source
        elif node.layer.max_inputs is not None and len(inputs) >= node.layer.max_inputs:
            inputs[-1] = source
        else:
            inputs.append(source)
        return self._with(dataclasses.replace(node, inputs=tuple(inputs)))

    def disconnect(self, source: str, target: str) -> "Network":
        """Without the wire."""
        node = self[target]
        if source not in node.inputs:
            raise NetworkError(f"there is no wire from {quoted(source)} to {quoted(target)}")
        return self._with(dataclasses.replace(node, inputs=tuple(i for i in node.inputs if i != source)))

    def insert_on_edge(self, node: Node, edge: Edge) -> "Network":
        """With the new node in the middle of a wire."""
        source, target = edge
        reader = self[target]
        if source not in reader.inputs:
            raise NetworkError(f"there is no wire from {quoted(source)} to {quoted(target)}")
        if node.layer.max_inputs == 0:
            raise NetworkError(f"{node.label} has no input: it cannot stand on a wire")
        moved = tuple(node.id if one == source else one for one in reader.inputs)
        placed = dataclasses.replace(node, inputs=(source,))
        changed = dataclasses.replace(reader, inputs=moved)
        return Network([*(changed if node.id == target else node for node in self.nodes.values()), placed])

    def replace_layer(self, node_id: str, layer: Layer) -> "Network":
        """With other settings, or another kind, at this node; wires that the new kind cannot take are cut."""
        node = self[node_id]
        if layer == node.layer:
            return self
        inputs = node.inputs[: layer.max_inputs]
        return self._with(dataclasses.replace(node, layer=layer, inputs=inputs, bypassed=None))

    def rename(self, node_id: str, name: str) -> "Network":
        """With another caption; the empty one gives the layer's own label back."""
        return self._with(dataclasses.replace(self[node_id], name=name.strip()))

    def set_weights(self, node_id: str, weights: Weights) -> "Network":
        """With weights from another source at this node."""
        return self._with(dataclasses.replace(self[node_id], weights=weights))

    def _with(self, changed: Node) -> "Network":
        if self.nodes[changed.id] == changed:
            return self
        return Network(changed if node.id == changed.id else node for node in self.nodes.values())


def _check_inputs(node: Node, nodes: Mapping[str, Node]) -> None:
    for source in node.inputs:
        if source not in nodes:
            raise NetworkError(f"node {quoted(node.id)} reads from {quoted(source)}, which does not exist")
    if len(set(node.inputs)) != len(node.inputs):
        raise NetworkError(f"node {quoted(node.id)} reads from the same node twice")
    most = node.layer.max_inputs
    if most is not None and len(node.inputs) > most:
        raise NetworkError(
            f"node {quoted(node.id)} ({node.layer.kind}) has {len(node.inputs)} inputs, at most {most} fit"
        )


def _topological_order(nodes: Mapping[str, Node]) -> tuple[str, ...]:
    """Kahn's algorithm, ties in drawing order."""
    missing = {node_id: len(node.inputs) for node_id, node in nodes.items()}
    readers: dict[str, list[str]] = {node_id: [] for node_id in nodes}
    for node in nodes.values():
        for source in node.inputs:
            readers[source].append(node.id)
    ready = [node_id for node_id, count in missing.items() if not count]
    order: list[str] = []
    for node_id in ready:
        order.append(node_id)
        for reader in readers[node_id]:
            missing[reader] -= 1
            if not missing[reader]:
                ready.append(reader)
    if len(order) < len(nodes):
        stuck = next(node_id for node_id, count in missing.items() if count)
        raise NetworkError(f"the network has a cycle through {quoted(stuck)}")
    return tuple(order)
