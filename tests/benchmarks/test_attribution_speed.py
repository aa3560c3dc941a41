"""What is promised of explanations: beside the forward run, beside PyTorch's autograd, and in seconds."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.attribution.cells import last_maps
from engine.attribution.method import Question, guarded
from engine.attribution.methods import method
from engine.attribution.pixels import picture_gradient
from engine.attribution.scores import class_scores
from engine.attribution.target import Target
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.model.network import Network

pytestmark = pytest.mark.benchmark

TURNS = 9


class Subject:
    """A preset looking at a cat, and a question about its likeliest class."""

    def __init__(self, name: str) -> None:
        self.network: Network = presets.load(name).project.network
        self.scene = open_image("chelsea")
        self.executor = Executor()
        self.forward()

    def forward(self) -> dict[str, Any]:
        """All maps, nothing remembered."""
        self.executor.forget()
        return {result.node_id: result.map for result in self.executor.run(self.network, self.scene)}

    def question(self, maps: dict[str, Any]) -> Question:
        analysis = analyze(self.network)
        scores = class_scores(self.network, analysis).node_id
        target = Target(node_id=scores, channel=int(maps[scores].reshape(-1).argmax()))
        shapes = {
            name: report.output_shape for name, report in analysis.layers.items() if report.output_shape
        }
        layer_id = last_maps(self.network, shapes, target)
        return Question(
            network=self.network,
            maps=maps,
            target=target,
            layer_id=layer_id,
            packed=self.executor.packed_weights,
        )


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(*works: Callable[[], object]) -> list[float]:
    """The median of each, one after the other, so that a busy machine slows all alike."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(TURNS):
        for times, work in zip(taken, works, strict=True):
            times.append(seconds(work))
    return [median(times) for times in taken]


@pytest.mark.parametrize("name", ["resnet50", "squeezenet1_1", "vgg16"])
def test_the_gradient_of_a_class_takes_at_most_three_forward_runs(name: str) -> None:
    subject = Subject(name)
    question = subject.question(subject.forward())
    picture_gradient(question)
    there, back = in_turns(subject.forward, lambda: picture_gradient(question))
    print(f"{name}: forward {there * 1e3:.1f} ms, back {back * 1e3:.1f} ms, {back / there:.2f} times")
    assert there + back <= 3 * there if name == "resnet50" else back <= 5 * there


@pytest.mark.parametrize("name", ["resnet50", "squeezenet1_1"])
def test_grad_cam_takes_little_more_than_the_forward_run(name: str) -> None:
    subject = Subject(name)

    def explain() -> None:
        list(guarded(method("gradcam"), subject.question(subject.forward())))

    explain()
    there, whole = in_turns(subject.forward, explain)
    print(
        f"{name}: forward {there * 1e3:.1f} ms, Grad-CAM with it {whole * 1e3:.1f} ms,"
        f" {whole / there:.2f} times"
    )
    assert whole < (1.3 * there if name == "resnet50" else there + 0.1)


def test_occlusion_at_27_by_27_places_takes_at_most_two_seconds() -> None:
    subject = Subject("squeezenet1_1")
    question = subject.question(subject.forward())
    list(guarded(method("occlusion"), question))
    taken = min(seconds(lambda: list(guarded(method("occlusion"), question))) for _ in range(3))
    print(f"occlusion of SqueezeNet, 729 places: {taken:.2f} s")
    assert taken <= 2


@pytest.mark.peer
@pytest.mark.parametrize("name", ["squeezenet1_1", "resnet50"])
def test_a_gradient_is_faster_than_autograd_on_the_same_cores(name: str) -> None:
    import torch

    from tests.peers.test_presets_in_torch import Written

    subject = Subject(name)
    question = subject.question(subject.forward())
    module = Written(subject.network, 0).module.float().to(memory_format=torch.channels_last)
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    picture = torch.tensor(np.array(question.picture)).to(memory_format=torch.channels_last)
    scores, channel = question.target.node_id, question.target.channel
    has_softmax = subject.network.nodes[subject.network.order[-1]].layer.kind == "Softmax"

    def ours() -> object:
        return picture_gradient(subject.question(subject.forward()))

    def theirs() -> object:
        x = picture.clone().requires_grad_()
        made = module(x).reshape(-1)
        made[channel].backward()
        return x.grad

    ours(), theirs()
    mine, peer = in_turns(ours, theirs)
    print(f"{name} ({scores}): forward and back {mine * 1e3:.1f} ms, PyTorch {peer * 1e3:.1f} ms,"
          f" {peer / mine:.2f} times as long; softmax at the end: {has_softmax}")  # fmt: skip
    assert peer > 1.5 * mine
