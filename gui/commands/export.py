"""`onebyone export`: a figure, or the project in another format; the file's ending chooses."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine.analysis.analyze import analyze
from engine.errors import FormatError, quoted
from engine.formats import FORMATS, format_of, write_bytes, write_project
from gui.commands.command import STREAM, Command, Parser, UsageError, file_name, report_problems, say
from gui.commands.figure_arguments import (
    add_figure_arguments,
    chosen_finish,
    chosen_options,
    chosen_subject,
    recipe_of,
)
from gui.commands.figure_list import figure_list
from gui.commands.networks import add_network, add_seed, find_network
from gui.commands.progress import tell
from gui.commands.streams import file_or_output
from gui.figures.figure import find_style, find_writer, write_figure
from gui.figures.recipe import read_recipe
from gui.figures.styles import STYLES
from gui.figures.writers import WRITERS, endings, writers_of
from gui.look.theme import PALETTES


def _add_arguments(parser: Parser) -> None:
    known = ", ".join((*endings(), *_project_endings()))
    add_network(
        parser,
        image_help="show real maps of this photograph (a bundled one's name, or a file)",
        optional=True,
    )
    add_seed(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=file_name,
        help=f"one of {known}; a name with %%03d writes a numbered file for each frame; - is standard output",
    )  # fmt: skip
    parser.add_argument(
        "--all-styles", action="store_true",
        help="write every style that draws this network into the folder -o DIR (--format: svg unless given)",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="print styles, formats and what they can be told")
    parser.add_argument("--json", action="store_true", help="with --list: for programs")
    parser.add_argument(
        "--recipe",
        metavar="FILE",
        type=file_name,
        help="make the figure of this .figure.json; other arguments go first",
    )
    parser.add_argument(
        "--save-recipe", metavar="FILE", type=file_name, help="keep the arguments in such a file"
    )
    parser.add_argument(
        "--show-command",
        action="store_true",
        help="print the command line that makes this figure, and do nothing",
    )
    add_figure_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.list:
        print(figure_list(as_json=arguments.json))
        return 0
    if arguments.json:
        raise UsageError("--json goes with --list")
    if arguments.recipe is not None:
        _take_recipe(arguments)
    if arguments.net is None or arguments.output is None:
        raise UsageError("export needs a network and -o FILE (or --list)")
    path: Path = arguments.output
    if arguments.show_command:
        print(recipe_of(arguments, COMMAND.parser()).command(str(path)))
        return 0
    if arguments.save_recipe is not None:
        write_bytes(arguments.save_recipe, recipe_of(arguments, COMMAND.parser()).to_json().encode())
    if arguments.all_styles:
        if path is STREAM:
            raise UsageError("--all-styles writes many files: -o DIR names a folder")
        return _write_all_styles(arguments, path)
    if path is STREAM:
        with file_or_output(path, f"network{_streamed_ending(arguments.format)}") as file:
            arguments.output = file
            if arguments.format not in WRITERS:
                arguments.format, arguments.given = "", arguments.given - {"format"}
            return _write(arguments, file)
    return _write(arguments, path)


def _take_recipe(arguments: argparse.Namespace) -> None:
    """Take from the recipe what was not given."""
    recipe = read_recipe(arguments.recipe)
    kept = COMMAND.parser().parse_args([recipe.net, *recipe.words])
    for name in kept.given - arguments.given:
        setattr(arguments, name, getattr(kept, name))
    arguments.given |= kept.given


def _streamed_ending(name: str) -> str:
    """Of what --format asks for on standard output: a figure's format, or a project's ending."""
    if name in WRITERS:
        return WRITERS[name].endings[0]
    known = [*WRITERS, *(ending.removeprefix(".") for ending in _project_endings())]
    if f".{name}" in _project_endings():
        return f".{name}"
    asked = f"there is no format {quoted(name)}" if name else "-o - needs a format"
    raise UsageError(f"{asked}: --format takes {', '.join(known)}")


def _write(arguments: argparse.Namespace, path: Path) -> int:
    found = format_of(path)
    if not arguments.format and not writers_of(path):
        if found is None or found.write is None:
            known = ", ".join((*endings(), *_project_endings()))
            raise UsageError(f"{quoted(path.name)} has no ending that can be written; known are {known}")
        _refuse_figure_options(arguments)
        project = find_network(arguments.net, arguments.input).project
        if arguments.seed is not None:
            project = replace(project, seed=arguments.seed)
        write_project(path, project)
        return report_problems(project.network, analyze(project.network))
    style = find_style(arguments.style)
    find_writer(path, style, arguments.format)
    named = find_network(arguments.net, arguments.input)
    options = chosen_options(arguments, style)
    subject, options = chosen_subject(arguments, named, style, options)
    note = write_figure(
        path,
        replace(subject, palette=PALETTES[arguments.theme]),
        style,
        options,
        chosen_finish(arguments),
        format_name=arguments.format,
        motion=arguments.animate,
    )
    if note:
        say(note)
    return report_problems(subject.project.network, subject.analysis)


def _write_all_styles(arguments: argparse.Namespace, folder: Path) -> int:
    """A file a style, called after it; what a style cannot draw is told and left out."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o: {quoted(folder.name)} is a file; --all-styles writes into a folder")
    ending = WRITERS[arguments.format].endings[0] if arguments.format in WRITERS else ""
    if arguments.format and not ending:
        raise UsageError(
            f"there is no figure format {quoted(arguments.format)}; there are {', '.join(WRITERS)}"
        )
    named = find_network(arguments.net, arguments.input)
    written = 0
    for style in STYLES.values():
        path = folder / f"{style.name}{ending or '.svg'}"
        tell(path.name)
        try:
            find_writer(path, style, arguments.format)
            options = chosen_options(arguments, style, lenient=True)
            subject, options = chosen_subject(arguments, named, style, options)
            folder.mkdir(parents=True, exist_ok=True)
            note = write_figure(
                path,
                replace(subject, palette=PALETTES[arguments.theme]),
                style,
                options,
                chosen_finish(arguments),
                format_name=arguments.format,
            )
        except (UsageError, FormatError) as refusal:
            say(f"{style.name} is left out: {refusal}")
            continue
        except OSError as error:
            raise FormatError(f"cannot write into {quoted(str(folder))}: {error.strerror}") from None
        written += 1
        print(path)
        if note:
            say(f"{style.name}: {note}")
    if not written:
        raise UsageError("no style draws this network so")
    return report_problems(named.project.network, analyze(named.project.network))


def _refuse_figure_options(arguments: argparse.Namespace) -> None:
    """`UsageError` for what only a figure can be told, where a network is written."""
    plain = Parser()
    add_figure_arguments(plain)
    figure = [*vars(plain.parse_args([])), "image"]
    given = [name for name in figure if name in arguments.given and name != "given"]
    if given:
        name = given[0].replace("_", "-")
        raise UsageError(f"--{name} says how a figure looks, and {quoted(arguments.output.name)} is none")


def _project_endings() -> tuple[str, ...]:
    return tuple(file_format.endings[0] for file_format in FORMATS if file_format.write is not None)


COMMAND: Final = Command(
    name="export",
    help="Write the network as a figure, or in another format",
    add_arguments=_add_arguments,
    run=_run,
)
