"""Gradients and every attribution against PyTorch's autograd, on small networks and on presets."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import presets
from engine.attribution.checks.baseline import baseline
from engine.attribution.method import Question
from engine.model.network import Network
from engine.weights import HE
from tests.engine.attribution.questions import ask, branched, explain, network_of, pooled, squeezed
from tests.peers.test_presets_in_torch import Written

pytestmark = pytest.mark.peer

TOLERANCE = 1e-4
"""Of the largest value."""
BENDING_OFTEN = ("resnet18", "squeezenet1_1")
"""Millions of values before a ReLU: some lie within a rounding of 0."""
OFF_AT_BENDS = 5e-3
"""Of the norm."""


def dilated() -> Network:
    return network_of(
        ("a", "Conv2d", {"kernel_size": (3, 5), "out_channels": 8, "stride": (2, 1), "dilation": (1, 2)}),
        ("b", "ReLU6"),
        ("c", "AvgPool2d", {"kernel_size": (3, 2), "stride": (2, 1)}),
        ("d", "Conv2d", {"kernel_size": (3, 3), "out_channels": 8, "groups": 4}),
        ("e", "BatchNorm2d"),
        ("f", "SiLU"),
        ("g", "GlobalAvgPool2d"),
        ("h", "Flatten"),
        ("scores", "Linear", {"out_features": 4}),
        size=(3, 19, 23),
    )


NETWORKS: dict[str, Callable[[], Network]] = {
    "pooled": pooled,
    "squeezed": squeezed,
    "branched": branched,
    "dilated": dilated,
    **{
        name: lambda name=name: presets.load(name).project.network  # type: ignore[misc]  # mypy and defaults
        for name in ("lenet5", "squeezenet1_1", "resnet18")
    },
}


class Peer:
    """PyTorch's gradients in double precision, by the module that is written for the network."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.written = Written(question.network, question.seed)
        self.module = self.written.module.double()

    def run(self, picture: Any, layer_id: str = "") -> tuple[Any, Any, Any]:
        """(number, the picture, the layer's map), with their graph."""
        import ast

        import torch

        written, target = self.written, self.question.target
        x = torch.tensor(np.array(picture)).double().requires_grad_()
        held = written.held | {"self": self.module, written.names[self.question.input_id]: x}
        made: dict[str, Any] = {self.question.input_id: x}
        ids = {name: node_id for node_id, name in written.names.items()}
        for line in written.forward.body:
            if isinstance(line, ast.Assign):
                exec(compile(ast.Module([line], []), "written.py", "exec"), held)
                (name,) = (target.id for target in line.targets if isinstance(target, ast.Name))
                made[ids[name]] = held[name]
                if ids[name] == layer_id:
                    held[name].retain_grad()
        each = made[target.node_id][0]
        each = each if each.ndim == 1 else each.mean(dim=(1, 2))
        return each[target.channel], x, made.get(layer_id)

    def score(self, picture: Any) -> float:
        return float(self.run(picture)[0].detach())

    def gradient(self, picture: Any) -> Any:
        number, x, _ = self.run(picture)
        number.backward()
        return x.grad[0].numpy()

    def cells(self, layer_id: str) -> tuple[Any, Any]:
        number, _, maps = self.run(self.question.picture, layer_id)
        number.backward()
        return maps[0].detach().numpy(), maps.grad[0].numpy()


def asked(name: str) -> Question:
    network = NETWORKS[name]()
    for node_id in network.nodes:
        if name in presets.preset_names():
            network = network.set_weights(node_id, HE)
    question = ask(network, 1)
    scores = question.maps[question.target.node_id]
    return ask(network, int(scores.reshape(scores.shape[1], -1).mean(axis=1).argmax()))


def near(made: Any, expected: Any, name: str = "") -> None:
    """Value by value; behind many ReLUs nearly everywhere, and as a whole.

    A value that single precision puts on the other side of a bend moves the gradient of all that it sees.
    """
    assert made.shape == expected.shape
    off = np.abs(made - expected) > TOLERANCE * float(np.abs(expected).max())
    if name not in BENDING_OFTEN:
        assert not off.any()
    assert np.linalg.norm(made - expected) < OFF_AT_BENDS * np.linalg.norm(expected)


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_are_those_of_autograd(name: str) -> None:
    question = asked(name)
    expected = Peer(question).gradient(question.picture)
    near(explain("gradient", question).gradient, expected, name)
    near(explain("gradient-times-input", question).by_channel, expected * question.picture[0], name)


@pytest.mark.parametrize("name", NETWORKS)
def test_cells_are_those_of_autograd(name: str) -> None:
    question = asked(name)
    maps, gradient = Peer(question).cells(question.layer_id)
    near(explain("gradcam", question).values, (gradient.mean(axis=(1, 2), keepdims=True) * maps).sum(axis=0))
    near(explain("hirescam", question).values, (gradient * maps).sum(axis=0))
    if maps.min() >= 0:
        below = 2 * gradient**2 + gradient**3 * maps.sum(axis=(1, 2), keepdims=True)
        alpha = np.divide(gradient**2, below, out=np.zeros_like(below), where=gradient > 0)
        weights = (alpha * np.maximum(gradient, 0)).sum(axis=(1, 2), keepdims=True)
        near(explain("gradcam++", question).values, (weights * maps).sum(axis=0))


@pytest.mark.parametrize("name", ["pooled", "branched", "dilated", "lenet5", "squeezenet1_1"])
def test_integrated_gradients_are_those_of_autograd(name: str) -> None:
    question = asked(name)
    explained = explain("integrated-gradients", question)
    peer, start = Peer(question), baseline(question, "black").astype(np.float64)
    way = question.picture - start
    steps = int(explained.used["steps"])
    mean = sum(peer.gradient(start + (k + 0.5) / steps * way) for k in range(steps)) / steps
    near(explained.by_channel, mean * way[0], name)


@pytest.mark.parametrize("name", ["pooled", "squeezed", "branched", "squeezenet1_1", "resnet18"])
def test_guided_backpropagation_is_that_of_a_clamped_relu(name: str) -> None:
    import torch

    question = asked(name)
    peer = Peer(question)
    for module in peer.module.modules():
        if isinstance(module, torch.nn.ReLU | torch.nn.ReLU6):
            module.register_full_backward_hook(lambda _, inputs, outputs: (inputs[0].clamp(min=0),))
    near(explain("guided-backpropagation", question).gradient, peer.gradient(question.picture), name)


@pytest.mark.parametrize("name", ["pooled", "branched", "dilated", "lenet5"])
def test_smoothgrad_is_the_mean_over_the_same_noise(name: str) -> None:
    question = asked(name)
    explained = explain("smoothgrad", question)
    picture, random = question.picture, np.random.default_rng(question.noise_seed)
    deviation = np.float32(0.15 * float(picture.max() - picture.min()))
    peer, total = Peer(question), 0.0
    for _ in range(25):
        total += peer.gradient(picture + random.standard_normal(picture.shape).astype(np.float32) * deviation)
    near(explained.gradient, total / 25)


@pytest.mark.parametrize("name", ["pooled", "branched", "dilated", "lenet5"])
def test_occlusion_is_the_score_of_covered_pictures(name: str) -> None:
    question = asked(name)
    question.options.update(patch=6, stride=4)  # type: ignore[attr-defined]  # a dict in tests
    explained, peer = explain("occlusion", question), Peer(question)
    fill, picture = baseline(question, "grey"), question.picture
    height, width = picture.shape[2:]
    tops = [*range(0, height - 5, 4), *([height - 6] if (height - 6) % 4 else [])]
    lefts = [*range(0, width - 5, 4), *([width - 6] if (width - 6) % 4 else [])]
    whole, total, count = peer.score(picture), np.zeros((height, width)), np.zeros((height, width))
    for top in tops:
        for left in lefts:
            part = (slice(None), slice(None), slice(top, top + 6), slice(left, left + 6))
            covered = picture.copy()
            covered[part] = fill[part]
            total[part[2:]] += whole - peer.score(covered)
            count[part[2:]] += 1
    near(explained.values, total / count)
