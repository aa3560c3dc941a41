"""Small networks with weights drawn at random, and questions about them."""

from typing import Any

import numpy as np

from engine.analysis.analyze import analyze
from engine.attribution.cells import last_maps
from engine.attribution.method import Explanation, Question, guarded
from engine.attribution.methods import method
from engine.attribution.scores import class_scores
from engine.attribution.target import Target
from engine.execution.rerun import Rerun
from engine.layers import layer_kinds
from engine.model.network import Network, Node
from tests.engine.execution.odd_networks import ANYTHING


def network_of(*layers: tuple[Any, ...], size: tuple[int, int, int] = (3, 13, 17)) -> Network:
    """One layer after the other: (id, kind, settings); `inputs` among the settings names other sources."""
    kinds = layer_kinds()
    nodes, before = [Node(id="input", layer=kinds["Input"](shape=size))], "input"
    for node_id, kind, *rest in layers:
        settings = dict(rest[0]) if rest else {}
        inputs = settings.pop("inputs", (before,))
        nodes.append(Node(id=node_id, layer=kinds[kind](**settings), inputs=inputs, weights=ANYTHING))
        before = node_id
    return Network(nodes)


CONV: dict[str, Any] = {"kernel_size": (3, 3), "out_channels": 5}


def pooled(activation: str = "ReLU") -> Network:
    """conv, activation, conv, activation, global average, dense: all methods are defined for ReLU."""
    return network_of(
        ("conv1", "Conv2d", {**CONV, "stride": (2, 2)}),
        ("act1", activation),
        ("conv2", "Conv2d", CONV),
        ("act2", activation),
        ("mean", "GlobalAvgPool2d"),
        ("flatten", "Flatten"),
        ("scores", "Linear", {"out_features": 4}),
        ("softmax", "Softmax"),
    )


def squeezed() -> Network:
    """The class score is a 1×1 convolution before the mean, as in SqueezeNet."""
    return network_of(
        ("conv1", "Conv2d", CONV),
        ("relu1", "ReLU"),
        ("conv2", "Conv2d", {"kernel_size": (1, 1), "out_channels": 6}),
        ("relu2", "ReLU"),
        ("mean", "GlobalAvgPool2d"),
        ("flatten", "Flatten"),
        ("softmax", "Softmax"),
    )


def branched() -> Network:
    """Two branches, a maximum, a normalisation, padding on one side more."""
    return network_of(
        ("stem", "Conv2d", {**CONV, "stride": (2, 2)}),
        ("norm", "BatchNorm2d"),
        ("relu", "ReLU"),
        ("left", "Conv2d", {**CONV, "kernel_size": (1, 1), "inputs": ("relu",)}),
        ("right", "Conv2d", {**CONV, "inputs": ("relu",)}),
        ("sum", "Add", {"inputs": ("left", "right")}),
        ("relu3", "ReLU"),
        ("pool", "MaxPool2d", {"kernel_size": (2, 2), "stride": (2, 2)}),
        ("flatten", "Flatten"),
        ("scores", "Linear", {"out_features": 4}),
        size=(3, 24, 30),
    )


def ask(network: Network, channel: int = 0, *, picture: Any = None, **settings: Any) -> Question:
    """About a class; everything else as `Question` and `Target` have it."""
    shape = network["input"].layer.output_shape()
    if picture is None:
        picture = np.random.default_rng(5).uniform(0, 1, (1, *shape)).astype(np.float32)
    maps = Rerun(network, {"input"}, network.order)({"input": picture})
    analysis = analyze(network)
    target_settings = {name: settings.pop(name) for name in ("against", "scale", "at") if name in settings}
    node_id = settings.pop("node_id", "") or class_scores(network, analysis).node_id
    target = Target(node_id=node_id, channel=channel, **target_settings)
    shapes = {name: report.output_shape for name, report in analysis.layers.items() if report.output_shape}
    layer_id = settings.pop("layer_id", "") or last_maps(network, shapes, target)
    return Question(network=network, maps=maps, target=target, layer_id=layer_id, **settings)


def explain(name: str, question: Question) -> Explanation:
    """The last picture."""
    return list(guarded(method(name), question))[-1]
