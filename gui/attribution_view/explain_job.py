"""Explaining as a job for the compute thread; unfinished pictures are left where the window looks."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any, Final

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
from engine.errors import NetworkError
from engine.model.network import Network
from engine.model.project import Project
from gui.attribution_view.explanation_files import about, write_explanation
from gui.figures.worked.photograph_crop import photograph_of
from gui.look.colormaps import Rgb
from gui.look.theme import Palette
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
    beside: bool = False
    """Whether the other class gets a picture of its own, instead of the difference of both."""
    scale: Scale = "logit"
    layer_id: str = ""
    places: str = "measured"
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
    reference: str
    """Of the photograph."""
    elapsed_ms: float

    is_moving: bool = False
    """Whether the cells wait to be drawn where they are measured to look."""
    rival: Explanation | None = None
    """Of the other class, where two stand side by side."""

    @property
    def size(self) -> tuple[int, int]:
        """Of the Input."""
        return self.question.picture.shape[2], self.question.picture.shape[3]

    def heat(self, *, only_positive: bool) -> Map:
        """(H, W) of the Input."""
        return self._spread(self.explanation.values, only_positive)

    def rival_heat(self, *, only_positive: bool) -> Map | None:
        """The same of the other class; None where there is none."""
        return None if self.rival is None else self._spread(self.rival.values, only_positive)

    def _spread(self, values: Map, only_positive: bool) -> Map:
        values = np.maximum(values, 0) if only_positive else values
        return values if self.places is None else self.places.spread(values, self.size)

    @property
    def is_finished(self) -> bool:
        """Whether no better picture follows."""
        return self.explanation.done >= self.explanation.of and not self.is_moving


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
            "reference": self.reference,
        }
        rival = wish.against if wish.beside and wish.against != target.channel else None
        if rival is not None:
            made["rival"] = self._of_rival(found, question, rival, desk)
        answer: Answer | None = None
        for explanation in guarded(found, question):
            places, usual = _places(wish.places, question, explanation, analysis)
            answer = Answer(
                explanation=explanation,
                places=places,
                usual=usual,
                elapsed_ms=(perf_counter() - began) * 1e3,
                is_moving=wish.places == "measured" and places is not None and places.kind == "field",
                **made,
            )
            self.latest.answer = answer
            desk.progress(explanation.done, explanation.of)
        assert answer is not None
        if answer.is_moving and answer.places is not None:
            places = _measured(question, answer.explanation.node_id, answer.places)
            return replace(answer, places=places, is_moving=False)
        return answer

    def _of_rival(self, found: Method, question: Question, channel: int, desk: Desk) -> Explanation:
        """The same question about the other class."""
        asked = replace(question, target=replace(question.target, channel=channel))
        explanation: Explanation | None = None
        for explanation in guarded(found, asked):
            desk.progress(explanation.done, 2 * explanation.of)
        assert explanation is not None
        return explanation


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


@dataclass(frozen=True, kw_only=True, eq=False)
class SaveJob:
    """Writes a picture as it is shown, or its numbers; the ending says which."""

    answer: Answer
    path: Path
    title: str
    network: Network
    """As it is, before statistics are measured."""
    names: tuple[str, ...]
    """Of the classes."""
    only_positive: bool
    palette: Palette

    def work(self, desk: Desk) -> Path:
        """The file; `EngineError` says why there is none."""
        answer = self.answer
        known = about(
            self.title,
            self.network,
            answer.reference,
            answer.method,
            answer.question,
            answer.explanation,
            answer.places,
            self.names,
            not self.only_positive,
        )
        heat = answer.heat(only_positive=self.only_positive)
        write_explanation(
            self.path,
            self.palette,
            answer.photograph,
            answer.question,
            answer.places,
            heat,
            known,
            answer.method,
            answer.explanation,
        )
        return self.path


def _scores(output: Map) -> npt.NDArray[np.float64]:
    """One a class."""
    values = output[0].astype(np.float64)
    return values if values.ndim == 1 else np.asarray(values.mean(axis=(1, 2)), np.float64)


def _target(wish: Wish, node_id: str, scores: npt.NDArray[np.float64]) -> Target:
    channel = wish.channel
    if channel is None:
        channel = int(np.nan_to_num(scores, nan=-np.inf).argmax()) if len(scores) else 0
    against = None if wish.beside or wish.against == channel else wish.against
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
    known = _remembered.get(_key(question, explanation.node_id)) if kind == "measured" else None
    if known is not None and known[0] is question.picture:
        return known[1], usual
    return field_places(analysis, explanation.node_id), usual


_remembered: OrderedDict[tuple[int, int, str], tuple[Map, Places]] = OrderedDict()
"""Measured places, with the picture they were measured on."""
REMEMBERED: Final = 16


def _key(question: Question, node_id: str) -> tuple[int, int, str]:
    return id(question.network), id(question.picture), node_id


def _measured(question: Question, node_id: str, field: Places) -> Places:
    """Where the cells really look, measured once for all classes; their fields where nothing moves them."""
    try:
        places = measured_places(
            question.network,
            question.maps,
            node_id,
            question.input_id,
            seed=question.seed,
            checkpoint=question.checkpoint,
        )
    except NetworkError:
        places = field
    while len(_remembered) >= REMEMBERED:
        _remembered.popitem(last=False)
    _remembered[_key(question, node_id)] = question.picture, places
    return places
