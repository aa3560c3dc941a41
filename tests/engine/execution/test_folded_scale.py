"""A scale of each channel behind a convolution goes into its weights, and a sum after it into its end."""

import numpy as np

from engine.execution.executor import Executor
from engine.model.network import Network
from engine.plan import post_activation
from tests.engine.execution.odd_networks import assert_right, make, node, run


def conv(channels: int, size: int, **settings: object) -> object:
    return make("Conv2d", out_channels=channels, kernel_size=(size, size), **settings)


def blocks() -> Network:
    """Convolutions of all packings with a scale behind each, as at the end of ConvNeXt's blocks."""
    nodes = [node("input", make("Input", shape=(5, 15, 13))), node("x", conv(36, 1), "input")]
    layers = {
        "1x1": conv(36, 1),
        "3x3": conv(36, 3),
        "depthwise": conv(36, 3, groups=36),
        "groups": conv(36, 3, groups=3),
    }
    for name, layer in layers.items():
        nodes.append(node(name, layer, "x"))
        nodes.append(node(f"{name} scale", make("Scale"), name))
        nodes.append(node(f"{name} sum", make("Add"), "x", f"{name} scale"))
    nodes.append(node("image", conv(20, 5), "input"))
    nodes.append(node("image scale", make("Scale"), "image"))
    nodes.append(node("image relu", make("ReLU"), "image scale"))
    return Network(nodes)


def test_a_scale_and_the_sum_behind_it_are_the_convolutions_end() -> None:
    network = blocks()
    wanted = post_activation(network)
    assert wanted == {"input", "x", "image relu"} | {n for n in network.order if n.endswith("sum")}
    steps = [step.nodes for step in Executor().plan(network, wanted).steps]
    assert ("1x1", "1x1 scale", "1x1 sum") in steps
    apart, folded = run(network), run(network, wanted=wanted)
    assert_right(network, apart)
    assert_right(network, folded)
    for node_id, one in folded.items():
        np.testing.assert_allclose(one, apart[node_id], atol=3e-6 * np.abs(one).max())


def test_a_scale_that_is_asked_for_is_a_map_of_its_own() -> None:
    network = blocks()
    found = run(network, wanted={"1x1 scale", "1x1 sum", "3x3"})
    assert_right(network, found)
