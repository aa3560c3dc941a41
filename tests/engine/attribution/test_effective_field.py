"""Effective receptive fields: against finite differences, inside of the theoretical box, scaled, averaged."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.attribution.fields.effective_field import (
    EffectiveField,
    effective_field,
    gradient_strength,
    noise_photograph,
)
from engine.errors import NetworkError
from engine.model.network import Network
from tests.engine.attribution.test_gradients import all_maps, forward
from tests.engine.small_networks import branching_networks, chain, conv, make, pool


def test_it_agrees_with_finite_differences() -> None:
    net = chain(
        conv(4), make("Tanh"), conv(5, 3, 2), make("SiLU"), pool(2, kind="AvgPool2d"), shape=(2, 12, 12)
    )
    maps = all_maps(net)
    found = gradient_strength(net, maps, "n5", 1, 1, channel=3)["input"]
    step, x = 1e-2, maps["input"]
    for row, column in [(5, 5), (4, 8), (7, 3), (11, 11), (0, 0)]:
        total = 0.0
        for channel in range(2):
            up, down = x.copy(), x.copy()
            up[0, channel, row, column] += step
            down[0, channel, row, column] -= step
            ends = [float(forward(net, {"input": one}, "n5")[0, 3, 1, 1]) for one in (up, down)]
            total += abs(ends[0] - ends[1]) / (2 * step)
        assert found[row, column] == pytest.approx(total, rel=2e-2, abs=2e-3)


@settings(max_examples=40)
@given(branching_networks(), st.randoms(use_true_random=False), st.integers(0, 99), st.booleans())
def test_nothing_outside_of_the_theoretical_box_ever_matters(
    network: Network, random: Any, seed: int, whole_layer: bool
) -> None:
    maps = all_maps(network, seed)
    node_id = random.choice([node for node in network.nodes if node != "input"] or ["input"])
    channels, height, width = maps[node_id].shape[1:]
    row, column = random.randrange(height), random.randrange(width)
    channel = None if whole_layer else random.randrange(channels)
    field = analyze(network).layers[node_id].receptive_field
    assert field is not None
    box = field.box(row, column)
    strength = gradient_strength(network, maps, node_id, row, column, channel=channel).get("input")
    if strength is None:
        return
    inside = np.zeros(strength.shape, np.bool_)
    if box is not None:
        (top, bottom), (left, right) = box
        inside[max(top, 0) : max(bottom + 1, 0), max(left, 0) : max(right + 1, 0)] = True
    assert not strength[~inside].any()


def test_a_large_network_keeps_inside_of_its_box_too() -> None:
    """Large enough for the fast kernels, Winograd's among them."""
    net = chain(*[conv(32) for _ in range(4)], pool(2), conv(64), conv(64), shape=(3, 64, 64))
    maps = all_maps(net)
    strength = gradient_strength(net, maps, "n7", 5, 20)["input"]
    field = analyze(net).layers["n7"].receptive_field
    assert field is not None
    box = field.box(5, 20)
    assert box is not None
    (top, bottom), (left, right) = box
    seen = np.argwhere(strength > 0)
    assert seen[:, 0].min() >= max(top, 0)
    assert seen[:, 0].max() <= bottom
    assert (seen[:, 1].min(), seen[:, 1].max()) == (left, right)


def test_the_strongest_pixel_is_one_and_inputs_are_averaged() -> None:
    first, second = np.zeros((4, 4), np.float32), np.zeros((4, 4), np.float32)
    first[1, 1], second[1, 1], second[2, 2] = 3, 1, 2
    found = effective_field([{"input": first}, {"input": second}], inputs=2)
    assert found.inputs == 2
    assert found.strength[1, 1] == 1
    assert found.strength[2, 2] == 0.5
    assert found.size == pytest.approx(2**0.5)
    assert not found.strength.flags.writeable


def test_the_input_that_matters_most_is_told() -> None:
    weak, strong = np.full((2, 2), 1, np.float32), np.full((3, 3), 2, np.float32)
    assert effective_field([{"a": weak, "b": strong}]).input_id == "b"
    with pytest.raises(NetworkError, match="no Input"):
        effective_field([])


def test_a_shut_unit_sees_nothing() -> None:
    assert EffectiveField(input_id="input", strength=np.zeros((3, 3), np.float32)).is_empty


def test_a_mean_that_a_normalisation_keeps_sees_nothing_but_one_of_its_channels_does() -> None:
    net = chain(conv(8), make("LayerNorm"), shape=(3, 12, 12))
    maps = all_maps(net)
    assert effective_field([gradient_strength(net, maps, "n2", 6, 6)]).is_empty
    assert not effective_field([gradient_strength(net, maps, "n2", 6, 6, channel=2)]).is_empty


def test_it_is_much_smaller_than_the_theoretical_field_and_grows_with_the_root_of_depth() -> None:
    """Luo et al., section 2: the effective field of n layers grows like √n, the theoretical one like n."""
    sizes = []
    for depth in (4, 14):
        net = chain(*[conv(8) for _ in range(depth)], shape=(1, 41, 41))
        strengths = [gradient_strength(net, all_maps(net, seed), f"n{depth}", 20, 20) for seed in range(2)]
        sizes.append(effective_field(strengths, inputs=2).size)
    assert sizes[1] < 29 * 0.75
    assert 1.3 < sizes[1] / sizes[0] < 3.2


def test_noise_is_the_same_each_time() -> None:
    assert np.array_equal(noise_photograph(4, 5, 3), noise_photograph(4, 5, 3))
    assert not np.array_equal(noise_photograph(4, 5, 3), noise_photograph(4, 5, 4))
