"""Explaining as a job for the compute thread; unfinished pictures are left where the window looks."""

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis, analyze
from engine.attribution.cells import last_maps
from engine.attribution.checks.sanity import Curves, Randomised, cascade, curves
from engine.attribution.method import Explanation, Method, Question, guarded
from engine.attribution.methods import method
from engine.attribution.places import Places, field_places, measured_places, resized_places
from engine.attribution.scores import class_scores
from engine.attribution.target import Scale, Target
from engine.errors import EngineError, NetworkError
from engine.model.project import Project
from gui.figures.worked.photograph_crop import photograph_of
from gui.look.colormaps import Rgb
from gui.session.jobs import Desk

Map = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be explained, as it was chosen: empty and None stand for what suits best."""

    method: str = "gradcam"
    node_id: str = ""
    """Whose unit; empty for the class scores."""
    channel: int | None = None
    at: tuple[int, int] | None = None
    against: int | None = None
    scale: Scale = "logit"
    layer_id: str = ""
    places: str = "field"
    options: tuple[tuple[str, float | str], ...] = ()
    noise_seed: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """A picture, finished or not, and all that is said beside it."""

    wish: Wish
    method: Method
    explanation: Explanation
    question: Question
    scores: npt.NDArray[np.float64]
    """Of all classes, (C,); empty where a unit is explained."""
    layers: tuple[str, ...]
    """Whose cells could be explained instead, in the network's order."""
    places: Places | None
    """Of the cells; None for pixels."""
    usual: Places | None
    """Where a resize would put them."""
    photograph: Rgb | None
    elapsed_ms: float

    @property
    def size(self) -> tuple[int, int]:
        """Of the Input."""
        return self.question.picture.shape[2], self.question.picture.shape[3]

    def heat(self, *, only_positive: bool) -> Map:
        """(H, W) of the Input."""
        values = self.explanation.values
        if only_positive:
            values = np.maximum(values, 0)
        return values if self.places is None else self.places.spread(values, self.size)

    @property
    def is_finished(self) -> bool:
        """Whether no better picture follows."""
        return self.explanation.done >= self.explanation.of


@dataclass(eq=False)
class Latest:
    """The newest picture of a job that is at work: written there, read in the window."""

    answer: Answer | None = None


@dataclass(frozen=True, eq=False)
class ExplainJob:
    """One wish, fulfilled for the network on a photograph."""

    project: Project
    reference: str
    wish: Wish
    latest: Latest = field(default_factory=Latest)

    def work(self, desk: Desk) -> Answer:
        """The finished picture; `EngineError` says why there is none."""
        began = perf_counter()
        wish, network = self.wish, self.project.network
        analysis = analyze(network)
        found = method(wish.method)
        node_id = wish.node_id or class_scores(network, analysis).node_id
        if node_id not in network:
            raise NetworkError(f"there is no layer {node_id!r} any more")
        scene = desk.photograph(self.reference)
        wanted = network.ancestors(node_id) | {node_id}
        results = desk.maps(network, scene, seed=self.project.seed, wanted=wanted)
        maps = {name: result.map for name, result in results.items()}
        if node_id not in maps:
            raise NetworkError(f"{network.nodes[node_id].label} cannot be computed yet")
        scores = _scores(maps[node_id]) if not wish.node_id else np.zeros(0)
        target = _target(wish, node_id, scores)
        shapes = {
            name: report.output_shape for name, report in analysis.layers.items() if report.output_shape
        }
        layers = _layers(network.order, analysis, wanted)
        layer_id = wish.layer_id if wish.layer_id in layers else ""
        if found.at_layer and not layer_id:
            layer_id = last_maps(network, shapes, target)
        question = Question(
            network=network,
            maps=maps,
            target=target,
            layer_id=layer_id,
            options=dict(wish.options),
            seed=self.project.seed,
            noise_seed=wish.noise_seed,
            checkpoint=desk.checkpoint,
            packed=desk.executor.packed_weights,
        )
        photograph = photograph_of(self.project, scene)
        made: dict[str, Any] = {
            "wish": wish,
            "method": found,
            "question": question,
            "scores": scores,
            "layers": layers,
            "photograph": photograph,
        }
        answer: Answer | None = None
        for explanation in guarded(found, question):
            places, usual = _places(wish.places, question, explanation, analysis)
            elapsed = (perf_counter() - began) * 1e3
            answer = Answer(explanation=explanation, places=places, usual=usual, elapsed_ms=elapsed, **made)
            self.latest.answer = answer
            desk.progress(explanation.done, explanation.of)
        assert answer is not None
        return answer


@dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """What the checks of one picture found."""

    answer: Answer
    stages: tuple[Randomised, ...]
    curves: Curves


@dataclass(frozen=True, eq=False)
class CheckJob:
    """Randomised weights from the top, and pixels deleted and inserted in order."""

    answer: Answer

    def work(self, desk: Desk) -> Checked:
        """Both, with the settings of the picture."""
        answer = self.answer
        question = replace(answer.question, checkpoint=desk.checkpoint)
        stages = []
        for stage in cascade(answer.method, question, answer.explanation.values):
            stages.append(stage)
            desk.progress(len(stages), 12)
        found = curves(question, answer.heat(only_positive=False), places=answer.places)
        return Checked(answer=answer, stages=tuple(stages), curves=found)


def _scores(output: Map) -> npt.NDArray[np.float64]:
    """One a class."""
    values = output[0].astype(np.float64)
    return values if values.ndim == 1 else np.asarray(values.mean(axis=(1, 2)), np.float64)


def _target(wish: Wish, node_id: str, scores: npt.NDArray[np.float64]) -> Target:
    channel = wish.channel
    if channel is None:
        channel = int(np.nan_to_num(scores, nan=-np.inf).argmax()) if len(scores) else 0
    against = None if wish.against == channel else wish.against
    return Target(node_id=node_id, channel=channel, at=wish.at, against=against, scale=wish.scale)


def _layers(order: tuple[str, ...], analysis: Analysis, wanted: frozenset[str]) -> tuple[str, ...]:
    """Those with maps of more than one place."""
    found = []
    for node_id in order:
        report = analysis.layers[node_id]
        shape = report.output_shape
        if node_id in wanted and shape is not None and len(shape) == 3 and shape[1] * shape[2] > 1:
            found.append(node_id)
    return tuple(found)


def _places(
    kind: str, question: Question, explanation: Explanation, analysis: Analysis
) -> tuple[Places | None, Places | None]:
    """Of the cells as they are shown, and as a resize would put them; None for pixels."""
    if explanation.node_id == question.input_id:
        return None, None
    size = (question.picture.shape[2], question.picture.shape[3])
    usual = resized_places(size, (explanation.values.shape[0], explanation.values.shape[1]))
    if kind == "resize":
        return usual, field_places(analysis, explanation.node_id)
    if kind == "measured":
        try:
            measured = measured_places(
                question.network,
                question.maps,
                explanation.node_id,
                question.input_id,
                seed=question.seed,
                checkpoint=question.checkpoint,
            )
        except EngineError:  # nothing moves the layer: its field still says where it looks
            measured = field_places(analysis, explanation.node_id)
        return measured, usual
    return field_places(analysis, explanation.node_id), usual
