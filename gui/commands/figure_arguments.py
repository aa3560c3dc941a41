"""The arguments of `onebyone export` that say how a figure looks, and what they stand for."""

import argparse
from dataclasses import fields, replace
from math import isfinite
from typing import Any, Final, get_args

from engine.analysis.analyze import analyze
from engine.errors import FormatError, listed, quoted
from gui.commands.command import Parser, UsageError
from gui.commands.figure_parts import add_part_arguments, with_notes, with_part
from gui.commands.networks import Named, find_network, find_photograph
from gui.figures.drawing.drawing import Font
from gui.figures.figure import MOTIONS, Subject, problem_of
from gui.figures.fitting import TARGETS
from gui.figures.recipe import NO_NOTES, Recipe, Value, note_text
from gui.figures.style import COLOURS, DIRECTIONS, LABELS, NOTATIONS, SCALINGS, Options, Style
from gui.figures.tints import FAMILIES, colour_of_kind
from gui.figures.writer import DPI_PER_SCALE, Finish
from gui.look.colormaps import NAMES
from gui.look.theme import LIGHT, PALETTES

_SWITCHES: Final = {
    "transparent": "leave the background out",
    "channels_last": "shapes as H×W×C",
    "fold": "repeated blocks once, with ×N",
    "faces": "real maps on the faces of the boxes",
    "legend": "what the colours mean",
    "values": "numbers in the cells",
    "ends": "the photograph before the first layer, the classes with their scores after the last",
}
_NOT_OF_A_FIGURE: Final = frozenset(
    {"net", "output", "list", "json", "all_styles", "recipe", "save_recipe", "show_command", "help"}
)
"""Arguments that say nothing of how a figure looks."""
_ALWAYS: Final = frozenset(
    {"caption", "greys", "font", "ends", "width_mm", "height_mm", "min_type_pt", "photograph", "effective"}
)
"""Options that work with every style."""


def add_figure_arguments(parser: Parser) -> None:
    """An argument for every option of `Options` and `Finish`."""
    parser.add_argument("--style", metavar="S", default="flow", help="of the figure (flow); see --list")
    parser.add_argument(
        "--format", metavar="F", default="", help="where the ending leaves a choice, and of -o -"
    )
    parser.add_argument("--theme", choices=tuple(PALETTES), default="light", help="(light)")
    for name, text in _SWITCHES.items():
        parser.add_argument(f"--{name.replace('_', '-')}", action="store_true", default=None, help=text)
    parser.add_argument("--colour-map", choices=NAMES, help="of the maps (cividis)")
    parser.add_argument("--direction", choices=DIRECTIONS, help="where the network runs to (the style's own)")
    parser.add_argument("--scaling", choices=SCALINGS, help="of sizes and channels (sqrt)")
    parser.add_argument("--notation", choices=NOTATIONS, help="of shapes (the style's own)")
    parser.add_argument(
        "--colours", choices=COLOURS, help="of kinds of layers (those of the paper that the style follows)"
    )
    parser.add_argument(
        "--colour", metavar="KIND=#HEX", type=_colour, action=_Colours,
        help=f"an own colour of a kind: {', '.join(FAMILIES)}; may be given again",
    )  # fmt: skip
    parser.add_argument("--font", choices=get_args(Font), help="of all text (inter)")
    parser.add_argument("--max-maps", metavar="N", type=_count, help="most maps drawn of a layer (8)")
    parser.add_argument("--labels", metavar="A,B", type=_labels, help=f"some of {','.join(LABELS)}, or none")
    parser.add_argument("--caption", metavar="TEXT", help="a line below the figure")
    parser.add_argument("--greys", action="store_true", help="every colour as a grey, for print")
    parser.add_argument("--layer", metavar="ID", help="the layer that the figure is of, by its node id")
    add_part_arguments(parser)
    parser.add_argument("--at", metavar="C,Y,X", type=_position, help="the value that is shown")
    parser.add_argument("--baseline", metavar="NET", help="the network to compare with")
    sizes = ", ".join(TARGETS)
    parser.add_argument("--width", metavar="MM", type=_width, help=f"of the finished figure: mm, or {sizes}")
    parser.add_argument("--height", metavar="MM", type=_millimetres, help="with --width: the most height")
    parser.add_argument("--min-type", metavar="PT", type=_points, help="smallest type there, in points")
    parser.add_argument("--scale", metavar="N", type=_scale, default=None, help="pixels a unit (2)")
    parser.add_argument("--dpi", metavar="N", type=_dpi, help="pixels an inch, instead of --scale (192)")
    parser.add_argument("--outlines", action="store_true", help="letters as shapes, in SVG, PDF and TikZ")
    parser.add_argument(
        "--animate", choices=tuple(name for name in MOTIONS if name), default="",
        help="how it moves in GIF, WebP, APNG or numbered frames",
    )  # fmt: skip
    parser.add_argument("--duration", metavar="MS", type=_duration, help="of a frame")


def recipe_of(arguments: argparse.Namespace, parser: Parser) -> Recipe:
    """What was given of a figure, as a recipe: its command line makes it again."""
    made: dict[str, Value] = {}
    for action in parser._actions:
        name = action.dest
        value: Any = getattr(arguments, name, None)
        if name not in arguments.given or name in _NOT_OF_A_FIGURE or not action.option_strings:
            continue
        option = action.option_strings[-1].removeprefix("--")
        if option == "dpi":
            made[option] = f"{value * DPI_PER_SCALE:g}"
        elif name == "colour":
            made[option] = [f"{kind}={colour}" for kind, colour in value]
        elif isinstance(value, bool):
            made[option] = value
        elif isinstance(value, frozenset):
            made[option] = ",".join(label for label in LABELS if label in value) or "none"
        elif name == "note":
            made[option] = [NO_NOTES if note is None else note_text(note) for note in value]
        elif isinstance(value, list):
            made[option] = value
        elif isinstance(value, tuple):
            separator = "x" if name == "input" else ","
            made[option] = separator.join(map(str, value))
        else:
            made[option] = f"{value:g}" if isinstance(value, float) else str(value)
    return Recipe(net=str(arguments.net), arguments=made)


def chosen_options(arguments: argparse.Namespace, style: Style, *, lenient: bool = False) -> Options:
    """The options as they were given; `UsageError` for one that the style does not know, unless `lenient`:
    then it is left to the styles that do."""
    given: dict[str, Any] = {}
    for field in fields(Options):
        value = getattr(arguments, field.name, None)
        if value is not None and field.name not in _ALWAYS | {"baseline"}:
            given[field.name] = value
    if arguments.first is not None or arguments.last is not None:
        given["only"] = given.get("only", ())
    if lenient:
        given = {name: value for name, value in given.items() if name in style.knows}
    for name in [*given, *(["baseline"] if arguments.baseline and not lenient else [])]:
        if name not in style.knows:
            known = ", ".join(_option(use) for use in sorted(style.knows))
            raise UsageError(
                f"{_option(name)} means nothing to the style {quoted(style.name)}, which knows"
                f" {known or 'no options'}"
            )
    given["explicit"] = frozenset(given)
    given |= {
        "caption": arguments.caption or "", "greys": arguments.greys, "ends": bool(arguments.ends)
    }  # fmt: skip
    if arguments.font is not None:
        given["font"] = arguments.font
    width = arguments.width
    if width is None:
        if arguments.min_type is not None or arguments.height is not None:
            raise UsageError("--min-type and --height need a --width")
    elif isinstance(width, str):
        target = TARGETS[width]
        given |= {
            "width_mm": target.width_mm, "height_mm": target.height_mm, "min_type_pt": target.min_type_pt
        }  # fmt: skip
    else:
        given["width_mm"] = width
    if arguments.height is not None:
        given["height_mm"] = arguments.height
    if arguments.min_type is not None:
        given["min_type_pt"] = arguments.min_type
    return Options(**given)


def _option(name: str) -> str:
    """As it is typed."""
    return f"--{ {'opened': 'open'}.get(name, name).replace('_', '-') }"


def chosen_finish(arguments: argparse.Namespace) -> Finish:
    """How the file is written."""
    if arguments.scale is not None and arguments.dpi is not None:
        raise UsageError("--scale and --dpi say the same thing: give one of them")
    scale = arguments.dpi if arguments.dpi is not None else arguments.scale
    return Finish(
        scale=2.0 if scale is None else scale, outlines=arguments.outlines, duration_ms=arguments.duration
    )


def chosen_subject(
    arguments: argparse.Namespace, named: Named, style: Style, options: Options
) -> tuple[Subject, Options]:
    """What the figure is of, run where maps are wanted; the options with what was computed for them."""
    project = named.project
    if arguments.seed is not None:
        project = replace(project, seed=arguments.seed)
    project = with_notes(project, arguments.note)
    network = project.network
    if style.is_of_network:
        options = with_part(options, arguments, project)
    if options.layer and options.layer not in network:
        raise UsageError(
            f"--layer: there is no node {quoted(options.layer)}; there are {listed(network.order)}"
        )
    analysis = analyze(network)
    options = style.focused(project, analysis, options)
    _check_position(options, analysis.layers)
    if arguments.baseline:
        other = find_network(arguments.baseline).project
        options = replace(options, baseline=(other, analyze(other.network)))
    elif "baseline" in style.needs:
        raise UsageError(
            f"the style {quoted(style.name)} compares: name the other network with --baseline NET"
        )
    subject = Subject(project=project, analysis=analysis, palette=LIGHT)
    problem = problem_of(style, project, analysis, options)
    if problem:
        raise UsageError(problem)
    wants_maps = bool(style.needs & {"maps", "photograph", "effective"}) or options.faces or options.values
    wants_maps |= options.ends and style.ends
    if arguments.image is not None or wants_maps:
        subject, options = _run_network(arguments, named, style, options, subject)
    return subject, options


def _run_network(
    arguments: argparse.Namespace, named: Named, style: Style, options: Options, subject: Subject
) -> tuple[Subject, Options]:
    from gui.commands.warming import all_maps
    from gui.figures.worked.effective import with_effective
    from gui.figures.worked.photograph_crop import photograph_of

    _, photograph = find_photograph(named, arguments.image)
    project = subject.project
    maps = all_maps(project.network, photograph, seed=project.seed)
    options = replace(options, photograph=photograph_of(project, photograph))
    if "effective" in style.needs:
        options = with_effective(project, maps, options)
    return replace(subject, maps=maps), options


def _check_position(options: Options, layers: Any) -> None:
    if options.at is None or not options.layer:
        return
    shape = layers[options.layer].output_shape
    if shape is not None and not (
        len(shape) == 3 and all(0 <= i < n for i, n in zip(options.at, shape, strict=True))
    ):
        text = "×".join(map(str, shape))
        raise UsageError(f"--at: {','.join(map(str, options.at))} lies outside of {options.layer}'s {text}")


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no {what} between {least:g} and {most:g}")
    return value


def _scale(text: str) -> float:
    value = _number(text, 0, 100, "scale")
    if value == 0:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no number above 0 and up to 100")
    return value


def _dpi(text: str) -> float:
    return _number(text, 10, 9600, "number of pixels an inch") / DPI_PER_SCALE


def _millimetres(text: str) -> float:
    return _number(text, 10, 5000, "length in millimetres")


def _points(text: str) -> float:
    return _number(text, 0, 100, "type size in points")


def _width(text: str) -> float | str:
    if text in TARGETS:
        return text
    try:
        return _millimetres(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, nor one of {', '.join(TARGETS)}") from None


def _duration(text: str) -> int:
    return int(_number(text, 10, 60_000, "duration in milliseconds"))


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 512:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no whole number between 1 and 512")
    return int(text)


class _Colours(argparse.Action):
    """Collects colours, the later of two of a kind."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, values: Any, option: Any = None) -> None:
        kept = dict(getattr(namespace, self.dest, None) or ())
        setattr(namespace, self.dest, tuple((kept | dict([values])).items()))


def _colour(text: str) -> tuple[str, str]:
    try:
        return colour_of_kind(text)
    except FormatError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _labels(text: str) -> frozenset[str]:
    names = frozenset(part.strip() for part in text.split(",") if part.strip()) - {"none"}
    unknown = sorted(names - set(LABELS))
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{quoted(unknown[0])} is no label; there are {', '.join(LABELS)} and none"
        )
    return names


def _position(text: str) -> tuple[int, int, int]:
    parts = text.split(",")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} is no position such as 0,3,5 (channel, row, column)"
        )
    channel, row, column = map(int, parts)
    return channel, row, column
