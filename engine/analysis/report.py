"""What is known of a network without running it: the records that `engine.analysis.analyze.analyze` fills.

MACs count one multiply–add of a convolution or linear layer, FLOPs are 2·MACs, bytes are float32 for one
image.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.analysis.receptive_field import ReceptiveField
from engine.fixes.fix import Fix
from engine.layers import NO_OPERATIONS, Operations
from engine.model.network import Network
from engine.shapes import BYTES_PER_VALUE, Shape, shape_text


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that keeps a node from working, in words for people."""

    node_id: str
    message: str
    setting: str | None = None
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LayerReport:
    """The numbers of one node. `output_shape` is None where they could not be computed."""

    node_id: str
    input_shapes: tuple[Shape, ...] = ()
    output_shape: Shape | None = None
    parameters: int = 0
    """Trainable ones."""
    non_trainable: int = 0
    """Running statistics."""
    macs: int = 0
    operations: Operations = NO_OPERATIONS
    activation_bytes: int = 0
    receptive_field: ReceptiveField | None = None
    counted: bool = True
    """Whether MACs and operations are known; 0 stands for what is not."""
    tied_to: str = ""
    """The node that has the same set of weights, where they are counted; empty for weights of its own."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    """What keeps nothing from working, but has to be known: the weights are not those that were trained."""

    @property
    def flops(self) -> int:
        """2·MACs."""
        return 2 * self.macs

    @property
    def parameter_bytes(self) -> int:
        """Bytes of all parameters, trainable or not."""
        return BYTES_PER_VALUE * (self.parameters + self.non_trainable)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The numbers of the whole network; `receptive_field` is that of the last spatial layer."""

    parameters: int = 0
    non_trainable: int = 0
    macs: int = 0
    operations: Operations = NO_OPERATIONS
    parameter_bytes: int = 0
    activation_bytes: int = 0
    peak_activation_bytes: int = 0
    """When nodes run in the network's order and each map is freed after its last use."""
    receptive_field: ReceptiveField | None = None
    receptive_field_node: str | None = None
    """The layer whose receptive field this is."""
    uncounted: tuple[str, ...] = ()
    """Nodes whose MACs and operations are not known: the sums are without them."""

    @property
    def flops(self) -> int:
        """2·MACs."""
        return 2 * self.macs


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Reports by node id in topological order, totals, and all problems."""

    network: Network = field(default_factory=Network, repr=False)
    layers: Mapping[str, LayerReport] = field(default_factory=dict)
    totals: Totals = field(default_factory=Totals)
    problems: tuple[Problem, ...] = ()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A plain record a layer, as `pandas.DataFrame(rows)` takes them; None for what is not known."""
        return [self._row(report) for report in self.layers.values()]

    def _row(self, report: LayerReport) -> dict[str, Any]:
        node, seen = self.network.nodes[report.node_id], report.receptive_field
        known = report.output_shape is not None and report.counted
        size, jump = (None, None) if seen is None else (seen.size, seen.jump)
        return {
            "id": node.id,
            "kind": node.layer.kind,
            "label": node.label,
            "inputs": ", ".join(node.inputs),
            "output": None if report.output_shape is None else shape_text(report.output_shape),
            "parameters": report.parameters,
            "macs": report.macs if known else None,
            "flops": report.flops if known else None,
            "activation_bytes": report.activation_bytes,
            "field_height": None if size is None else float(size[0]),
            "field_width": None if size is None else float(size[1]),
            "jump_height": None if jump is None else float(jump[0]),
            "jump_width": None if jump is None else float(jump[1]),
        }
