"""`onebyone report`: a network as one page of HTML, with table, figure, maps and fields."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine.analysis.analyze import analyze
from engine.errors import FormatError, MemoryLimit, quoted
from engine.formats.files import write_bytes
from gui.commands.command import STREAM, Command, Parser, file_name, report_problems, say
from gui.commands.networks import add_network, add_seed, find_network, find_photograph
from gui.commands.streams import file_or_output
from gui.commands.warming import all_maps


def _add_arguments(parser: Parser) -> None:
    add_network(parser, image_help="a bundled photograph, pattern:NAME, or an image file (the project's own)")
    add_seed(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE.html",
        type=_page,
        required=True,
        help="- for standard output",
    )


def _run(arguments: argparse.Namespace) -> int:
    from gui.report.page import page
    from gui.report.report import make_report

    named = find_network(arguments.net, arguments.input)
    image, scene = find_photograph(named, arguments.image)
    project = named.project
    if arguments.seed is not None:
        project = replace(project, seed=arguments.seed)
    analysis = analyze(project.network)
    maps = {}
    try:
        maps = all_maps(project.network, scene, seed=project.seed)
    except MemoryLimit as error:
        say(f"the report is without maps: {error}")
    report = make_report(project, analysis, maps, scene, name=named.name, image=image)
    with file_or_output(arguments.output, f"{named.name}.html") as path:
        write_bytes(path, page(report).encode("utf-8", "backslashreplace"))
    return report_problems(project.network, analysis)


def _page(text: str) -> Path:
    path = file_name(text)
    if path is STREAM:
        return path
    if path.suffix.lower() not in (".html", ".htm"):
        raise argparse.ArgumentTypeError(f"{quoted(text)} must end in .html")
    if not path.parent.is_dir():
        raise FormatError(f"cannot write {quoted(text)}: there is no folder {quoted(path.parent)}")
    return path


COMMAND: Final = Command(
    name="report",
    help="Write a page of HTML: figure, table, maps and fields in one file",
    add_arguments=_add_arguments,
    run=_run,
)
