"""All numbers of a network, node by node and in total, without running it.

A half-built network is normal: what cannot be computed becomes a `Problem` at its node, and the rest
keeps its numbers. Definitions: MACs count one multiply–add of a convolution or linear layer (bias,
pooling, normalisation and activations count 0), FLOPs are 2·MACs, bytes are float32 for one image.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from engine.errors import ShapeError
from engine.layers import NO_OPERATIONS, Layer, Operations
from engine.network import Network, Node
from engine.receptive_field import ReceptiveField
from engine.shapes import BYTES_PER_VALUE, Shape, elements, is_map


@dataclass(frozen=True)
class Fix:
    """A way out of a problem: what it is called, and the edit it makes."""

    text: str
    apply: Callable[[Network], Network]


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
    non_trainable: int = 0
    macs: int = 0
    operations: Operations = NO_OPERATIONS
    activation_bytes: int = 0
    receptive_field: ReceptiveField | None = None
    problems: tuple[Problem, ...] = ()

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
    """When each map is freed after its last use."""
    receptive_field: ReceptiveField | None = None

    @property
    def flops(self) -> int:
        """2·MACs."""
        return 2 * self.macs


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Reports by node id in topological order, totals, and all problems."""

    layers: Mapping[str, LayerReport] = field(default_factory=dict)
    totals: Totals = field(default_factory=Totals)
    problems: tuple[Problem, ...] = ()


def analyze(network: Network) -> Analysis:
    """Every number of the network. Never raises for a half-built one."""
    layers: dict[str, LayerReport] = {}
    for node_id in network.order:
        layers[node_id] = _report(network.nodes[node_id], layers)
    reports = list(layers.values())
    if not any(node.layer.kind == "Input" for node in network.nodes.values()) and reports:
        first = Problem(
            node_id=reports[0].node_id, message="The network has no Input. Add one and wire it in."
        )
        reports[0] = layers[reports[0].node_id] = _with_problem(reports[0], first)
    totals = Totals(
        parameters=sum(report.parameters for report in reports),
        non_trainable=sum(report.non_trainable for report in reports),
        macs=sum(report.macs for report in reports),
        operations=sum((report.operations for report in reports), NO_OPERATIONS),
        parameter_bytes=sum(report.parameter_bytes for report in reports),
        activation_bytes=sum(report.activation_bytes for report in reports),
        peak_activation_bytes=_peak_bytes(network, layers),
        receptive_field=_last_spatial_field(reports),
    )
    problems = tuple(problem for report in reports for problem in report.problems)
    return Analysis(layers=MappingProxyType(layers), totals=totals, problems=problems)


def _report(node: Node, layers: Mapping[str, LayerReport]) -> LayerReport:
    missing = _missing_input(node)
    if missing:
        return LayerReport(node_id=node.id, problems=(Problem(node_id=node.id, message=missing),))
    sources = [layers[source] for source in node.inputs]
    shapes = tuple(source.output_shape for source in sources if source.output_shape is not None)
    if len(shapes) < len(sources):
        # The cause is reported where it is; here there is only nothing to say.
        return LayerReport(node_id=node.id, input_shapes=shapes)
    try:
        costs = _costs(node.layer, shapes)
    except ShapeError as error:
        problem = Problem(node_id=node.id, message=str(error), setting=error.setting)
        return LayerReport(node_id=node.id, input_shapes=shapes, problems=(problem,))
    return LayerReport(
        node_id=node.id,
        input_shapes=shapes,
        output_shape=costs.output_shape,
        parameters=costs.parameters,
        non_trainable=costs.non_trainable,
        macs=costs.macs,
        operations=costs.operations,
        activation_bytes=BYTES_PER_VALUE * elements(costs.output_shape),
        receptive_field=_field(node.layer, shapes, sources),
    )


def _missing_input(node: Node) -> str:
    wanted, found = node.layer.min_inputs, len(node.inputs)
    if found >= wanted:
        return ""
    if wanted == 1:
        return f"{node.label} has no input. Wire one in."
    return f"{node.label} needs at least {wanted} inputs and has {found}. Wire in {wanted - found} more."


@dataclass(frozen=True)
class _Costs:
    output_shape: Shape
    parameters: int
    non_trainable: int
    macs: int
    operations: Operations


@lru_cache(maxsize=8192)
def _costs(layer: Layer, shapes: tuple[Shape, ...]) -> _Costs:
    """What depends on the layer and its input shapes alone; an edit computes only the layers it changes."""
    output_shape = layer.output_shape(*shapes)
    sizes = {name: elements(shape) for name, shape in layer.param_shapes(*shapes).items()}
    fixed = sum(size for name, size in sizes.items() if name in layer.non_trainable)
    return _Costs(
        output_shape=output_shape,
        parameters=sum(sizes.values()) - fixed,
        non_trainable=fixed,
        macs=layer.macs(*shapes),
        operations=layer.operations(*shapes),
    )


def _field(layer: Layer, shapes: tuple[Shape, ...], sources: Iterable[LayerReport]) -> ReceptiveField | None:
    known = [source.receptive_field for source in sources if source.receptive_field is not None]
    if not known:
        return ReceptiveField()
    merged = known[0]
    for other in known[1:]:
        merged = merged.union(other)
    if layer.window is not None:
        merged = merged.through(layer.window, (shapes[0][1], shapes[0][2]))
    return merged


def _with_problem(report: LayerReport, problem: Problem) -> LayerReport:
    return replace(report, problems=(*report.problems, problem))


def _peak_bytes(network: Network, layers: Mapping[str, LayerReport]) -> int:
    """Most bytes of maps alive at once when nodes run in order and a map goes after its last reader."""
    waiting = {node_id: len(readers) for node_id, readers in network.outputs_of.items()}
    alive = peak = 0
    for node_id in network.order:
        alive += layers[node_id].activation_bytes
        peak = max(peak, alive)
        for source in network.nodes[node_id].inputs:
            waiting[source] -= 1
            if not waiting[source]:
                alive -= layers[source].activation_bytes
    return peak


def _last_spatial_field(reports: list[LayerReport]) -> ReceptiveField | None:
    """Field of the last layer that still has a map: a global pool's 1×1 is no map any more."""
    for report in reversed(reports):
        shape, field = report.output_shape, report.receptive_field
        if shape is None or field is None or not is_map(shape):
            continue
        if field.whole_input and shape[1:] == (1, 1):
            continue
        return field
    return None
