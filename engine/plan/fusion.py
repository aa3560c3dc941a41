"""Which nodes become one step: convolution + batch normalisation (+ addition) + activation, and the like.

A node can be fused away only if nobody but the next one reads its map and nobody asked for it: fusion never
hides a map.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from engine.kernels.fast.operations import ACTIVATIONS, INFINITY
from engine.layers.base.lowering import (
    AffineForm,
    ClampForm,
    Form,
    FunctionForm,
    LeakyForm,
    MatrixForm,
    SumForm,
)
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape


@dataclass(frozen=True, kw_only=True)
class Group:
    """Nodes that become one step, in order; the last one's map is stored."""

    nodes: tuple[str, ...]
    form: Form | None
    """Of the first one: what is computed."""
    norm: str | None = None
    """The normalisation, or the scale alone, that is folded into the weights."""
    epsilon: float = 0.0
    """What is added to the variance of a normalisation."""
    residual: str | None = None
    """The other operand of a sum that is done at the end of the convolution."""
    low: float = -INFINITY
    high: float = INFINITY
    activation: FunctionForm | LeakyForm | None = None
    """What is taken of the sums of a convolution, where that is no clamp."""

    @property
    def root(self) -> str:
        """The node that says what is computed."""
        return self.nodes[0]

    @property
    def output(self) -> str:
        """The node whose map is stored."""
        return self.nodes[-1]

    @property
    def normalization(self) -> tuple[str | None, float]:
        """What goes into the root's weights, and its epsilon: a normalisation after it, or its own."""
        if isinstance(self.form, AffineForm) and self.form.epsilon is not None:
            return self.root, self.form.epsilon
        return self.norm, self.epsilon


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
    form = form_of(network, root, shapes)
    nodes = [root]
    norm = residual = activation = None
    epsilon = 0.0
    low, high = -INFINITY, INFINITY
    while isinstance(form, MatrixForm | AffineForm | SumForm):  # their kernels end in a clamp
        last = nodes[-1]
        readers = [reader for reader in network.outputs_of[last] if reader in needed]
        if len(readers) != 1 or last in wanted or readers[0] in taken:
            break
        (reader,) = readers
        inputs, after = network.nodes[reader].inputs, form_of(network, reader, shapes)
        if isinstance(after, ClampForm):
            low, high = after.low, after.high
            nodes.append(reader)
            break
        if not isinstance(form, MatrixForm):
            break
        if _has_kernel(after):
            activation = after
            nodes.append(reader)
            break
        if residual is not None:
            break
        if isinstance(after, AffineForm) and norm is None:
            norm, epsilon = reader, after.epsilon or 0.0
        elif isinstance(after, SumForm) and len(inputs) == 2:
            residual = inputs[1] if inputs[0] == last else inputs[0]  # as large: else it is no plain sum
        else:
            break
        nodes.append(reader)
    return Group(
        nodes=tuple(nodes), form=form, norm=norm, epsilon=epsilon, residual=residual, low=low, high=high,
        activation=activation,
    )  # fmt: skip


def _has_kernel(form: Form | None) -> TypeGuard[FunctionForm | LeakyForm]:
    """Whether it is an activation for which there is a kernel."""
    return isinstance(form, LeakyForm) or (isinstance(form, FunctionForm) and form.function in ACTIVATIONS)


def products_before(network: Network, shapes: Mapping[str, Shape]) -> dict[str, int]:
    """How many layers that multiply by weights lie before each node, along the longest way from an Input."""
    through: dict[str, int] = {}
    before: dict[str, int] = {}
    for node_id in network.order:
        before[node_id] = max((through[source] for source in network.nodes[node_id].inputs), default=0)
        multiplies = node_id in shapes and isinstance(form_of(network, node_id, shapes), MatrixForm)
        through[node_id] = before[node_id] + multiplies
    return before


def form_of(network: Network, node_id: str, shapes: Mapping[str, Shape]) -> Form | None:
    """What the node's layer amounts to for its inputs, of these shapes."""
    node = network.nodes[node_id]
    return node.layer.lowering(*(shapes[source] for source in node.inputs))


def post_activation(network: Network) -> frozenset[str]:
    """The nodes whose maps are stored when all that can be fused is: the maps after the activations."""
    shapes = output_shapes(network)
    return frozenset(group.output for group in fuse(network, shapes.keys(), (), shapes))
