"""Which nodes become one step: convolution + batch normalisation (+ addition) + activation, and the like.

A node can be fused away only if nobody but the next one reads its map and nobody asked for it: fusion never
hides a map.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from engine.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape

INFINITY = float("inf")

CLAMPS: Final[Mapping[str, tuple[float, float]]] = {"ReLU": (0.0, INFINITY), "ReLU6": (0.0, 6.0)}
"""Activations that are a clamp to an interval, which costs nothing at the end of another step."""

MATRIX_KINDS: Final = ("Conv2d", "DepthwiseConv2d", "ConvTranspose2d", "Linear")
CLAMPING_KINDS: Final = (*MATRIX_KINDS, "BatchNorm2d", "Add")
"""Kinds whose kernels end in a clamp."""
ALIAS_KINDS: Final = ("Dropout", "Identity", "Crop", "Slice")
"""At inference their map is their input, or a part of it: a view of the same memory."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Nodes that become one step, in order; the last one's map is stored."""

    nodes: tuple[str, ...]
    norm: str | None = None
    """The BatchNorm2d folded into the weights."""
    residual: str | None = None
    """The other operand of an Add that is done at the end of the convolution."""
    low: float = -INFINITY
    high: float = INFINITY

    @property
    def root(self) -> str:
        """The node that says what is computed."""
        return self.nodes[0]

    @property
    def output(self) -> str:
        """The node whose map is stored."""
        return self.nodes[-1]


def fuse(
    network: Network, needed: Collection[str], wanted: Collection[str], shapes: Mapping[str, Shape]
) -> list[Group]:
    """Groups in topological order, covering `needed`; the maps of `wanted` are all stored."""
    groups: list[Group] = []
    taken: set[str] = set()
    for node_id in network.order:
        if node_id in needed and node_id not in taken:
            group = _grow(network, node_id, needed, taken, wanted, shapes)
            groups.append(group)
            taken.update(group.nodes)
    # A step that adds a map computed later must come after it.
    position = {node_id: index for index, node_id in enumerate(network.order)}
    return sorted(groups, key=lambda group: position[group.output])


def _grow(
    network: Network, root: str, needed: Collection[str], taken: Collection[str], wanted: Collection[str],
    shapes: Mapping[str, Shape],
) -> Group:  # fmt: skip
    kind = network.nodes[root].layer.kind
    nodes = [root]
    norm = residual = None
    low, high = -INFINITY, INFINITY
    while kind in CLAMPING_KINDS:
        last = nodes[-1]
        readers = [reader for reader in network.outputs_of[last] if reader in needed]
        if len(readers) != 1 or last in wanted or readers[0] in taken:
            break
        (reader,) = readers
        node = network.nodes[reader]
        if node.layer.kind in CLAMPS:
            low, high = CLAMPS[node.layer.kind]
            nodes.append(reader)
            break
        if kind in MATRIX_KINDS and node.layer.kind == "BatchNorm2d" and norm is None and residual is None:
            norm = reader
        elif kind in MATRIX_KINDS and node.layer.kind == "Add" and residual is None and len(node.inputs) == 2:
            other = node.inputs[1] if node.inputs[0] == last else node.inputs[0]
            if shapes[other] != shapes[last] or other == last:
                break
            residual = other
        else:
            break
        nodes.append(reader)
    return Group(nodes=tuple(nodes), norm=norm, residual=residual, low=low, high=high)


def post_activation(network: Network) -> frozenset[str]:
    """The nodes whose maps are stored when all that can be fused is: the maps after the activations."""
    shapes = output_shapes(network)
    return frozenset(group.output for group in fuse(network, shapes.keys(), (), shapes))
