"""Pictures that the network makes: gradients by finite differences, values against real patches."""

import numpy as np
import pytest

from engine.errors import NetworkError
from engine.execution.feature_maps import feature_maps
from engine.visualisation.activation_maximisation import Climb, climb
from engine.visualisation.deconvolution import deconvolve
from engine.visualisation.fourier_picture import FourierPicture
from tests.engine.small_networks import chain, conv, make, pool


@pytest.mark.parametrize("shape", [(3, 6, 7), (1, 5, 8), (3, 8, 4)])
def test_the_gradient_of_a_picture_is_that_of_its_coefficients(shape: tuple[int, int, int]) -> None:
    random = np.random.default_rng(0)
    held = FourierPicture(shape)
    coefficients = held.noise(1) * 10
    weights = random.standard_normal(shape)
    found = held.gradient(held.picture(coefficients), weights)
    for index in np.ndindex(coefficients.shape):
        for unit in (1.0, 1j):
            step = np.zeros_like(coefficients)
            step[index] = 1e-5 * unit
            ahead, behind = (held.picture(coefficients + way * step) for way in (1, -1))
            slope = float(((ahead - behind) * weights).sum()) / 2e-5
            assert slope == pytest.approx((found[index] * np.conj(unit)).real, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("shape", [(3, 12, 9), (1, 8, 8)])
def test_a_photograph_becomes_coefficients_and_back(shape: tuple[int, int, int]) -> None:
    picture = np.random.default_rng(2).uniform(0.1, 0.9, shape)
    held = FourierPicture(shape)
    assert held.picture(held.coefficients(picture)) == pytest.approx(picture, abs=1e-9)


@pytest.mark.parametrize(
    "settings", [{}, {"normalization": "imagenet"}, {"normalization": "caffe", "channel_order": "bgr"}]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_climbing_reaches_more_than_photographs_do(channels: int, settings: dict[str, str]) -> None:
    network = chain(conv(6, 3), make("ReLU"), pool(), conv(4, 3), make("ReLU"), shape=(channels, 24, 20))
    node = network["input"]
    network = network.replace_layer("input", node.layer.replace(**settings))
    last = network.order[-1]
    best = max(
        float(feature_maps(network, name, wanted=[last])[last][0, 2].max())
        for name in ("chelsea", "coffee", "rocket", "pattern:checker")
    )
    frames = list(climb(Climb(network=network, node_id=last, channel=2), 60))
    assert [frame.step for frame in frames] == list(range(61))
    assert frames[-1].value > max(best, frames[0].value)
    assert frames[-1].picture.shape == (channels, 24, 20)
    assert 0 <= frames[-1].picture.min() <= frames[-1].picture.max() <= 1
    again = list(climb(Climb(network=network, node_id=last, channel=2), 60))
    assert (again[-1].picture == frames[-1].picture).all()


def test_what_is_climbed_to_is_what_the_network_makes_of_it() -> None:
    network = chain(conv(6, 3), make("ReLU"), conv(4, 3), shape=(3, 16, 16))
    last = network.order[-1]
    start = feature_maps(network, "chelsea")["input"]
    frame = next(iter(climb(Climb(network=network, node_id=last, channel=1, at=(3, 4), start=start), 1)))
    seen = feature_maps(network, np.rint(frame.picture.transpose(1, 2, 0) * 255).astype(np.uint8))
    assert frame.value == pytest.approx(float(seen[last][0, 1, 3, 4]), abs=0.02)
    assert frame.picture == pytest.approx(start[0], abs=0.025), "it begins with the photograph"


def test_a_filter_bank_is_no_picture() -> None:
    network = chain(conv(4, 3), shape=(6, 8, 8))
    with pytest.raises(NetworkError, match="takes 6 channels, which are no picture"):
        next(iter(climb(Climb(network=network, node_id=network.order[-1], channel=0), 1)))


def test_a_unit_is_projected_back_by_switches_and_rectifiers() -> None:
    network = chain(conv(2, 3, bias=False), make("ReLU"), pool(), conv(1, 1, bias=False), shape=(1, 6, 6))
    maps = {name: values for name, values in feature_maps(network, "chelsea").items()}
    kinds = dict(zip(("conv", "relu", "pool", "last"), network.order[1:], strict=True))
    found = deconvolve(network, maps, kinds["last"], 0, (1, 1))
    value = max(float(maps[kinds["last"]][0, 0, 1, 1]), 0.0) or 1.0
    weight = {
        name: network[kinds[name]].weights.parameters(
            kinds[name], network[kinds[name]].layer, ((1, 6, 6),) if name == "conv" else ((2, 3, 3),), 0
        )["weight"]
        for name in ("conv", "last")
    }
    expected = np.zeros((8, 8))
    for channel in range(2):
        window = maps[kinds["relu"]][0, channel, 2:4, 2:4]
        row, column = divmod(int(window.argmax()), 2)
        back = max(value * float(weight["last"][0, channel, 0, 0]), 0.0)
        expected[2 + row : 5 + row, 2 + column : 5 + column] += back * weight["conv"][channel, 0]
    assert found[0, 0] == pytest.approx(expected[1:-1, 1:-1], abs=1e-5)


def test_another_activation_on_the_way_back_is_refused() -> None:
    network = chain(conv(2, 3), make("Tanh"), conv(2, 3), shape=(1, 6, 6))
    maps = feature_maps(network, "chelsea")
    with pytest.raises(NetworkError, match=r"defined for ReLU and ReLU6 alone, and n2 is Tanh"):
        deconvolve(network, maps, network.order[-1], 0)


def test_a_channel_that_is_shut_at_first_is_climbed_to_through_its_pooling() -> None:
    network = chain(
        conv(8, 3), make("ReLU"), pool(3, 2), conv(8, 3), make("ReLU"), pool(3, 2), shape=(3, 32, 32)
    )
    for channel in range(8):
        *_, last = climb(Climb(network=network, node_id=network.order[-1], channel=channel), 140)
        assert last.value > 0
