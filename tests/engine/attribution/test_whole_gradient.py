"""Gradients on the plan against their slow twin, kind by kind, and through whole networks."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import presets
from engine.analysis.analyze import analyze
from engine.attribution.backward.back_layers import Back
from engine.attribution.backward.backward_network import backward_network
from engine.attribution.backward.whole_gradient import whole_gradient
from engine.attribution.fields.gradients import backpropagate
from engine.execution.rerun import Rerun
from engine.model.network import Network
from engine.shapes import Padding
from tests.engine.attribution.questions import CONV, ask, branched, network_of, pooled, squeezed
from tests.engine.execution.odd_networks import ANYTHING
from tests.engine.small_networks import branching_networks

POOL = {"kernel_size": (3, 3), "stride": (2, 2)}
CHAINS: dict[str, list[tuple[Any, ...]]] = {
    "stride": [("a", "Conv2d", {**CONV, "stride": (2, 3)}), ("b", "ReLU")],
    "same": [("a", "Conv2d", {**CONV, "padding": Padding.of("same"), "stride": (2, 2)}), ("b", "ReLU6")],
    "full": [("a", "Conv2d", {**CONV, "padding": Padding.of("full")})],
    "wide": [("a", "Conv2d", {**CONV, "padding": Padding.of(4)})],
    "dilated": [("a", "Conv2d", {**CONV, "dilation": (2, 1), "stride": (1, 2)})],
    "groups": [("a", "Conv2d", {**CONV, "out_channels": 6, "groups": 3})],
    "depthwise": [("a", "DepthwiseConv2d", {"kernel_size": (3, 3)}), ("b", "SiLU")],
    "grouped steps": [
        ("a", "Conv2d", {**CONV, "out_channels": 6, "groups": 3, "stride": (2, 1)}),
        ("b", "BatchNorm2d"),
        ("c", "Conv2d", {**CONV, "out_channels": 4, "groups": 2, "dilation": (1, 2)}),
    ],
    "depthwise steps": [
        ("a", "Conv2d", {"kernel_size": (1, 1), "out_channels": 20}),
        ("b", "DepthwiseConv2d", {"kernel_size": (3, 3), "stride": (2, 2)}),
        ("c", "BatchNorm2d"),
        ("d", "DepthwiseConv2d", {"kernel_size": (2, 1), "stride": (2, 3), "multiplier": 2}),
        ("e", "DepthwiseConv2d", {"kernel_size": (1, 1), "stride": (2, 2)}),
    ],
    "depthwise wide": [
        ("a", "DepthwiseConv2d", {"kernel_size": (5, 3), "padding": Padding.of(4), "dilation": (1, 2)})
    ],
    "transposed": [("a", "ConvTranspose2d", {"out_channels": 4})],
    "transposed odd": [
        (
            "a",
            "ConvTranspose2d",
            {
                "out_channels": 6,
                "groups": 3,
                "kernel_size": (3, 4),
                "stride": (2, 3),
                "padding": Padding.of(1),
                "output_padding": (1, 2),
            },
        ),
        (
            "b",
            "ConvTranspose2d",
            {
                "out_channels": 6,
                "groups": 6,
                "kernel_size": (1, 3),
                "stride": (3, 1),
                "dilation": (1, 2),
                "output_padding": (2, 1),
            },
        ),
    ],
    "norm": [("a", "Conv2d", CONV), ("b", "BatchNorm2d"), ("c", "ReLU")],
    "norm alone": [("a", "MaxPool2d", POOL), ("b", "BatchNorm2d"), ("c", "ReLU")],
    "maximum": [("a", "MaxPool2d", POOL), ("b", "MaxPool2d", {**POOL, "padding": Padding.of("same")})],
    "mean": [("a", "AvgPool2d", POOL), ("b", "Tanh")],
    "mean cut off": [
        ("a", "AvgPool2d", {**POOL, "padding": Padding.of(1), "count_include_pad": False}),
        ("b", "AvgPool2d", {"kernel_size": (2, 3), "stride": (1, 1), "padding": Padding.of((0, 1, 1, 0))}),
        ("c", "AvgPool2d", {"kernel_size": (2, 2), "stride": (2, 2), "ceil_mode": True}),
    ],
    "gated": [
        ("a", "Conv2d", {**CONV, "out_channels": 6}),
        ("b", "GlobalAvgPool2d"),
        ("c", "Conv2d", {"kernel_size": (1, 1), "out_channels": 6}),
        ("d", "Hardsigmoid"),
        ("e", "Multiply", {"inputs": ("d", "a")}),
        ("f", "SiLU"),
        ("g", "Multiply", {"inputs": ("f", "e")}),
    ],
    "dealt out": [
        ("a", "Conv2d", {**CONV, "out_channels": 12}),
        ("b", "ChannelShuffle", {"groups": 3}),
        ("c", "Slice", {"start": 0, "stop": 5}),
        ("d", "Slice", {"start": 5, "stop": 12, "inputs": ("b",)}),
        ("e", "Tanh", {"inputs": ("d",)}),
        ("f", "Concat", {"inputs": ("e", "c")}),
        ("g", "Slice", {"start": 2, "stop": 9}),
        ("h", "Slice", {"start": 4, "stop": 11, "inputs": ("f",)}),
        ("i", "Add", {"inputs": ("g", "h")}),
        ("j", "PReLU"),
        ("k", "LeakyReLU"),
        ("l", "ELU"),
    ],
    "upsample": [("a", "Upsample"), ("b", "Conv2d", CONV)],
    "vector": [("a", "Flatten"), ("b", "Linear", {"out_features": 7}), ("c", "GELU"), ("d", "Softmax")],
    "global": [("a", "GlobalAvgPool2d"), ("b", "Flatten"), ("c", "Linear", {"out_features": 3})],
    "norms": [("a", "GroupNorm", {"num_groups": 3}), ("b", "LayerNorm"), ("c", "LocalResponseNorm")],
}


def compare(network: Network, node_id: str, towards: str = "input", *, scale: float = 1.0) -> None:
    random = np.random.default_rng(7)
    shape = network["input"].layer.output_shape()
    picture = (scale * random.standard_normal((1, *shape))).astype(np.float32)
    maps = Rerun(network, {"input"}, network.order)({"input": picture})
    dy = random.standard_normal(maps[node_id].shape).astype(np.float32)
    expected = backpropagate(network, maps, node_id, dy, towards={towards})[towards]
    for _ in range(2):  # the second time with what was remembered
        made = whole_gradient(network, maps, node_id, dy, towards)
        assert made.shape == (1, *(expected.shape[1:] if expected.ndim == 4 else (expected.shape[1], 1, 1)))
        allowed = 2e-5 * float(np.abs(expected).max(initial=1e-6))
        np.testing.assert_allclose(made.reshape(expected.shape), expected, rtol=0, atol=allowed)


@pytest.mark.parametrize("name", CHAINS)
def test_every_kind_goes_back_as_its_slow_twin(name: str) -> None:
    network = network_of(*CHAINS[name], size=(3, 13, 17))
    compare(network, network.order[-1], scale=3.0)


@pytest.mark.parametrize(
    "kind",
    ["Sigmoid", "SiLU", "Tanh", "GELU", "Hardsigmoid", "Hardswish", "LeakyReLU", "ELU", "PReLU", "Mish"],
)
def test_every_activation_goes_back_by_its_slope(kind: str) -> None:
    """On values up to ±20, where slopes are flat."""
    network = network_of(("a", kind), size=(5, 6, 7))
    compare(network, "a", scale=5.0)
    if kind == "GELU":
        compare(network_of(("a", kind, {"approximate": "tanh"}), size=(5, 6, 7)), "a", scale=5.0)


def test_the_way_back_of_what_networks_are_made_of_has_no_layer_of_its_own() -> None:
    """Depthwise, grouped, transposed, means, gates, activations, shuffles: all by steps of the plan."""
    for name in ("mobilenet_v2", "shufflenet_v2", "efficientnet_b0", "resnext50", "inception_v3", "unet"):
        network = presets.load(name).project.network
        shapes = {node_id: report.output_shape for node_id, report in analyze(network).layers.items()}
        back = backward_network(network, shapes, network.order[-2], network.order[0])  # type: ignore[arg-type]
        own = {node.layer.layer.kind for node in back.network.nodes.values() if type(node.layer) is Back}
        assert own <= {"Crop", "Flatten"}, name


@pytest.mark.parametrize(
    "network", [pooled(), squeezed(), branched()], ids=["pooled", "squeezed", "branched"]
)
def test_every_map_of_a_network_gets_its_gradient(network: Network) -> None:
    for towards in network.order[:-1]:
        compare(network, network.order[-1], towards)


@settings(max_examples=25, deadline=None)
@given(branching_networks(enlarging=False))
def test_networks_drawn_at_random_go_back_as_their_slow_twin(network: Network) -> None:
    for node_id in network.nodes:
        network = network.set_weights(node_id, ANYTHING)
    compare(network, network.order[-1])


def test_a_map_that_two_layers_read_gets_the_sum() -> None:
    network = network_of(
        ("a", "Conv2d", CONV),
        ("b", "ReLU", {"inputs": ("a",)}),
        ("c", "Conv2d", {**CONV, "inputs": ("a",)}),
        ("r", "Dropout", {"inputs": ("a",)}),
        ("s", "Add", {"inputs": ("a", "r")}),
        ("d", "Concat", {"inputs": ("b", "c", "s")}),
        ("e", "Conv2d", CONV),
    )
    compare(network, "e")


@pytest.mark.parametrize("name", ["inception_3a", "shufflenet_v2", "mobilenet_v3_small"])
def test_presets_go_back_as_their_slow_twin(name: str) -> None:
    network = presets.load(name).project.network
    inputs = [node_id for node_id in network.order if not network.nodes[node_id].inputs]
    shape = network[inputs[0]].layer.output_shape()
    picture = np.random.default_rng(0).uniform(0, 1, (1, *shape)).astype(np.float32)
    maps = Rerun(network, set(inputs), network.order)({inputs[0]: picture})
    last = network.order[-1]
    dy = np.random.default_rng(1).standard_normal(maps[last].shape).astype(np.float32)
    expected = backpropagate(network, maps, last, dy)[inputs[0]]
    made = whole_gradient(network, maps, last, dy, inputs[0])
    assert np.linalg.norm(made - expected) < 1e-4 * np.linalg.norm(expected)


def test_what_is_not_finite_stays_where_it_is() -> None:
    question = ask(pooled())
    dy = np.zeros((1, 4), np.float32)
    dy[0, 1] = np.inf
    made = whole_gradient(question.network, question.maps, "scores", dy, "input")
    assert not np.isfinite(made).all()
