"""Rounding errors of the engine on every preset, against double precision."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.layers import layer_kinds
from engine.model.network import Network, Node
from gui.bench import accuracy
from gui.bench.accuracy import largest_errors
from gui.bench.contenders import installed
from gui.bench.exact import exact_maps
from gui.commands import bench
from gui.commands.networks import find_network, find_photograph
from gui.commands.run import available_threads
from presets import preset_names
from tests import reference
from tests.engine.execution.odd_networks import ANYTHING, PHOTOGRAPH, make, node

TARGET = 1e-5
"""Of the largest value of a map."""


@pytest.mark.slow
@pytest.mark.timeout(600)  # a deep stack in double precision takes a minute
@pytest.mark.parametrize("name", preset_names())
def test_errors_stay_small_or_below_those_of_torch(name: str) -> None:
    """Each rounding is amplified by the layers below, in PyTorch as here."""
    found = bench.accuracy(find_network(name), available_threads())
    assert found["onebyone"] <= max(TARGET, found.get("torch", 0.0))


def test_errors_of_the_engine_stand_beside_those_of_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    named = find_network("lenet5")
    network, seed = named.project.network, named.project.seed
    _, photograph = find_photograph(named, None)
    run = Executor().run(network, photograph, seed=seed, wanted=list(network.inputs))
    inputs = {one.node_id: one.map for one in run}
    found = largest_errors(network, photograph, inputs, seed=seed, threads=1)
    assert found.keys() == {"onebyone", *(["torch"] if installed("torch") else [])}
    assert all(1e-8 < error < TARGET for error in found.values())
    monkeypatch.setattr(accuracy, "installed", lambda name: False)
    alone = largest_errors(network, photograph, inputs, seed=seed, threads=1)
    assert alone == {"onebyone": found["onebyone"]}


def test_double_precision_agrees_with_the_definitions() -> None:
    """Every kind that a twin exists for, against the slow reference."""
    nodes = [
        node("input", make("Input", shape=(4, 9, 7))),
        node("a", make("Conv2d", out_channels=6, kernel_size=(3, 2), stride=(2, 1), groups=2), "input"),
        node("b", make("ConvTranspose2d", out_channels=4, kernel_size=(3, 3), stride=(2, 2), groups=2), "a"),
        node("c", make("DepthwiseConv2d", kernel_size=(3, 3), multiplier=2), "input"),
        node("d", make("MaxPool2d", kernel_size=(3, 2), stride=(2, 2), ceil_mode=True), "c"),
        node("e", make("AvgPool2d", kernel_size=(3, 3), stride=(2, 2), ceil_mode=True), "c"),
        node("f", make("BatchNorm2d"), "c"),
        node("g", make("LayerNorm"), "c"),
        node("h", make("Softmax"), "c"),
        node("i", make("LocalResponseNorm"), "c"),
        node("j", make("ChannelShuffle", groups=2), "c"),
        node("k", make("GlobalAvgPool2d"), "c"),
        node("l", make("Multiply"), "c", "k"),
        node("m", make("Flatten"), "a"),
        node("n", make("Linear", out_features=5), "m"),
        node("o", make("Slice", start=1, stop=3), "c"),
        node("p", make("Crop", top=1, left=2, height=2, width=3), "c"),
        node("q", make("Scale"), "c"),
        node("r", make("Concat"), "c", "input"),
        node("s", make("Add"), "c", "f", "g"),
    ]
    functions = ("ReLU", "ReLU6", "Sigmoid", "Tanh", "SiLU", "GELU", "Hardswish", "Hardsigmoid")
    nodes += [node(kind, layer_kinds()[kind](), "f") for kind in functions]
    network = Network(nodes)
    maps = {result.node_id: result.map for result in Executor().run(network, PHOTOGRAPH)}
    shapes = {one: values.shape[1:] for one, values in maps.items()}
    assert set(maps) == set(network.nodes)

    def held(one: Node) -> dict:
        return ANYTHING.parameters(one.id, one.layer, tuple(shapes[source] for source in one.inputs), 0)

    weights = {one.id: held(one) for one in network.nodes.values()}
    exact = dict(exact_maps(network, {"input": maps["input"]}, weights))
    for one in network.nodes.values():
        if one.layer.kind != "Input":
            right, _ = reference.forward(one.layer, [exact[source] for source in one.inputs], weights[one.id])
            np.testing.assert_allclose(exact[one.id], right, rtol=1e-9, atol=1e-12, err_msg=one.id)
