"""The arguments of `onebyone export` that name layers: which are shown, and what is said about them."""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from engine.errors import FormatError, listed, quoted
from engine.model.figure_notes import FigureNote, orphans
from engine.model.project import Project
from gui.commands.command import Parser, UsageError
from gui.figures.notes.annotated import note_name
from gui.figures.recipe import NO_NOTES, note_of
from gui.figures.style import Options


def add_part_arguments(parser: Parser) -> None:
    """--only, --from, --to, --open and --note."""
    parser.add_argument(
        "--only", metavar="A,B", action="append",
        help="these layers and groups alone, by their ids; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--from", metavar="ID", dest="first", help="the layers from this one on (to the end, or --to)"
    )
    parser.add_argument("--to", metavar="ID", dest="last", help="the layers up to this one")
    parser.add_argument(
        "--open", metavar="GROUP", dest="opened",
        help="this group layer by layer beside the folded network, by its id or title",
    )  # fmt: skip
    parser.add_argument(
        "--note", metavar="KIND:IDS=TEXT", action="append", type=_note,
        help="said on the figure: label:conv1=Edges, colour:conv1=#C0392B, dim:conv1,conv2 (a wire),"
        f" brace:conv1,conv3=encoder, title=…; in place of the project's notes ({NO_NOTES} for none);"
        " may be given again",
    )  # fmt: skip


def with_part(options: Options, arguments: argparse.Namespace, project: Project) -> Options:
    """The options with the ids of the layers that are shown, and of the group that is opened."""
    network = project.network
    if arguments.opened is not None:
        options = replace(options, opened=_group(project, arguments.opened))
    if arguments.only is None and arguments.first is None and arguments.last is None:
        return options
    chosen = set(network.nodes)
    if arguments.only is not None:
        chosen = {one for text in arguments.only for one in _named(project, text)}
    for option, one in (("--from", arguments.first), ("--to", arguments.last)):
        if one is not None and one not in network:
            raise UsageError(f"{option}: there is no node {quoted(one)}; there are {listed(network.order)}")
    if arguments.first is not None:
        chosen &= {arguments.first, *network.descendants(arguments.first)}
    if arguments.last is not None:
        chosen &= {arguments.last, *network.ancestors(arguments.last)}
    if not chosen:
        raise UsageError(_no_way(arguments))
    return replace(options, only=network.in_order(chosen))


def _no_way(arguments: argparse.Namespace) -> str:
    if arguments.first is None or arguments.last is None:
        return "--only names no layer on that way"
    return f"--from, --to: no way leads from {quoted(arguments.first)} to {quoted(arguments.last)}"


def _named(project: Project, text: str) -> list[str]:
    """The nodes of ids with commas between them; an id with a comma in it stands alone."""
    found: list[str] = []
    names = [text] if text in project.network or text in project.groups else text.split(",")
    for name in filter(None, (one.strip() for one in names)):
        if name in project.network:
            found.append(name)
        else:
            found += project.groups.nodes(_group(project, name, "--only"))
    return found


def _group(project: Project, name: str, option: str = "--open") -> str:
    """The id of a group by its id or title."""
    if name in project.groups:
        return name
    titled = [one for one, group in project.groups.items() if group.title == name]
    if titled:
        return titled[0]
    known = listed([f"{one} ({group.label})" for one, group in project.groups.items()])
    what = "group" if option == "--open" else "node or group"
    raise UsageError(f"{option}: there is no {what} {quoted(name)}; groups are {known or 'none'}")


def with_notes(project: Project, notes: Sequence[FigureNote | None] | None) -> Project:
    """The project with these notes in place of its own; `UsageError` for one about nothing that is there."""
    if notes is None:
        return project
    said = tuple(note for note in notes if note is not None)
    gone = orphans(said, project.network, project.groups)
    if gone:
        raise UsageError(
            f"--note: {note_name(gone[0])} is about nothing in this network:"
            f" there are {listed(project.network.order)}"
        )
    return replace(project, figure_notes=said)


def _note(text: str) -> FigureNote | None:
    try:
        return None if text == NO_NOTES else note_of(text)
    except FormatError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
