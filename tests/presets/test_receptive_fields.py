"""The receptive field of every preset, measured."""

from typing import Any

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.attribution.fields.gradients import effective_field, input_gradients
from engine.layers import Layer
from engine.model.network import Network
from engine.shapes import Shape
from engine.weights import Weights
from presets import load, preset_names
from tests.engine.dependencies import Dependencies
from tests.engine.small_networks import make


@pytest.mark.parametrize("name", preset_names())
def test_the_last_map_sees_what_following_every_tap_finds(name: str) -> None:
    network = load(name).project.network
    twin = Dependencies(network, axis=1)
    totals = twin.analysis.totals
    field, node_id = totals.receptive_field, totals.receptive_field_node
    assert field is not None
    assert node_id is not None
    if field.whole_input:
        gates = [node for node in network.nodes.values() if node.layer.whole_input]
        assert any(node.id in network.ancestors(node_id) | {node_id} for node in gates)
        assert field.size == analyze(network).layers["input"].output_shape[1:]  # type: ignore[index]
        return
    middle = twin.size_of(node_id) // 2
    pixels = twin.pixels(node_id, middle)
    assert field.width.span(middle) == (min(pixels), max(pixels))


class Means(Weights):
    """Every weight one over its fan-in: nothing cancels, nothing overflows."""

    name = "means"

    def parameters(self, node_id: str, layer: Layer, inputs: tuple[Shape, ...], seed: int) -> dict[str, Any]:
        shapes = layer.param_shapes(*inputs)
        return {name: np.full(s, 1 / max(1, np.prod(s[1:])), np.float32) for name, s in shapes.items()}


def everything_counts(network: Network) -> Network:
    """The same windows, but no value that is read is without influence."""
    for node in network.nodes.values():
        layer = node.layer
        if layer.kind == "MaxPool2d":
            layer = make(
                "AvgPool2d",
                **{name: getattr(layer, name) for name in ("kernel_size", "stride", "padding", "ceil_mode")},
            )
        elif layer.role == "activation":
            layer = make("Identity")
        network = network.replace_layer(node.id, layer).set_weights(node.id, Means())
    return network


@pytest.mark.parametrize(
    "name", ["lenet5", "inception_3a", "inception_3a_naive", "network_in_network", "nin_cifar10"]
)
def test_the_gradient_of_a_unit_reaches_just_the_pixels_it_is_said_to_see(name: str) -> None:
    network = everything_counts(load(name).project.network)
    analysis = analyze(network)
    node_id = analysis.totals.receptive_field_node
    assert node_id is not None
    report = analysis.layers[node_id]
    shape, field = report.output_shape, report.receptive_field
    assert shape is not None
    assert field is not None
    (source,) = (node for node in network.nodes.values() if node.layer.role == "input")
    sizes = source.layer.output_shape()
    row, column = shape[1] // 2, shape[2] // 3
    # In a concat each channel comes from one branch, so several channels are asked.
    seen = np.zeros(sizes[1:], np.float32)
    for channel in np.unique(np.linspace(0, shape[0] - 1, 9).astype(int)):
        maps = {source.id: np.ones((1, *sizes), np.float32)}
        at = (int(channel), row, column)
        seen += effective_field(input_gradients(network, maps, node_id, at)[source.id])
    places = np.argwhere(seen > 0)
    box = field.box(row, column)
    assert box is not None
    for axis, (first, last) in enumerate(box):
        expected = max(first, 0), min(last, sizes[1 + axis] - 1)
        assert (places[:, axis].min(), places[:, axis].max()) == expected
