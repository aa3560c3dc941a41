"""What is written of an explanation: arrays for programs, a figure for people, and all that it depends on."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analysis.learned import learned_layers
from engine.attribution.method import Explanation, Method, Question
from engine.attribution.pixels import picture_gradient
from engine.attribution.places import Places, resized_places
from engine.attribution.target import Target
from engine.errors import FormatError
from engine.formats.files import write_bytes
from engine.formats.weights.npz import save_arrays
from engine.model.network import Network
from gui.figures.worked.heat_figure import HeatFigure, draw_heat
from gui.figures.writer import Finish
from gui.figures.writers import writers_of
from gui.look.colormaps import Rgb
from gui.look.heat_overlay import heat_limit
from gui.look.theme import Palette
from gui.words.attribution import score_text, target_text, used_text

Map = npt.NDArray[np.float32]


def about(
    name: str,
    network: Network,
    image: str,
    chosen: Method,
    question: Question,
    explanation: Explanation,
    places: Places | None,
    names: tuple[str, ...],
    signed: bool,
) -> dict[str, Any]:
    """Everything that the picture depends on, and what is said of it."""
    target = question.target
    classes = names if len(names) == question.maps[target.node_id].shape[1] else ()
    said = target_text(question.network, target, classes)
    state = learned_layers(network).state
    called = name if state == "trained" else f"{name} ({state})"
    return {
        "network": name,
        "weights": state,
        "image": image,
        "method": chosen.name,
        "node": target.node_id,
        "class": target.channel,
        "class_name": classes[target.channel] if classes else None,
        "against": target.against,
        "target": target.scale,
        "score": question.score,
        "layer": explanation.node_id,
        "places": places.kind if places is not None else "pixels",
        "off_by_resize": _off_by_resize(question, explanation, places),
        "signed": signed or not chosen.relu,
        "seed": question.seed,
        "used": dict(explanation.used),
        "checks": [{"text": check.text, "holds": check.holds} for check in explanation.checks],
        "dead": explanation.dead or None,
        "title": f"{chosen.title}: {said} ({score_text(target, question.score)}), {called} on {image}",
    }


def _off_by_resize(question: Question, explanation: Explanation, places: Places | None) -> float:
    """How far the usual overlay would be off, in pixels."""
    if places is None:
        return 0.0
    size = (question.picture.shape[2], question.picture.shape[3])
    cells = (explanation.values.shape[0], explanation.values.shape[1])
    return places.off_by(resized_places(size, cells))


def arrays_of(
    question: Question, explanation: Explanation, places: Places | None, heat: Map, known: dict[str, Any]
) -> dict[str, npt.NDArray[Any]]:
    """What the .npz holds; `gradient` is always that of the score before the softmax."""
    made: dict[str, npt.NDArray[Any]] = {"heat": heat, "values": explanation.values}
    if explanation.by_channel is not None:
        made["by_channel"] = explanation.by_channel
    if explanation.gradient is not None:
        logit = Target(**{**vars(question.target), "scale": "logit"})
        asked = Question(network=question.network, maps=question.maps, target=logit, seed=question.seed)
        made["gradient"] = picture_gradient(asked)
    if places is not None:
        made |= {"rows": places.rows, "columns": places.columns}
    made["score"] = np.array(question.score)
    made["about"] = np.array(json.dumps(known, ensure_ascii=False))
    return made


def write_explanation(
    output: Path,
    palette: Palette,
    photograph: Rgb | None,
    question: Question,
    places: Places | None,
    heat: Map,
    known: dict[str, Any],
    chosen: Method,
    explanation: Explanation,
) -> None:
    """As the ending says: numbers (.npz) or a figure; on the compute thread."""
    if output.suffix.lower() == ".npz":
        save_arrays(output, arrays_of(question, explanation, places, heat, known))
    else:
        write_figure(output, palette, photograph, heat, known, chosen, explanation)


def write_figure(
    output: Path,
    palette: Palette,
    photograph: Rgb | None,
    heat: Map,
    known: dict[str, Any],
    chosen: Method,
    explanation: Explanation,
) -> None:
    """The photograph, the heat over it, the scale, the sums; `FormatError` without an Input."""
    if photograph is None:
        raise FormatError("there is no Input to lay the heat over")
    at_layer = known["places"] != "pixels"
    layer = f"cells of {known['layer']} ({'×'.join(map(str, explanation.values.shape))})" if at_layer else ""
    usual = f"a resize would be up to {known['off_by_resize']:.3g} px off"
    where = {
        "field": f"{layer} at the centres of their receptive fields; {usual}",
        "measured": f"{layer} where their measured gradient lies; {usual}",
        "resize": f"{layer} as a resize puts them, not where they look",
        "pixels": "",
    }[known["places"]]
    notes = [
        *(
            ("✓ " if check.holds else "✗ " if check.holds is False else "") + check.text
            for check in explanation.checks
        ),
        *([str(explanation.used["note"])] if "note" in explanation.used else []),
        *([text] if (text := used_text(explanation, where)) else []),
        f"Weights: seed {known['seed']} where drawn. {chosen.formula}. {chosen.source}.",
        f"Shows: {chosen.shows} Does not show: {chosen.does_not_show}",
    ]
    figure = HeatFigure(
        photograph=photograph,
        heat=heat,
        limit=heat_limit(heat, speckled=not at_layer and chosen.name != "occlusion"),
        title=known["title"],
        notes=notes,
        warning=explanation.dead,
    )
    writer = writers_of(output)[0]
    if writer.write is None:
        raise FormatError(f"{output.name!r} is no still picture; .png, .svg or .pdf is")
    write_bytes(output, writer.write(draw_heat(figure, palette), Finish()))
