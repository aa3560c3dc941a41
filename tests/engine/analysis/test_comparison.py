"""Totals and layers of two networks with their differences."""

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.analysis.comparison import AMOUNTS, Amount, compare
from engine.layers.convolution import Conv2d
from engine.model.network import Network
from engine.shapes import VALID


def test_the_1x1_reductions_of_inception_3a_save_what_the_sums_say() -> None:
    naive, reduced = (
        analyze(presets.load(name).project.network) for name in ("inception_3a_naive", "inception_3a")
    )
    found = compare(naive, reduced)
    assert found.total("parameters") == Amount(387_296, 163_696)
    assert found.total("macs") == Amount(303_464_448, 128_049_152)
    five = found.by_node["5x5"]
    assert five.change == "changed"
    assert five.amount("macs") == Amount(120_422_400, 10_035_200)
    assert five.amount("macs").ratio == pytest.approx(12.0)
    assert found.by_node["5x5_reduce"].change == "inserted"
    assert found.by_node["5x5_reduce"].amount("parameters") == Amount(0, 3_088)
    assert found.by_node["1x1"].change == "same"
    assert found.by_former_node["5x5"] is five


def test_differences_of_all_layers_add_up_to_that_of_the_total() -> None:
    before, after = (analyze(presets.load(name).project.network) for name in ("resnet50", "densenet121"))
    found = compare(before, after)
    for name in AMOUNTS:
        assert sum(pair.amount(name).difference for pair in found.pairs) == found.total(name).difference


def test_a_layer_below_an_inserted_one_is_the_same_if_its_costs_are() -> None:
    before, after = (analyze(presets.load(name).project.network) for name in ("vgg16", "vgg19"))
    changes = [pair.change for pair in compare(before, after).pairs]
    assert changes.count("inserted") == 6
    assert changes.count("same") == len(changes) - 6


def test_a_changed_setting_is_a_change_even_where_the_costs_are_equal() -> None:
    network = presets.load("lenet5").project.network
    node = next(node for node in network.nodes.values() if isinstance(node.layer, Conv2d))
    renamed = network.rename(node.id, "first")
    assert compare(analyze(network), analyze(renamed)).by_node[node.id].change == "same"
    pooled = next(node for node in network.nodes.values() if node.layer.role == "pooling")
    kind = "AvgPool2d" if pooled.layer.kind == "MaxPool2d" else "MaxPool2d"
    from engine.layers import layer_kinds

    other = network.replace_layer(pooled.id, layer_kinds()[kind](**{"kernel_size": (2, 2), "stride": (2, 2)}))
    found = compare(analyze(network), analyze(other))
    assert [pair.change for pair in found.pairs if pair.change != "same"]


def test_a_ratio_needs_two_amounts() -> None:
    assert Amount(0, 5).ratio is None
    assert Amount(5, 0).ratio is None
    assert Amount(10, 4).ratio == 2.5
    assert Amount(10, 4).difference == -6


def test_half_built_networks_compare() -> None:
    lenet = presets.load("lenet5").project.network
    broken = lenet.replace_layer(
        next(node.id for node in lenet.nodes.values() if isinstance(node.layer, Conv2d)),
        Conv2d(out_channels=6, kernel_size=(99, 99), padding=VALID),
    )
    found = compare(analyze(lenet), analyze(broken))
    assert found.total("macs").after == 0
    assert compare(analyze(Network()), analyze(lenet)).total("macs").before == 0
