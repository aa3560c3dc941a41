"""How each number of a layer, or of the whole network, was computed: the formula, values substituted.

`derive` covers every entry of `QUANTITIES`. Shapes and receptive fields are per axis, as they are counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.analysis.analyze import Analysis, LayerReport, peak_maps
from engine.derivation import receptive_field as derived_fields
from engine.errors import quoted
from engine.formula import Expression, Rational, Rule, number, plus, product
from engine.model.network import Network, Node
from engine.shapes import BYTES_PER_VALUE, is_map


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """One number, explained."""

    quantity: str
    rule: str
    """The rule in words."""
    text: str
    """`3·3·192·128 + 128 = 221,312`."""
    latex: str
    """The same without dollar signs."""
    value: Rational
    source: str
    """Where the rule comes from; empty where it is counting."""


def quantities(report: LayerReport) -> tuple[str, ...]:
    """What `derive` can explain of this layer; nothing where its numbers are not known."""
    if report.output_shape is None:
        return ()
    axes = [name for name in QUANTITIES if not _is_of_maps(name) or is_map(report.output_shape)]
    if report.receptive_field is None:
        axes = [name for name in axes if name not in FIELDS]
    return tuple(name for name in axes if name != "output_features" or not is_map(report.output_shape))


def derive(network: Network, analysis: Analysis, node_id: str, quantity: str) -> Derivation:
    """The quantity of this node, explained. `KeyError` unless it is among the report's `quantities`."""
    report = analysis.layers[node_id]
    if quantity not in quantities(report):
        raise KeyError(f"{node_id} has no {quantity}")
    node = network[node_id]
    sources = [analysis.layers[source] for source in node.inputs]
    return _explained(quantity, QUANTITIES[quantity](node, report, sources))


def derive_total(network: Network, analysis: Analysis, quantity: str) -> Derivation:
    """A total, explained: the sum over the layers. `KeyError` unless it is one of `TOTALS`."""
    if quantity in FIELDS:
        last = analysis.totals.receptive_field_node
        if last is None:
            raise KeyError(f"the network has no {quantity}")
        return derive(network, analysis, last, quantity)
    if quantity == "flops":
        return _explained(
            quantity, Rule(_twice(analysis.totals.macs), "2·MACs: two operations for each multiply–add")
        )
    if quantity == "peak_activation_bytes":
        parts = [analysis.layers[node_id].activation_bytes for node_id in peak_maps(network, analysis.layers)]
        rule = "the maps alive at the fullest moment, when each is freed after its last use"
    elif quantity == "operations":
        parts = [report.operations.total for report in analysis.layers.values()]
        rule = "the sum over the layers, a multiply–add counted as two"
    elif quantity not in SUMS:
        raise KeyError(f"there is no total called {quoted(quantity)}")
    else:
        parts = [int(getattr(report, quantity)) for report in analysis.layers.values()]
        rule = "the sum over the layers"
    terms = [number(part) for part in parts if part] or [number(0)]
    return _explained(quantity, Rule(plus(*terms), rule))


def _explained(quantity: str, rule: Rule) -> Derivation:
    expression, words, source = rule
    value = number(expression.value)
    same = value.text == expression.text
    return Derivation(
        quantity=quantity,
        rule=words,
        text=value.text if same else f"{expression.text} = {value.text}",
        latex=value.latex if same else f"{expression.latex} = {value.latex}",
        value=expression.value,
        source=source,
    )


def _is_of_maps(quantity: str) -> bool:
    return quantity in ("output_channels", "output_height", "output_width")


def _twice(macs: int) -> Expression:
    return product(number(2), number(macs))


def _counted(node: Node, report: LayerReport, trainable: bool) -> Expression:
    terms = [
        node.layer.parameter_rule(name, *report.input_shapes).expression
        for name in node.layer.param_shapes(*report.input_shapes)
        if (name in node.layer.non_trainable) != trainable
    ]
    return plus(*terms) if terms else number(0)


def _parameters(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    words = {
        name: node.layer.parameter_rule(name, *report.input_shapes).words
        for name in node.layer.param_shapes(*report.input_shapes)
        if name not in node.layer.non_trainable
    }
    if report.tied_to:
        return Rule(number(0), f"the same weights as {report.tied_to}, which are counted there")
    rule = " + ".join(f"{said} ({name})" for name, said in words.items()) or "nothing is learned here"
    return Rule(_counted(node, report, True), rule, node.layer.source if words else "")


def _non_trainable(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    if report.tied_to:
        return Rule(number(0), f"the same weights as {report.tied_to}, which are counted there")
    measured = bool(report.non_trainable)
    rule = "running statistics, measured and not trained" if measured else "nothing is measured in training"
    return Rule(_counted(node, report, False), rule)


def _channels(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    return node.layer.channel_rule(*report.input_shapes)


def _height(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    return node.layer.size_rule(0, *report.input_shapes)


def _width(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    return node.layer.size_rule(1, *report.input_shapes)


def _macs(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    return node.layer.macs_rule(*report.input_shapes)


def _flops(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    return Rule(_twice(report.macs), "2·MACs: two operations for each multiply–add")


def _operations(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    counts = report.operations.values()
    terms = [_twice(counts[0])] if counts[0] else []
    terms += [number(count) for count in counts[1:] if count]
    names = ("add", "multiply", "compare", "divide", "exp")
    said = ["multiply–add (two operations)"] if counts[0] else []
    said += [name for name, count in zip(names, counts[1:], strict=True) if count]
    return Rule(plus(*(terms or [number(0)])), ", ".join(said) or "nothing is computed")


def _activation_bytes(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    assert report.output_shape is not None
    sizes = [number(size) for size in report.output_shape]
    coming = "channels · height · width" if len(sizes) == 3 else "features"
    rule = f"{BYTES_PER_VALUE} bytes · {coming}, all that come out"
    return Rule(product(number(BYTES_PER_VALUE), *sizes), rule)


def _parameter_bytes(node: Node, report: LayerReport, sources: list[LayerReport]) -> Rule:
    counted = [number(count) for count in (report.parameters, report.non_trainable) if count]
    inner = plus(*(counted or [number(0)]))
    return Rule(product(number(BYTES_PER_VALUE), inner), f"{BYTES_PER_VALUE} bytes for each parameter")


QUANTITIES: Final[Mapping[str, Callable[[Node, LayerReport, list[LayerReport]], Rule]]] = {
    "output_channels": _channels,
    "output_height": _height,
    "output_width": _width,
    "output_features": _channels,
    "parameters": _parameters,
    "non_trainable": _non_trainable,
    "parameter_bytes": _parameter_bytes,
    "macs": _macs,
    "flops": _flops,
    "operations": _operations,
    "activation_bytes": _activation_bytes,
    "receptive_field_height": derived_fields.size_of_axis(0),
    "receptive_field_width": derived_fields.size_of_axis(1),
    "jump_height": derived_fields.jump_of_axis(0),
    "jump_width": derived_fields.jump_of_axis(1),
    "start_height": derived_fields.start_of_axis(0),
    "start_width": derived_fields.start_of_axis(1),
}
"""What can be explained of a layer, by name."""

SUMS: Final = ("parameters", "non_trainable", "parameter_bytes", "macs", "activation_bytes")
FIELDS: Final = tuple(name for name in QUANTITIES if name.startswith(("receptive_field", "jump", "start")))
TOTALS: Final = (*SUMS, "flops", "operations", "peak_activation_bytes", *FIELDS)
"""What can be explained of the whole network: sums over the layers, the peak, the last layer's field."""
