"""Input gradients: against finite differences, and their support against the receptive field."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.attribution.fields.gradients import (
    backpropagate,
    channel_mean,
    effective_field,
    input_gradients,
    unit,
)
from engine.errors import NetworkError, ShapeError
from engine.layers import Layer
from engine.model.network import Network
from engine.shapes import Shape
from engine.weights import Weights
from tests.engine.small_networks import branching_networks, chain, conv, graph, make, pool


class Positive(Weights):
    """Every parameter is one: gradients cannot cancel, so what is seen is what counts."""

    name = "positive"

    def parameters(self, node_id: str, layer: Layer, inputs: tuple[Shape, ...], seed: int) -> dict[str, Any]:
        return {name: np.ones(s, np.float32) for name, s in layer.param_shapes(*inputs).items()}


def random_input(network: Network, node_id: str = "input") -> dict[str, Any]:
    shape = network[node_id].layer.output_shape()
    return {node_id: np.random.default_rng(1).standard_normal((1, *shape), dtype=np.float32)}


def positive(network: Network) -> Network:
    for node_id in network.nodes:
        network = network.set_weights(node_id, Positive())
    return network


def forward(network: Network, maps: dict[str, Any], node_id: str) -> Any:
    for one in network.order:
        node = network[one]
        if node.inputs:
            inputs = [maps[source] for source in node.inputs]
            parameters = node.weights.parameters(one, node.layer, tuple(x.shape[1:] for x in inputs), 0)
            maps = maps | {one: node.layer.forward(inputs, parameters)}
    return maps[node_id]


def test_a_gradient_agrees_with_finite_differences() -> None:
    net = graph(
        (2, 8, 8),
        a=(conv(3), "input"),
        b=(make("ReLU"), "a"),
        c=(conv(3, 1), "input"),
        d=(make("Add"), "b", "c"),
        e=(pool(2), "d"),
        f=(make("Concat"), "e", "e2"),
        e2=(pool(2, kind="AvgPool2d"), "d"),
    )
    maps = random_input(net)
    at = (1, 2, 1)
    found = input_gradients(net, maps, "f", at)["input"]
    step = 1e-2
    for index in [(0, 0, 4, 2), (0, 1, 5, 3), (0, 0, 3, 1), (0, 1, 0, 0)]:
        changed = [maps["input"].copy(), maps["input"].copy()]
        changed[0][index] += step
        changed[1][index] -= step
        up, down = (forward(net, {"input": x}, "f")[(0, *at)] for x in changed)
        assert found[index] == pytest.approx((up - down) / (2 * step), abs=2e-2)


def test_known_maps_are_not_computed_again() -> None:
    net = chain(conv(2), make("ReLU"), shape=(1, 6, 6))
    maps = random_input(net)
    maps["n1"] = np.full((1, 2, 6, 6), -1, np.float32)  # all dead: nothing passes the ReLU
    assert not input_gradients(net, maps, "n2", (0, 3, 3))["input"].any()


def test_only_inputs_above_the_unit_get_a_gradient() -> None:
    net = graph(
        (1, 6, 6), other=(make("Input", shape=(1, 6, 6)),), a=(conv(1), "input"), b=(conv(1), "other")
    )
    assert set(input_gradients(net, random_input(net), "a", (0, 0, 0))) == {"input"}
    with pytest.raises(NetworkError, match="is needed"):
        input_gradients(net, {}, "b", (0, 0, 0))


def test_a_unit_outside_of_its_map_is_refused() -> None:
    with pytest.raises(ShapeError, match="outside"):
        unit((2, 3, 3), (0, 3, 0))
    with pytest.raises(ShapeError, match="outside"):
        unit((2, 3, 3), (0,))
    with pytest.raises(ShapeError, match="outside"):
        channel_mean((2, 3, 3), 3, 0)


def test_a_dense_unit_depends_on_every_pixel() -> None:
    net = positive(chain(conv(2), make("Flatten"), make("Linear", out_features=3), shape=(2, 5, 4)))
    assert (input_gradients(net, random_input(net), "n3", (2,))["input"] > 0).all()


def test_the_mean_over_channels_stands_for_the_layer() -> None:
    net = chain(conv(4), shape=(1, 9, 9))
    maps = random_input(net)
    maps["n1"] = forward(net, maps, "n1")
    mean = backpropagate(net, maps, "n1", channel_mean((4, 9, 9), 4, 4))["input"]
    one_by_one = [input_gradients(net, maps, "n1", (c, 4, 4))["input"] for c in range(4)]
    np.testing.assert_allclose(mean, sum(one_by_one) / 4, rtol=1e-5, atol=1e-6)


def test_the_effective_field_is_one_at_its_peak_and_falls_off() -> None:
    net = positive(chain(*[conv(1) for _ in range(6)], shape=(1, 25, 25)))
    field = effective_field(input_gradients(net, random_input(net), "n6", (0, 12, 12))["input"])
    assert field.shape == (25, 25)
    assert field[12, 12] == field.max() == 1
    assert field[12, 6] < 0.01  # the corner of the theoretical field hardly counts
    assert not effective_field(np.zeros((1, 3, 4, 4), np.float32)).any()


@settings(max_examples=40)
@given(branching_networks(), st.randoms(use_true_random=False))
def test_the_measured_field_is_the_predicted_one(network: Network, random: Any) -> None:
    network = positive(network)
    analysis = analyze(network)
    node_id = list(network.nodes)[-1]
    report = analysis.layers[node_id]
    shape, field = report.output_shape, report.receptive_field
    assert shape is not None
    assert field is not None
    row, column = random.randrange(shape[1]), random.randrange(shape[2])
    sizes = network["input"].layer.output_shape()
    ones = {"input": np.ones((1, *sizes), np.float32)}
    total = np.zeros(sizes[1:])
    for channel in range(shape[0]):  # each channel of a Concat sees its own branch, the field is that of all
        found = input_gradients(network, ones, node_id, (channel, row, column))
        if "input" in found:
            total += effective_field(found["input"])
    seen = np.argwhere(total > 0)
    box = field.box(row, column)
    if box is None:
        assert not len(seen)
        return
    for axis, (first, last) in enumerate(box):
        low, high = max(first, 0), min(last, sizes[1 + axis] - 1)
        pixels = seen[:, axis]
        assert all(low <= pixel <= high for pixel in pixels)
        if low == first and high == last and len(seen) and _reads_no_border(network, node_id, row, column):
            assert (pixels.min(), pixels.max()) == (low, high)


def _reads_no_border(network: Network, node_id: str, row: int, column: int) -> bool:
    """Whether nothing between the unit and the input lies in padding: then the field is seen in full."""
    analysis = analyze(network)
    ranges = {node_id: ((row, row), (column, column))}
    for current in reversed(network.order):
        node = network[current]
        if current not in ranges:
            continue
        for axis in (0, 1):
            shape = analysis.layers[current].output_shape
            assert shape is not None
            if not 0 <= ranges[current][axis][0] <= ranges[current][axis][1] < shape[1 + axis]:
                return False
        for source in node.inputs:
            shapes = analysis.layers[current].input_shapes
            reach = node.layer.reach(*shapes)
            spans = []
            for axis in (0, 1):
                first, last = ranges[current][axis]
                if reach is not None:
                    first, last = (
                        -int(-(first * reach[axis].step + reach[axis].first) // 1),
                        int((last * reach[axis].step + reach[axis].last) // 1),
                    )
                if source in ranges:
                    first = min(first, ranges[source][axis][0])
                    last = max(last, ranges[source][axis][1])
                spans.append((first, last))
            ranges[source] = (spans[0], spans[1])
    return True


def whole_gradient(network: Network, maps: dict[str, Any], node_id: str, at: tuple[int, ...]) -> Any:
    """The plain way: every layer's own `backward` on whole maps."""
    waiting = {node_id: unit(maps[node_id].shape[1:], at)}
    for current in reversed(network.order):
        node = network[current]
        if current not in waiting or not node.inputs:
            continue
        inputs = [maps[source] for source in node.inputs]
        parameters = node.weights.parameters(current, node.layer, tuple(x.shape[1:] for x in inputs), 0)
        back = node.layer.backward(inputs, parameters, maps[current], waiting.pop(current))
        for source, one in zip(node.inputs, back, strict=True):
            waiting[source] = waiting[source] + one if source in waiting else one
    return waiting.get("input")


def all_maps(network: Network, seed: int = 1) -> dict[str, Any]:
    shape = network["input"].layer.output_shape()
    maps = {"input": np.random.default_rng(seed).standard_normal((1, *shape), dtype=np.float32)}
    for node_id in network.order:
        node = network[node_id]
        if node.inputs:
            inputs = [maps[source] for source in node.inputs]
            parameters = node.weights.parameters(node_id, node.layer, tuple(x.shape[1:] for x in inputs), 0)
            maps[node_id] = node.layer.forward(inputs, parameters)
    return maps


@settings(max_examples=40)
@given(branching_networks(), st.randoms(use_true_random=False), st.integers(0, 99))
def test_working_on_the_part_that_counts_changes_nothing(network: Network, random: Any, seed: int) -> None:
    maps = all_maps(network, seed)
    node_id = list(network.nodes)[-1]
    at = tuple(random.randrange(size) for size in maps[node_id].shape[1:])
    found = input_gradients(network, maps, node_id, at).get("input")
    plain = whole_gradient(network, maps, node_id, at)
    if found is None or plain is None:
        assert found is plain is None
    else:
        np.testing.assert_allclose(found, plain, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        conv(24, 3),
        conv(24, 5, 2),
        conv(24, (1, 7), (1, 3), padding=[4, 1, 3, 8]),
        conv(24, 3, dilation=(2, 3)),
        conv(24, 3, padding="full"),
        conv(24, 1),
        conv(24, 3, groups=4),
        conv(24, 2, padding=[3, 3, 3, 3]),
    ],
    ids=str,
)
@pytest.mark.parametrize("place", [(0, 0), (9, 11), (4, 6)])
def test_the_fast_kernels_give_the_plain_gradient(layer: Layer, place: tuple[int, int]) -> None:
    # Enough channels behind it for a part worth a plan of its own.
    net = chain(conv(16, 1), layer, conv(64, 5), shape=(2, 27, 31))
    maps = all_maps(net)
    at = (3, *place)
    found = input_gradients(net, maps, "n3", at)["input"]
    np.testing.assert_allclose(found, whole_gradient(net, maps, "n3", at), rtol=1e-3, atol=1e-4)


def test_a_gradient_that_is_not_finite_stays_visible() -> None:
    @dataclass(frozen=True)
    class Infinite(Positive):
        name = "infinite"

        def parameters(self, *asked: Any) -> dict[str, Any]:
            made = super().parameters(*asked)
            made["weight"][0, 0] = np.inf
            return made

    net = chain(conv(64), conv(64), conv(64, 9), shape=(3, 20, 20)).set_weights("n2", Infinite())
    found = input_gradients(net, all_maps(net.set_weights("n2", Positive())), "n3", (0, 9, 9))["input"]
    assert not np.isfinite(found[0, :, 9, 9]).any()


def test_between_layers_the_work_can_be_ended() -> None:
    net = chain(conv(2), make("ReLU"), conv(2), shape=(1, 8, 8))
    maps, calls = all_maps(net), []

    def checkpoint() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        backpropagate(net, maps, "n3", unit((2, 8, 8), (0, 4, 4)), checkpoint=checkpoint)
