"""Derivations: the value is the analysis' own, and the formula reads as in a paper."""

from typing import Any

import pytest
from hypothesis import given

from engine.analysis.analyze import Analysis, LayerReport, analyze
from engine.derivation.derive import QUANTITIES, TOTALS, Derivation, derive, derive_total, quantities
from engine.layers import layer_kinds
from engine.model.network import Network, Node
from tests.engine.small_networks import branching_networks, chain, conv, graph, make, pool


def value_in(report: LayerReport, quantity: str) -> Any:
    """The analysis' number for this quantity."""
    shape, field = report.output_shape, report.receptive_field
    assert shape is not None
    places = {"output_channels": 0, "output_height": 1, "output_width": 2, "output_features": 0}
    if quantity in places:
        return shape[places[quantity]]
    if quantity == "operations":
        return report.operations.total
    name, _, axis = quantity.rpartition("_")
    fields = (
        {} if field is None else {"receptive_field": field.size, "jump": field.jump, "start": field.start}
    )
    if name in fields:
        return fields[name][("height", "width").index(axis)]
    return getattr(report, quantity)


def check_all(network: Network) -> Analysis:
    analysis = analyze(network)
    for node_id, report in analysis.layers.items():
        for quantity in quantities(report):
            found = derive(network, analysis, node_id, quantity)
            assert found.value == value_in(report, quantity), (network[node_id].layer, quantity, found)
            check_form(found)
    for quantity in TOTALS:
        if analysis.totals.receptive_field is not None:
            check_form(derive_total(network, analysis, quantity))
    return analysis


def check_form(found: Derivation) -> None:
    assert found.rule
    assert found.latex.count("{") == found.latex.count("}")
    assert found.latex.count(r"\left") == found.latex.count(r"\right")
    assert "·" not in found.latex
    assert "−" not in found.latex


def explained(network: Network, quantity: str, node_id: str = "n1") -> str:
    return derive(network, analyze(network), node_id, quantity).text


@pytest.mark.parametrize("kind", sorted(layer_kinds()))
def test_every_number_of_every_kind_is_the_analysis_own(kind: str) -> None:
    for entry in layer_kinds()[kind].palette():
        layer = entry.layer
        if kind == "Input":
            network = chain()
        elif not layer.max_inputs and layer.max_inputs is not None:
            network = graph((64, 9, 12), a=(layer,), joined=(make("Add"), "input", "a"))
        elif layer.min_inputs > 1:
            network = graph(
                (64, 9, 12), a=(conv(64), "input"), joined=(layer, "a", "input"), after=(conv(8), "joined")
            )
        elif kind == "Linear":
            network = chain(make("Flatten"), layer, shape=(64, 9, 12))
        else:
            layer = layer.replace(shape=(8960, 1, 1)) if kind == "Reshape" else layer
            network = chain(conv(64, 3, 2), layer, shape=(64, 19, 28))
        analysis = check_all(network)
        assert not analysis.problems, analysis.problems


@given(branching_networks())
def test_every_number_of_random_networks_is_the_analysis_own(network: Network) -> None:
    check_all(network)


def test_a_convolution_reads_as_in_a_paper() -> None:
    net = chain(conv(128), shape=(192, 28, 28))
    assert explained(net, "parameters") == "3·3·192·128 + 128 = 221,312"
    assert explained(net, "macs") == "28·28·3·3·192·128 = 173,408,256"
    assert explained(net, "flops") == "2·173,408,256 = 346,816,512"
    assert explained(net, "output_height") == "28"
    assert explained(net, "activation_bytes") == "4·128·28·28 = 401,408"
    assert explained(net, "receptive_field_height") == "1 + (3 − 1)·1 = 3"
    assert explained(net, "start_width") == "0 − 1·1 = −1"
    found = derive(net, analyze(net), "n1", "parameters")
    assert found.latex == r"3 \cdot 3 \cdot 192 \cdot 128 + 128 = 221{,}312"
    assert "LeCun" in found.source


def test_groups_stand_in_the_formula() -> None:
    net = chain(conv(256, 5, groups=2, bias=False), shape=(96, 27, 27))
    assert explained(net, "parameters") == "5·5·(96/2)·256 = 307,200"


@pytest.mark.parametrize(
    "layer",
    [
        conv(8, 5, groups=2),
        conv(6, 1, bias=False),
        make("ConvTranspose2d", out_channels=8),
        make("DepthwiseConv2d"),
        make("BatchNorm2d"),
    ],
)
@pytest.mark.parametrize("quantity", ["parameters", "macs"])
def test_every_factor_has_a_name(layer: Any, quantity: str) -> None:
    net = chain(layer, shape=(6, 9, 9))
    found = derive(net, analyze(net), "n1", quantity)
    formula, named = found.text.split(" = ")[0], found.rule.split(":")[0]
    if found.value:
        assert named.count("·") == formula.count("·")
        assert named.count(" + ") == formula.count(" + ")
        assert ("/groups" in named) == ("/2" in formula)


def test_padding_stride_and_dilation_stand_in_the_output_size() -> None:
    net = chain(conv(4, 3, 2, padding=[1, 1, 1, 1], dilation=(2, 1)), shape=(3, 225, 224))
    assert explained(net, "output_height") == "⌊(225 + 1 + 1 − (2·(3 − 1) + 1))/2⌋ + 1 = 112"
    assert explained(net, "output_width") == "⌊(224 + 1 + 1 − 3)/2⌋ + 1 = 112"
    same = chain(conv(4, 3, 2), shape=(3, 225, 224))
    assert explained(same, "output_height") == "⌈225/2⌉ = 113"


def test_a_window_that_ceil_mode_drops_is_said() -> None:
    net = chain(pool(2, 3, ceil_mode=True, padding=1), shape=(1, 6, 6))
    found = derive(net, analyze(net), "n1", "output_height")
    assert found.text == "⌈(6 + 1 + 1 − 2)/3⌉ + 1 = 3"
    short = chain(pool(1, 3, ceil_mode=True), shape=(1, 6, 6))
    found = derive(short, analyze(short), "n1", "output_height")
    assert found.text == "⌈(6 − 1)/3⌉ + 1 − 1 = 2"
    assert "dropped" in found.rule


def test_a_transposed_convolution_counts_its_input() -> None:
    net = chain(make("ConvTranspose2d", out_channels=8), shape=(16, 5, 7))
    assert explained(net, "macs") == "5·7·2·2·8·16 = 17,920"
    assert explained(net, "output_width") == "(7 − 1)·2 + 2 = 14"
    assert explained(net, "jump_height") == "1·(1/2) = 1/2"


def test_branches_are_united_from_first_start_to_last_end() -> None:
    net = graph((8, 9, 9), a=(conv(8, 5), "input"), b=(conv(8, 1), "input"), sum=(make("Add"), "a", "b"))
    assert explained(net, "receptive_field_height", "sum") == "max(−2 + 5, 0 + 1) − min(−2, 0) = 5"
    assert explained(net, "start_height", "sum") == "min(−2, 0) = −2"


def test_what_is_nothing_says_why() -> None:
    found = derive(net := chain(make("ReLU")), analyze(net), "n1", "macs")
    assert (found.text, found.value) == ("0", 0)
    assert "convolutions and linear" in found.rule


def test_totals_are_sums_over_the_layers() -> None:
    net = chain(conv(8), pool(), conv(4, 1), make("GlobalAvgPool2d"), shape=(3, 8, 8))
    analysis = analyze(net)
    assert derive_total(net, analysis, "parameters").text == "224 + 36 = 260"
    assert derive_total(net, analysis, "peak_activation_bytes").text == "768 + 2,048 = 2,816"
    for quantity in TOTALS:
        found = derive_total(net, analysis, quantity)
        if quantity == "operations":
            assert found.value == analysis.totals.operations.total
        elif hasattr(analysis.totals, quantity):
            assert found.value == getattr(analysis.totals, quantity)
    assert derive_total(net, analysis, "receptive_field_height").value == 4


def test_unknown_numbers_are_not_explained() -> None:
    network = Network([Node(id="alone", layer=conv())])
    analysis = analyze(network)
    assert quantities(analysis.layers["alone"]) == ()
    with pytest.raises(KeyError):
        derive(network, analysis, "alone", "macs")
    with pytest.raises(KeyError):
        derive_total(network, analysis, "jump_height")
    with pytest.raises(KeyError):
        derive_total(network, analysis, "beauty")
    flat = chain(make("Flatten"))
    found = quantities(analyze(flat).layers["n1"])
    assert "output_features" in found
    assert "output_height" not in found
    assert set(found) < set(QUANTITIES)
