"""Curves over a layer's width are what the network costs with that width."""

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.analysis.trade_off import trade_off, width_of, with_width
from engine.errors import NetworkError
from engine.layers.convolution import Conv2d
from presets import load
from tests.engine.small_networks import chain


def test_every_sampled_width_costs_what_the_network_with_it_costs() -> None:
    network = load("bottleneck_3a").project.network
    found = trade_off(network, "5x5_reduce")
    assert found.widths[0] == 1
    assert found.most == 192
    assert 16 in found.widths
    for width, parameters, macs in zip(found.widths, found.parameters, found.macs, strict=True):
        changed = network.replace_layer("5x5_reduce", with_width(network["5x5_reduce"].layer, width))
        totals = analyze(changed).totals
        assert (parameters, macs) == (totals.parameters, totals.macs)


def test_the_bottleneck_breaks_even_where_its_curve_crosses_the_direct_branch() -> None:
    network = load("bottleneck_3a").project.network.remove("5x5_direct")
    found = trade_off(network, "5x5_reduce")
    cheaper = [width for width, macs in zip(found.widths, found.macs, strict=True) if macs < 120_422_400]
    assert max(cheaper) <= 154 < min(set(found.widths) - set(cheaper))


def test_the_error_falls_to_nothing_at_the_rank_of_the_maps() -> None:
    network = chain(Conv2d(out_channels=4, kernel_size=(1, 1), bias=False), shape=(8, 6, 6))
    random = np.random.Generator(np.random.PCG64(1))
    basis = random.standard_normal((8, 3)).astype(np.float32)
    reads = (basis @ random.standard_normal((3, 36)).astype(np.float32)).reshape(8, 6, 6)
    found = trade_off(network, network.order[-1], reads=reads)
    errors = dict(zip(found.widths, found.errors, strict=True))
    assert errors[1] > errors[2] > 0.01
    assert errors[3] == pytest.approx(0, abs=1e-3)
    assert errors[8] == pytest.approx(0, abs=1e-3)


def test_widths_are_multiples_of_the_groups_and_only_such_as_work() -> None:
    layer = Conv2d(out_channels=8, groups=4)
    network = chain(layer, Conv2d(out_channels=4, groups=2), shape=(4, 8, 8))
    found = trade_off(network, network.order[1])
    assert all(width % 4 == 0 for width in found.widths)
    assert with_width(layer, 9) == layer
    behind = chain(Conv2d(out_channels=8), Conv2d(out_channels=4, groups=2), shape=(4, 8, 8))
    assert all(width % 2 == 0 for width in trade_off(behind, behind.order[1]).widths)


def test_a_layer_without_a_width_says_so() -> None:
    network = load("lenet5").project.network
    pool = next(one for one, node in network.nodes.items() if node.layer.role == "pooling")
    assert width_of(network[pool].layer) is None
    with pytest.raises(NetworkError, match="no width"):
        trade_off(network, pool)
