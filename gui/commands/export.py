"""`onebyone export`: a figure, or the project in another format; the file's ending chooses."""

import argparse
from math import isfinite
from pathlib import Path
from typing import Final

from engine.analysis import analyze
from engine.executor import Executor
from engine.formats import FORMATS, format_of, write_project
from gui.colormaps import NAMES
from gui.commands.command import Command, Parser, UsageError, report_problems
from gui.commands.networks import add_network, add_seed, find_network, find_photograph
from gui.figures import write_figure
from gui.figures.style import Maps, Options
from gui.figures.styles import STYLES
from gui.figures.writers import WRITERS
from gui.theme import PALETTES


def _add_arguments(parser: Parser) -> None:
    add_network(parser, image_help="show real maps of this photograph (a bundled one's name, or a file)")
    add_seed(parser)
    endings = ", ".join((*WRITERS, *_project_endings()))
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help=f"one of {endings}")
    parser.add_argument("--style", choices=tuple(STYLES), default="flow", help="of the figure (flow)")
    parser.add_argument("--theme", choices=tuple(PALETTES), default="light", help="(light)")
    parser.add_argument("--scale", metavar="N", type=_scale, default=2.0, help="pixels a unit in PNG (2)")
    parser.add_argument("--transparent", action="store_true", help="leave the background out")
    parser.add_argument("--colour-map", choices=NAMES, default="cividis", help="of the maps (cividis)")


def _run(arguments: argparse.Namespace) -> int:
    path: Path = arguments.output
    ending = path.suffix.lower()
    found = format_of(path)
    if ending not in WRITERS and (found is None or found.write is None):
        known = ", ".join((*WRITERS, *_project_endings()))
        raise UsageError(f"{path.name!r} has no ending that can be written; known are {known}")
    named = find_network(arguments.net, arguments.input)
    project = named.project
    analysis = analyze(project.network)
    if ending not in WRITERS:
        write_project(path, project)
        return report_problems(project.network, analysis)
    maps: Maps | None = None
    if arguments.image is not None:
        _, photograph = find_photograph(named, arguments.image)
        seed = project.seed if arguments.seed is None else arguments.seed
        results = Executor().run(project.network, photograph, seed=seed)
        maps = {result.node_id: result.map for result in results}
    options = Options(transparent=arguments.transparent, colour_map=arguments.colour_map)
    palette = PALETTES[arguments.theme]
    write_figure(
        path, project, analysis, maps, palette,
        style=arguments.style, options=options, scale=arguments.scale,
    )  # fmt: skip
    return report_problems(project.network, analysis)


def _project_endings() -> tuple[str, ...]:
    return tuple(one.endings[0] for one in FORMATS if one.write is not None)


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = float("nan")
    if not isfinite(scale) or not 0 < scale <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0 and up to 100")
    return scale


COMMAND: Final = Command(
    name="export",
    help="Write the network as a figure, or in another format",
    add_arguments=_add_arguments,
    run=_run,
)
