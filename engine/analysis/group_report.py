"""The numbers of several nodes together: of a group, or of any selection."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from engine.analysis.analyze import totals_of
from engine.analysis.receptive_field import ReceptiveField
from engine.analysis.report import Analysis, LayerReport, Problem
from engine.layers import Operations
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.shapes import Shape


@dataclass(frozen=True, kw_only=True)
class GroupReport:
    """Sums over the nodes, and what goes in and out of them as a whole. Definitions as in `analyze`."""

    nodes: tuple[str, ...]
    """In order of computation."""
    inputs: tuple[str, ...]
    """Nodes outside that are read."""
    outputs: tuple[str, ...]
    """Nodes of these that are read outside, or by nobody."""
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    """Those of `inputs` and `outputs` that are known, in their order."""
    parameters: int
    non_trainable: int
    macs: int
    operations: Operations
    activation_bytes: int
    receptive_field: ReceptiveField | None
    """That of the last output which has one."""
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def output(self) -> str:
        """The last of the outputs: the node whose map stands for the whole."""
        return self.outputs[-1]


def outer_inputs(network: Network, node_ids: Iterable[str]) -> tuple[str, ...]:
    """The nodes outside that these read from, each once, in order of computation of their readers."""
    order = network.in_order(node_ids)
    chosen, found = set(order), dict[str, None]()
    for node_id in order:
        for source in network.nodes[node_id].inputs:
            if source not in chosen:
                found[source] = None
    return tuple(found)


def outer_outputs(network: Network, node_ids: Iterable[str]) -> tuple[str, ...]:
    """Those of the nodes that are read outside or by nobody, in order of computation."""
    order = network.in_order(node_ids)
    chosen, readers = set(order), network.outputs_of
    return tuple(one for one in order if not readers[one] or not chosen.issuperset(readers[one]))


def report_together(analysis: Analysis, node_ids: Iterable[str]) -> GroupReport:
    """The numbers of these nodes (at least one) together."""
    network = analysis.network
    order = network.in_order(node_ids)
    reports = [analysis.layers[one] for one in order]
    inputs, outputs = outer_inputs(network, order), outer_outputs(network, order)
    fields = [analysis.layers[output].receptive_field for output in outputs]
    return GroupReport(
        nodes=order,
        inputs=inputs,
        outputs=outputs,
        input_shapes=_shapes(analysis, inputs),
        output_shapes=_shapes(analysis, outputs),
        parameters=sum(report.parameters for report in reports),
        non_trainable=sum(report.non_trainable for report in reports),
        macs=sum(report.macs for report in reports),
        operations=Operations(*map(sum, zip(*(r.operations.values() for r in reports), strict=True))),
        activation_bytes=sum(report.activation_bytes for report in reports),
        receptive_field=next((field for field in reversed(fields) if field is not None), None),
        problems=tuple(problem for report in reports for problem in report.problems),
        notes=tuple(note for report in reports for note in report.notes),
    )


def _shapes(analysis: Analysis, node_ids: Iterable[str]) -> tuple[Shape, ...]:
    shapes = (analysis.layers[node_id].output_shape for node_id in node_ids)
    return tuple(shape for shape in shapes if shape is not None)


def part_of(
    analysis: Analysis, node_ids: Iterable[str], names: Mapping[str, str] = MappingProxyType({})
) -> Analysis:
    """Some nodes as a network of their own, with the numbers that they have in the whole one: shapes and
    receptive fields stay, totals are theirs. For what they read from outside stands an Input of its shape,
    called `from …`: after the node, or as `names` says."""
    whole = analysis.network
    order = whole.in_order(node_ids)
    outside = [one for one in outer_inputs(whole, order) if analysis.layers[one].output_shape is not None]
    known = {*order, *outside}
    before = [_stand_in(whole.nodes[one], analysis.layers[one], names.get(one, "")) for one in outside]
    inner = (whole.nodes[node_id] for node_id in order)
    nodes = [replace(node, inputs=tuple(one for one in node.inputs if one in known)) for node in inner]
    network = Network([*before, *nodes])
    reports = {one: _free_of_cost(analysis.layers[one]) for one in outside}
    layers = {one: reports.get(one, analysis.layers[one]) for one in network.order}
    return Analysis(
        network=network,
        layers=MappingProxyType(layers),
        totals=totals_of(network, layers),
        problems=tuple(problem for problem in analysis.problems if problem.node_id in order),
    )


class Outside(Input):
    """What comes from outside of a part: maps of this shape, of which no more is said."""

    detail = ""


def _stand_in(node: Node, report: LayerReport, name: str) -> Node:
    """An Input that gives what the node gives; an Input stays what it is."""
    if node.layer.is_input:
        return node
    shape = report.output_shape or (1,)
    layer = Outside(shape=shape if len(shape) == 3 else (shape[0], 1, 1))
    return Node(id=node.id, layer=layer, name=f"from {name or node.label}")


def _free_of_cost(report: LayerReport) -> LayerReport:
    """What is known of the output alone."""
    return LayerReport(
        node_id=report.node_id, output_shape=report.output_shape, receptive_field=report.receptive_field
    )
