"""Every method on the trained presets looking at photographs, and on networks drawn at random.

PyTorch's autograd computes in double precision. Of other photographs than these a value before some ReLU may
lie within a rounding of 0, in any program that computes in single precision.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import presets
from engine.attribution.checks.baseline import baseline
from engine.attribution.method import Question
from engine.attribution.methods import methods
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from tests.engine.attribution.questions import ask, explain
from tests.engine.execution.odd_networks import ANYTHING
from tests.engine.small_networks import branching_networks
from tests.peers.test_attribution_in_torch import Peer, near

pytestmark = pytest.mark.peer

LOOKING: dict[str, tuple[str, str]] = {
    "a digit": ("lenet5", "digit:3a"),
    "a cat": ("squeezenet1_1", "chelsea"),
    "a cup": ("squeezenet1_1", "coffee"),
    "a cat by a plainer network": ("efficientnet_lite0", "chelsea"),
}


@cache
def asked(name: str) -> tuple[Question, Peer]:
    """About the likeliest class."""
    preset, photograph = LOOKING[name]
    network = presets.load(preset).project.network
    maps = {
        result.node_id: result.map
        for result in Executor().run(network, open_image(photograph), wanted={network.order[0]})
    }
    question = ask(network, 0, picture=np.array(maps[network.order[0]])).made_exact()
    scores = question.maps[question.target.node_id]
    channel = int(scores.reshape(scores.shape[1], -1).mean(axis=1).argmax())
    question = replace(question, target=replace(question.target, channel=channel))
    return question, Peer(question)


def with_options(question: Question, **options: float | str) -> Question:
    return replace(question, options=options)


@pytest.mark.parametrize("name", LOOKING)
def test_gradients_of_trained_networks(name: str) -> None:
    question, peer = asked(name)
    expected = peer.gradient(question.picture)
    near(explain("gradient", question).gradient, expected)
    near(explain("gradient-times-input", question).by_channel, expected * question.picture[0])


@pytest.mark.parametrize("name", LOOKING)
def test_cells_of_trained_networks(name: str) -> None:
    question, peer = asked(name)
    maps, gradient = peer.cells(question.layer_id)
    weighted = (gradient.mean(axis=(1, 2), keepdims=True) * maps).sum(axis=0)
    near(explain("gradcam", question).values, weighted)
    exact = (gradient * maps).sum(axis=0)
    near(explain("hirescam", question).values, exact)
    if maps.min() >= 0:
        below = 2 * gradient**2 + gradient**3 * maps.sum(axis=(1, 2), keepdims=True)
        alpha = np.divide(gradient**2, below, out=np.zeros_like(below), where=gradient > 0)
        weights = (alpha * np.maximum(gradient, 0)).sum(axis=(1, 2), keepdims=True)
        near(explain("gradcam++", question).values, (weights * maps).sum(axis=0))
    if "lenet" not in LOOKING[name][0]:  # a global average and at most a dense layer behind the last maps
        cells = exact.size
        near(explain("cam", question).values, exact * cells)
        near(explain("cam", question).values, weighted * cells)


@pytest.mark.parametrize("name", ["a digit", "a cat"])
def test_means_of_gradients_of_trained_networks(name: str) -> None:
    """Integrated Gradients and SmoothGrad; now and then a bend lies within a rounding of one of the steps."""
    question, peer = asked(name)
    explained = explain("integrated-gradients", question)
    start = baseline(question, "black").astype(np.float64)
    way, steps = question.picture - start, int(explained.used["steps"])
    mean = sum(peer.gradient(start + (k + 0.5) / steps * way) for k in range(steps)) / steps
    assert np.linalg.norm(explained.by_channel - mean * way[0]) < 2e-3 * np.linalg.norm(mean * way[0])
    explained = explain("smoothgrad", with_options(question, samples=4))
    picture, random = question.picture, np.random.default_rng(question.noise_seed)
    deviation = np.float32(0.15 * float(picture.max() - picture.min()))
    noise = [random.standard_normal(picture.shape).astype(np.float32) * deviation for _ in range(4)]
    mean = sum(peer.gradient(picture + one) for one in noise) / 4
    assert np.linalg.norm(explained.gradient - mean) < 5e-3 * np.linalg.norm(mean)


@pytest.mark.parametrize("name", [name for name, (preset, _) in LOOKING.items() if preset == "squeezenet1_1"])
def test_guided_backpropagation_of_trained_networks(name: str) -> None:
    import torch

    question, _ = asked(name)
    peer = Peer(question)
    for module in peer.module.modules():
        if isinstance(module, torch.nn.ReLU):
            module.register_full_backward_hook(lambda _, inputs, outputs: (inputs[0].clamp(min=0),))
    near(explain("guided-backpropagation", question).gradient, peer.gradient(question.picture))


@pytest.mark.parametrize("name", LOOKING)
def test_occlusion_of_trained_networks(name: str) -> None:
    """Patches side by side, so that each pixel is under one."""
    question, peer = asked(name)
    height, width = question.picture.shape[2:]
    side = height // 4
    explained = explain("occlusion", with_options(question, patch=side, stride=side))
    fill, whole = baseline(question, "grey"), peer.score(question.picture)
    expected = np.zeros((height, width))
    for top in range(0, height, side):
        for left in range(0, width, side):
            part = (slice(None), slice(None), slice(top, top + side), slice(left, left + side))
            covered = question.picture.copy()
            covered[part] = fill[part]
            expected[part[2:]] = whole - peer.score(covered)
    near(explained.values, expected)


def test_no_method_is_left_out_here() -> None:
    here = {
        "gradient", "gradient-times-input", "gradcam", "gradcam++", "hirescam", "cam", "integrated-gradients",
        "smoothgrad", "guided-backpropagation", "occlusion",
    }  # fmt: skip
    assert set(methods()) == here


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(branching_networks(enlarging=False))
def test_gradients_of_networks_drawn_at_random(network: Any) -> None:
    for node_id in network.nodes:
        network = network.set_weights(node_id, ANYTHING)
    question = ask(network, 0, node_id=network.order[-1], layer_id=network.order[1]).made_exact()
    peer = Peer(question)
    near(explain("gradient", question).gradient, peer.gradient(question.picture))
    if question.layer_id in question.between:
        maps, gradient = peer.cells(question.layer_id)
        weighted = (gradient.mean(axis=(1, 2), keepdims=True) * maps).sum(axis=0)
        near(explain("gradcam", question).values, weighted)
        near(explain("hirescam", question).values, (gradient * maps).sum(axis=0))
