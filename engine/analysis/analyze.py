"""All numbers of a network, node by node and in total, without running it.

A half-built network is normal: what cannot be computed becomes a `Problem` at its node, and the rest
keeps its numbers. Definitions: MACs count one multiply–add of a convolution or linear layer (bias,
pooling, normalisation and activations count 0), FLOPs are 2·MACs, bytes are float32 for one image.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from engine.analysis.receptive_field import Mirrored, ReceptiveField
from engine.analysis.report import Analysis, LayerReport, Problem, Totals
from engine.errors import ShapeError
from engine.fixes.fix import Fix, missing_input_fixes, no_input_fixes, setting_fixes, vector_fixes
from engine.fixes.joining import joining_fixes
from engine.fixes.weights import ways_back, weight_fixes
from engine.layers import Layer, Operations
from engine.model.network import Network, Node
from engine.shapes import BYTES_PER_VALUE, Reach, Shape, elements, is_map
from engine.weights import misfit

__all__ = ["Analysis", "Fix", "LayerReport", "Problem", "Totals", "analyze"]


WEIGHTS: Final = "weights"
"""The `setting` of a problem with a node's weights."""


def analyze(network: Network, before: Analysis | None = None) -> Analysis:
    """Every number of the network. Never raises for a half-built one.

    `before` is an analysis of the network before an edit: reports of nodes that the edit does not
    concern are taken over from it, the same objects.
    """
    layers: dict[str, LayerReport] = {}
    for node_id in network.order:
        node = network.nodes[node_id]
        layers[node_id] = _kept(node, layers, before) or _known(_report(node, layers), before)
    _count_once(network, layers)
    for node_id in [node_id for node_id, report in layers.items() if report.problems]:
        layers[node_id] = _with_fixes(network, layers, layers[node_id])
    if layers and not any(node.layer.role == "input" for node in network.nodes.values()):
        first = next(iter(layers.values()))
        message = "The network has no Input. Add one and wire it in."
        problem = Problem(node_id=first.node_id, message=message, fixes=no_input_fixes(network))
        layers[first.node_id] = replace(first, problems=(problem, *first.problems))
    return Analysis(
        network=network,
        layers=MappingProxyType(layers),
        totals=totals_of(network, layers),
        problems=tuple(problem for report in layers.values() for problem in report.problems),
    )


def _count_once(network: Network, layers: dict[str, LayerReport]) -> None:
    """Weights that several nodes share are counted at the first of them."""
    first: dict[str, str] = {}
    for node_id, report in layers.items():
        shared = network.nodes[node_id].weights.shared
        if not shared or report.output_shape is None:
            continue
        if first.setdefault(shared, node_id) != node_id:
            layers[node_id] = replace(report, parameters=0, non_trainable=0, tied_to=first[shared])


def _kept(node: Node, layers: Mapping[str, LayerReport], before: Analysis | None) -> LayerReport | None:
    """The report of the analysis before, where node and inputs are the very same and nothing is wrong."""
    if before is None or before.network.nodes.get(node.id) is not node or node.weights.shared:
        return None
    report = before.layers[node.id]
    same = all(layers[source] is before.layers[source] for source in node.inputs)
    # Fixes look around in the network: a report with a problem is made afresh.
    return report if same and not report.problems else None


def _known(report: LayerReport, before: Analysis | None) -> LayerReport:
    """The same report of the analysis before, if it says the same: what reads from it need not be redone."""
    known = None if before is None else before.layers.get(report.node_id)
    return report if known is None or known != report else known


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
    # Weights that do not fit keep the layer from running; its numbers, and those below it, are known.
    wrong = misfit(node.weights, node.layer, shapes)
    return LayerReport(
        node_id=node.id,
        input_shapes=shapes,
        output_shape=costs.output_shape,
        parameters=costs.parameters,
        non_trainable=costs.non_trainable,
        macs=costs.macs,
        operations=costs.operations,
        activation_bytes=BYTES_PER_VALUE * elements(costs.output_shape),
        receptive_field=_field(node.layer, costs, sources),
        counted=node.layer.counted,
        problems=(Problem(node_id=node.id, message=wrong, setting=WEIGHTS),) if wrong else (),
        notes=_notes(node, shapes) if costs.parameters and not wrong else (),
    )


def _notes(node: Node, shapes: tuple[Shape, ...]) -> tuple[Problem, ...]:
    why = node.weights.fallback(node.layer, shapes)
    if not why:
        return ()
    message = f"Drawn now: {why}."
    return (Problem(node_id=node.id, message=message, setting=WEIGHTS, fixes=ways_back(node, shapes)),)


def _with_fixes(network: Network, layers: Mapping[str, LayerReport], report: LayerReport) -> LayerReport:
    """The report with ways out of its problem, looked for once everything else is known."""
    node = network.nodes[report.node_id]
    (problem,) = report.problems
    shapes = report.input_shapes
    if len(node.inputs) < node.layer.min_inputs:
        known = {node_id: layer.output_shape for node_id, layer in layers.items()}
        fixes = missing_input_fixes(network, node, known)
    elif problem.setting == WEIGHTS:
        fixes = weight_fixes(node, shapes)
    else:
        above = {node_id: layer.input_shapes for node_id, layer in layers.items()}
        fixes = (
            *setting_fixes(node, shapes, problem.setting),
            *(vector_fixes(network, node, shapes, above) if problem.setting is None else ()),
            *joining_fixes(network, node, shapes, above),
        )
    return replace(report, problems=(replace(problem, fixes=fixes),))


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
    reach: tuple[Reach, Reach] | None
    mirrored: tuple[Mirrored, Mirrored]


@lru_cache(maxsize=8192)
def _costs(layer: Layer, shapes: tuple[Shape, ...]) -> _Costs:
    """What depends on the layer and its input shapes alone; an edit computes only the layers it changes."""
    output_shape = layer.output_shape(*shapes)
    sizes = {name: elements(shape) for name, shape in layer.param_shapes(*shapes).items()}
    reach = layer.reach(*shapes) if shapes and not layer.whole_input else None
    fixed = sum(size for name, size in sizes.items() if name in layer.non_trainable)
    return _Costs(
        output_shape=output_shape,
        parameters=sum(sizes.values()) - fixed,
        non_trainable=fixed,
        macs=layer.macs(*shapes),
        operations=layer.operations(*shapes),
        reach=reach,
        mirrored=_mirrored(layer, shapes, output_shape, reach),
    )


def _mirrored(
    layer: Layer, shapes: tuple[Shape, ...], output_shape: Shape, reach: tuple[Reach, Reach] | None
) -> tuple[Mirrored, Mirrored]:
    """Rows and columns that a layer adds around a map and fills with what lies inside."""
    if reach is None or not layer.reframes:
        return (), ()

    def of_axis(axis: int) -> Mirrored:
        first, size, count = int(reach[axis].first), shapes[0][1 + axis], output_shape[1 + axis]
        added = (*range(min(-first, count)), *range(max(size - first, 0), count))
        read = ((output, layer.reads(output, axis, *shapes)) for output in added)
        return tuple((output, indices) for output, indices in read if indices)

    return of_axis(0), of_axis(1)


ALWAYS_THE_FIRST: Final = Reach.of(0, 0, 0)
"""Reach along an axis on which one value is spread over all outputs."""


def _field(layer: Layer, costs: _Costs, sources: Sequence[LayerReport]) -> ReceptiveField | None:
    if not layer.counted:
        return None  # what a foreign operator sees is not known
    if not sources:
        if layer.role != "input":
            return None  # numbers of its own, which depend on no photograph
        _, height, width = costs.output_shape
        return ReceptiveField.of_input((height, width))
    merged: ReceptiveField | None = None
    for source in sources:
        seen, shape = source.receptive_field, source.output_shape
        assert shape is not None  # the node would have no costs
        if seen is None and source.input_shapes:
            return None  # there is a foreign operator above
        if seen is None:
            continue
        if len(sources) > 1:
            seen = spread(seen, shape, costs.output_shape)
        merged = seen if merged is None else merged.union(seen)
    if merged is None:
        return None
    if layer.whole_input:
        return merged.seeing_all()
    if costs.reach is None:
        return merged
    rows, columns = costs.output_shape[1:] if is_map(costs.output_shape) else (None, None)
    return merged.through(costs.reach, costs.mirrored, (rows, columns))


def spread(seen: ReceptiveField, shape: Shape, output_shape: Shape) -> ReceptiveField:
    """What is seen through an input that is broadcast: a 1×1 gate, a vector."""
    if not is_map(output_shape) or shape[1:] == output_shape[1:]:
        return seen
    sizes = shape[1:] if is_map(shape) else (1, 1)
    return seen.through(
        (
            ALWAYS_THE_FIRST if sizes[0] < output_shape[1] else Reach.of(0, 0),
            ALWAYS_THE_FIRST if sizes[1] < output_shape[2] else Reach.of(0, 0),
        )
    )


def totals_of(network: Network, layers: Mapping[str, LayerReport]) -> Totals:
    """The sums over these layers of a network."""
    reports = layers.values()
    parameters = sum(report.parameters for report in reports)
    non_trainable = sum(report.non_trainable for report in reports)
    last = _last_spatial(network, layers)
    return Totals(
        parameters=parameters,
        non_trainable=non_trainable,
        macs=sum(report.macs for report in reports),
        operations=Operations(*map(sum, zip(*(r.operations.values() for r in reports), strict=True))),
        parameter_bytes=BYTES_PER_VALUE * (parameters + non_trainable),
        activation_bytes=sum(report.activation_bytes for report in reports),
        peak_activation_bytes=sum(layers[node_id].activation_bytes for node_id in peak_maps(network, layers)),
        receptive_field=None if last is None else last.receptive_field,
        receptive_field_node=None if last is None else last.node_id,
        uncounted=tuple(node_id for node_id, report in layers.items() if not report.counted),
    )


def peak_maps(network: Network, layers: Mapping[str, LayerReport]) -> tuple[str, ...]:
    """The nodes whose maps are alive at the fullest moment.

    Nodes run in the network's order, and a map goes after its last reader. What nobody reads is a result,
    and stays.
    """
    waiting = {node_id: len(readers) for node_id, readers in network.outputs_of.items()}
    alive: dict[str, int] = {}
    held = peak = 0
    fullest: tuple[str, ...] = ()
    for node_id in network.order:
        alive[node_id] = layers[node_id].activation_bytes
        held += alive[node_id]
        if held > peak:
            peak, fullest = held, tuple(alive)
        for source in network.nodes[node_id].inputs:
            waiting[source] -= 1
            if not waiting[source]:
                held -= alive.pop(source)
    return fullest


def _last_spatial(network: Network, layers: Mapping[str, LayerReport]) -> LayerReport | None:
    """The deepest layer that still has a map: a global pool's 1×1 is no map any more.

    The network's order goes by depth (longest way from an input), so its last one is among the deepest.
    """
    for node_id in reversed(network.order):
        report = layers[node_id]
        shape, seen = report.output_shape, report.receptive_field
        if shape is None or seen is None or not is_map(shape):
            continue
        if seen.whole_input and shape[1:] == (1, 1):
            continue
        return report
    return None
