"""`onebyone explain`: why a network gives a class its score, as a picture or as numbers."""

import argparse
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis, analyze
from engine.attribution.method import Explanation, Method, Question, guarded
from engine.attribution.methods import method, methods
from engine.attribution.places import KINDS, Places, field_places, measured_places, resized_places
from engine.attribution.target import SCALES
from engine.errors import EngineError, FormatError, NetworkError
from gui.attribution_view.explanation_files import about, write_explanation
from gui.commands.command import (
    STREAM,
    Command,
    Parser,
    UsageError,
    file_name,
    json_text,
    report_problems,
    say,
)
from gui.commands.explain_arguments import chosen_options, chosen_target, usual_layer
from gui.commands.networks import add_network, add_seed, find_network, find_photograph
from gui.commands.streams import file_or_output
from gui.commands.warming import all_maps
from gui.figures.worked.photograph_crop import photograph_of
from gui.figures.writers import writers_of
from gui.look.theme import PALETTES
from gui.words.attribution import help_text

Map = npt.NDArray[np.float32]


def _add_arguments(parser: Parser) -> None:
    add_network(
        parser,
        image_help="a bundled photograph, pattern:NAME, or an image file (the project's own)",
        optional=True,
    )
    add_seed(parser)
    parser.add_argument("--method", metavar="NAME", help=f"one of {', '.join(methods())}")
    parser.add_argument("--class", dest="class_", metavar="N|NAME", help="the class to explain (the top one)")
    parser.add_argument("--against", metavar="N|NAME", help="explain why the class and not this one")
    parser.add_argument(
        "--target", choices=SCALES, default="logit", help="the score before the softmax, or its share (logit)"
    )
    parser.add_argument("--layer", metavar="ID", help="whose cells are explained (the last maps)")
    parser.add_argument("--unit", metavar="ID:C[,ROW,COLUMN]", help="explain a unit of a layer, not a class")
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a setting of the method; see --list"
    )
    parser.add_argument(
        "--places", choices=KINDS,
        help="cells where their measured gradient looks, at the centres of their receptive fields, or as the"
        " usual resize puts them (measured, else field)",
    )  # fmt: skip
    parser.add_argument(
        "--signed", action="store_true", help="keep what is below 0 where the paper cuts it off"
    )
    parser.add_argument("--noise-seed", metavar="N", type=int, default=0, help="of the method's noise (0)")
    parser.add_argument("--theme", choices=tuple(PALETTES), default="light", help="(light)")
    parser.add_argument(
        "--format", choices=("png", "svg", "pdf", "npz"), help="with -o -: what goes to standard output (png)"
    )
    parser.add_argument("--list", action="store_true", help="print all methods, what they show and what not")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=file_name, help="a figure (.png .svg .pdf …) or numbers (.npz)"
    )


def _run(arguments: argparse.Namespace) -> int:
    if arguments.list:
        print("\n\n".join(_described(found) for found in methods().values()))
        return 0
    if arguments.net is None or arguments.method is None:
        raise UsageError("explain needs a network and --method NAME (or --list)")
    chosen = _method(arguments.method)
    output: Path | None = arguments.output
    _refuse_ending(output, arguments.format)
    named = find_network(arguments.net, arguments.input)
    image, scene = find_photograph(named, arguments.image)
    project = named.project
    seed = project.seed if arguments.seed is None else arguments.seed
    analysis = analyze(project.network)
    maps = all_maps(project.network, scene, seed=seed)
    names = project.class_names
    target = chosen_target(arguments, project.network, analysis, maps, names)
    layer_id = arguments.layer or (usual_layer(project.network, analysis, target) if chosen.at_layer else "")
    question = Question(
        network=project.network,
        maps=maps,
        target=target,
        layer_id=layer_id,
        options=chosen_options(chosen, arguments.set),
        seed=seed,
        noise_seed=arguments.noise_seed,
    ).made_exact()
    explanation = _explained(chosen, question)
    places = _places(arguments.places, question, explanation, analysis)
    values = _shown_values(chosen, explanation, arguments.signed)
    size = (question.picture.shape[2], question.picture.shape[3])
    heat = values if places is None else places.spread(values, size)
    known = about(
        named.name, project.network, image, chosen, question, explanation, places, names, arguments.signed
    )
    if output is None:
        _report(known, arguments.json, output)
        return report_problems(project.network, analysis)
    with file_or_output(output, f"{named.name}.{arguments.format or 'png'}") as path:
        photograph, palette = photograph_of(project, scene), PALETTES[arguments.theme]
        write_explanation(path, palette, photograph, question, places, heat, known, chosen, explanation)
        _report(known, arguments.json, None if output is STREAM else output)
    return report_problems(project.network, analysis)


def _method(name: str) -> Method:
    try:
        return method(name)
    except EngineError as error:
        raise UsageError(f"--method: {error}") from None


def _refuse_ending(output: Path | None, form: str | None) -> None:
    """Before anything is computed."""
    if output is STREAM:
        return
    if form is not None:
        raise UsageError("--format goes with -o -: a file's ending says what it holds")
    if output is not None and output.suffix.lower() != ".npz" and not writers_of(output):
        raise UsageError(f"{output.name!r} has no ending that can be written; .png, .svg, .pdf or .npz can")
    if output is not None and not output.parent.is_dir():
        raise FormatError(f"cannot write {str(output)!r}: there is no folder {str(output.parent)!r}")


def _explained(chosen: Method, question: Question) -> Explanation:
    try:
        return list(guarded(chosen, question))[-1]
    except FormatError:
        raise
    except EngineError as error:
        raise UsageError(str(error)) from None


def _places(
    kind: str | None, question: Question, explanation: Explanation, analysis: Analysis
) -> Places | None:
    """Of the cells that were explained; None for pixels."""
    node_id = explanation.node_id
    if node_id == question.input_id:
        return None
    if kind == "resize":
        size = (question.picture.shape[2], question.picture.shape[3])
        return resized_places(size, (explanation.values.shape[0], explanation.values.shape[1]))
    if kind != "field":
        try:
            return measured_places(
                question.network, question.maps, node_id, question.input_id, seed=question.seed
            )
        except NetworkError:
            if kind is not None:
                raise
    return field_places(analysis, node_id)


def _shown_values(chosen: Method, explanation: Explanation, signed: bool) -> Map:
    return np.maximum(explanation.values, 0) if chosen.relu and not signed else explanation.values


def _report(known: dict[str, Any], as_json: bool, output: Path | None) -> None:
    if as_json:
        print(json_text({name: value for name, value in known.items() if name != "title"}))
        return
    print(known["title"])
    if known["places"] != "pixels":
        print(f"cells of {known['layer']}; places: {known['places']}")
    for check in known["checks"]:
        mark = {True: "holds", False: "DOES NOT HOLD", None: "told"}[check["holds"]]
        print(f"{check['text']}  [{mark}]")
    for name, value in known["used"].items():
        print(f"{name}: {value}")
    if output is not None:
        print(f"written to {output.name}")
    if known["dead"]:
        say(known["dead"])


def _described(found: Method) -> str:
    options = [
        f"  --set {option.name}={option.default}: {option.help}"
        + (f" ({', '.join(option.choices)})" if option.choices else "")
        for option in found.options
    ]
    return "\n".join((f"{found.name}", help_text(found), *options))


COMMAND: Final = Command(
    name="explain",
    help="Explain a class's score: Grad-CAM, gradients, occlusion …, with their checksums",
    add_arguments=_add_arguments,
    run=_run,
)
