"""A layer's parameters for the lens, drawn on the compute thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.execution.measured.measured_network import measured_network
from engine.layers import Layer
from engine.model.network import Network, Node
from engine.shapes import Shape, elements
from gui.session.jobs import Desk
from gui.value_inspector.inspected_value import Map

MOST_VALUES: Final = 1 << 24
"""More weights than these (64 MB) are not kept: of them one output's are."""


@dataclass(frozen=True, eq=False)
class DrawnParameters:
    """Of one node. Where `row` is not None, all rows of the weights are those of that output."""

    params: Mapping[str, Map]
    row: int | None = None


@dataclass(frozen=True)
class DrawParameters:
    """The job: `row` is the output channel that is looked at."""

    node: Node
    shapes: tuple[Shape, ...]
    seed: int
    row: int
    measured_in: Network | None = None
    """Where the layer's running statistics are measured; None for a layer without."""

    @property
    def layer(self) -> Layer:
        """Whose parameters."""
        return self.node.layer

    @property
    def is_large(self) -> bool:
        """Whether only one row of the weights is kept."""
        shapes = self.layer.param_shapes(*self.shapes)
        return sum(elements(shape) for shape in shapes.values()) > MOST_VALUES

    def work(self, desk: Desk) -> DrawnParameters:
        """Draw them, as the executor does."""
        network = self.measured_in
        node = self.node if network is None else measured_network(network, self.seed)[self.node.id]
        made = node.weights.parameters(node.id, node.layer, self.shapes, self.seed, desk.checkpoint)
        if not self.is_large:
            return DrawnParameters(made)
        weight = made["weight"]
        kept = np.broadcast_to(weight[self.row].copy(), weight.shape)
        return DrawnParameters({**made, "weight": kept}, self.row)
