"""A figure from a network to a file: style, target size, caption, writer; still or moving."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from engine.analysis.analyze import Analysis
from engine.errors import FormatError, listed, quoted
from engine.formats import write_bytes
from engine.formats.tables.typesetting import Table
from engine.model.figure_notes import orphans
from engine.model.project import Project
from gui.figures.build_up import build_up, sliding, stage_ends
from gui.figures.composed.ends import Ends, ends_of, with_ends
from gui.figures.composed.excerpt import excerpt
from gui.figures.composed.opened import with_group_opened
from gui.figures.drawing.drawing import Animation, Drawing, Text
from gui.figures.drawing.greys import in_greys
from gui.figures.fitting import Figure, at_size, fitted
from gui.figures.notes.annotated import annotated, note_name
from gui.figures.style import Maps, Options, Style
from gui.figures.styles import STYLES
from gui.figures.text.description import described
from gui.figures.text.equation import in_letters
from gui.figures.writer import Finish, Writer
from gui.figures.writers import WRITERS, endings, writers_of
from gui.look.theme import Palette

Motion = Literal["", "build-up", "stages", "sliding"]

MOTIONS: Final[Mapping[Motion, str]] = {
    "": "still",
    "build-up": "the network layer by layer",
    "stages": "the network stage by stage",
    "sliding": "one value of the layer after another",
}

NUMBERED: Final = re.compile(r"%(0?\d*)d")
"""Where the number goes in the name of a sequence of files: `frame-%03d.svg`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """What a figure is of, and in which colours."""

    project: Project
    analysis: Analysis
    palette: Palette
    maps: Maps | None = None


def problem_of(style: Style, project: Project, analysis: Analysis, options: Options) -> str:
    """Why the style cannot draw what these options ask for; empty where it can."""
    if (options.only or options.opened) and not style.is_of_network:
        return f"the style {style.name} shows no part of a network: it is of one layer, or of two networks"
    if options.only:
        missing = [one for one in options.only if one not in project.network]
        if missing:
            return f"there is no layer {quoted(missing[0])} in this network"
        project, analysis = excerpt(project, analysis, options.only)
    if options.opened and options.opened not in project.groups:
        known = listed([f"{one} ({group.label})" for one, group in project.groups.items()])
        where = "in what is shown" if options.only else "in this network"
        way_out = (
            "show all layers, or open none" if options.only and not known else f"there are {known or 'none'}"
        )
        return f"there is no group {quoted(options.opened)} {where}; {way_out}"
    problem = style.problem(project, analysis, options)
    if not problem and options.opened:
        part = excerpt(project, analysis, project.groups.nodes(options.opened))
        problem = style.problem(*part, options)
    return problem


def make_figure(subject: Subject, style: Style, options: Options) -> Figure:
    """The figure in its final size; `FormatError` says why the style cannot draw this network."""
    options = style.focused(subject.project, subject.analysis, options)
    options = replace(options, caption=options.caption or _caption(subject.project))
    problem = problem_of(style, subject.project, subject.analysis, options)
    if problem:
        raise FormatError(problem)
    ends = None
    if options.ends:
        ends = ends_of(subject.project, subject.maps, options.photograph, style)
    shown = part_shown(subject, options)
    figure = fitted(
        lambda chosen: _draw(shown, style, chosen, ends),
        options,
        subject.palette,
        style.uses,
        splits=style.splits and not options.opened,
    )
    remarks = (_orphaned(subject.project), _unsaid(figure), "" if ends is None else ends.remark)
    return replace(figure, remark="; ".join(filter(None, remarks)))


def part_shown(subject: Subject, options: Options) -> Subject:
    """What is shown of the network: all of it, or some layers."""
    if not options.only:
        return subject
    project, analysis = excerpt(subject.project, subject.analysis, options.only)
    return replace(subject, project=project, analysis=analysis)


def _caption(project: Project) -> str:
    """That of the project's notes."""
    return next((note.text for note in project.figure_notes if note.kind == "caption"), "")


def _orphaned(project: Project) -> str:
    """Notes about what is gone, in words; they are kept, for layers come back by undo."""
    gone = orphans(project.figure_notes, project.network, project.groups)
    if not gone:
        return ""
    words = "1 note is about a layer" if len(gone) == 1 else f"{len(gone)} notes are about layers"
    return f"{words} that {'is' if len(gone) == 1 else 'are'} gone: {listed([*map(note_name, gone)])}"


def _unsaid(figure: Figure) -> str:
    """Notes about what none of its pages draws, in words."""
    pages = figure.pages or (figure.drawing,)
    missing = [name for name in pages[0].unsaid if all(name in page.unsaid for page in pages)]
    if not missing:
        return ""
    words = "1 note is" if len(missing) == 1 else f"{len(missing)} notes are"
    return f"{words} about what this figure does not draw: {listed(missing)}"


def make_animation(subject: Subject, style: Style, options: Options, motion: Motion) -> Animation:
    """The figure in motion, every frame of the final size; `FormatError` as for `make_figure`."""
    figure = make_figure(subject, style, options)
    if motion == "sliding":
        if "at" not in style.uses:
            raise FormatError(
                f"the style {quoted(style.name)} shows no single value that could slide; use one of"
                f" {', '.join(style.name for style in STYLES.values() if 'at' in style.uses) or 'none'},"
                " or the build-up"
            )
        return sliding(
            lambda chosen: at_size(_draw(subject, style, chosen), chosen, subject.palette),
            subject.analysis,
            figure.options,
        )
    network = subject.project.network
    steps = stage_ends(subject.analysis, network) if motion == "stages" else ()
    return build_up(figure.pages or (figure.drawing,), network, steps)


def usual_motion(style: Style, writer: Writer, *, numbered: bool = False) -> Motion:
    """How a style moves where nobody says: not at all in formats of still pictures."""
    if writer.animate is None and not numbered:
        return ""
    return "sliding" if "at" in style.uses and "values" in style.uses else "build-up"


def can_write(style: Style, writer: Writer) -> bool:
    """Whether the combination works: tables of texts need a style that is a table."""
    return writer.tabulate is None or style.table is not None


def find_style(name: str) -> Style:
    """The style of this name; `FormatError` lists those that exist."""
    if name not in STYLES:
        raise FormatError(f"there is no figure style {quoted(name)}; there are {', '.join(STYLES)}")
    return STYLES[name]


def find_writer(path: str | Path, style: Style, name: str = "") -> Writer:
    """The writer of this name, else the one that suits the file's ending and the style best.

    `FormatError` lists what there is.
    """
    if name:
        if name not in WRITERS:
            raise FormatError(f"there is no figure format {quoted(name)}; there are {', '.join(WRITERS)}")
        found = [WRITERS[name]]
    else:
        found = writers_of(path)
        if not found:
            known = ", ".join(endings())
            raise FormatError(f"{quoted(Path(path).name)} is no figure's name: known endings are {known}")
    able = [one for one in found if can_write(style, one)]
    if not able:
        tables = ", ".join(style.name for style in STYLES.values() if style.table is not None)
        drawn = ", ".join(writer.endings[0] for writer in WRITERS.values() if writer.write is not None)
        raise FormatError(
            f"{found[0].title} takes tables only ({tables or 'no style is one'});"
            f" the style {quoted(style.name)} is written as {drawn}"
        )
    # A table's own form goes before a drawing of it.
    return min(able, key=lambda one: one.tabulate is None)


def write_figure(
    path: str | Path,
    subject: Subject,
    style: Style,
    options: Options,
    finish: Finish | None = None,
    *,
    format_name: str = "",
    motion: Motion = "",
) -> str:
    """Write a figure, an animation or a table, completely or not at all; a note on its type, or empty.

    The ending chooses the format, unless `format_name` does. A name with `%d` or `%03d` gives a numbered
    file for each frame. `FormatError` for an unknown ending, a network the style cannot draw, a picture too
    large, or a place that cannot be written to.
    """
    path, finish = Path(path), finish or Finish()
    numbered = NUMBERED.search(path.name) is not None
    writer = find_writer(path, style, format_name)
    motion = motion or usual_motion(style, writer, numbered=numbered)
    if writer.tabulate is not None and style.table is not None:
        write_bytes(path, writer.tabulate(make_table(subject, style, options)))
        return _untold(subject.project)
    if not motion and writer.write is not None:
        return _write_still(path, make_figure(subject, style, options), writer, finish)
    animation = make_animation(subject, style, options, motion)
    if writer.animate is not None and not numbered:
        write_bytes(path, writer.animate(animation, finish))
    elif writer.write is not None and numbered:
        write_frames(path, animation, writer, finish)
    elif writer.bind is not None:
        write_bytes(path, writer.bind(animation.frames, finish))
    else:
        moving = ", ".join(writer.endings[0] for writer in WRITERS.values() if writer.animate is not None)
        raise FormatError(
            f"{writer.title} does not move: an animation is written as {moving}, or as numbered frames with"
            f" a name such as {path.stem}-%03d{path.suffix}"
        )
    return ""


def _write_still(path: Path, figure: Figure, writer: Writer, finish: Finish) -> str:
    """A figure in one file, or a file a page where the format has no pages; what to know of it."""
    assert writer.write is not None
    if not figure.pages:
        write_bytes(path, writer.write(figure.drawing, finish))
        return figure.note
    if writer.bind is not None:
        write_bytes(path, writer.bind(figure.pages, finish))
        return figure.note
    paths = [
        path,
        *(path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, len(figure.pages) + 1)),
    ]
    _write_all(dict(zip(paths, (writer.write(page, finish) for page in figure.pages), strict=True)))
    return f"{figure.note}: {paths[0].name} to {paths[-1].name}"


def write_frames(path: Path, animation: Animation, writer: Writer, finish: Finish) -> list[Path]:
    """One numbered file a frame, from 1 on; all of them or none. Their names."""
    assert writer.write is not None
    contents = {
        path.with_name(_numbered_name(path.name, number)): writer.write(frame, finish)
        for number, frame in enumerate(animation.frames, 1)
    }
    return _write_all(contents)


def _write_all(contents: Mapping[Path, bytes]) -> list[Path]:
    """All of the files or none; those that are new."""
    made: list[Path] = []
    try:
        for target, data in contents.items():
            fresh = not target.exists()
            write_bytes(target, data)
            if fresh:
                made.append(target)
    except FormatError:
        for target in made:
            target.unlink(missing_ok=True)
        raise
    return made


def _numbered_name(name: str, number: int) -> str:
    return NUMBERED.sub(lambda found: f"{number:{found[1] or '0'}d}", name, count=1)


def make_table(subject: Subject, style: Style, options: Options) -> Table:
    """What a style shows as a table of texts, its layers under the names that the notes give them;
    `FormatError` as for `make_figure`."""
    assert style.table is not None
    problem = problem_of(style, subject.project, subject.analysis, options)
    if problem:
        raise FormatError(problem)
    shown = part_shown(subject, options)
    project, network = shown.project, shown.project.network
    for note in project.figure_notes:
        if note.kind == "label" and note.nodes[0] in network and note.wire is None:
            network = network.rename(note.nodes[0], in_letters(note.text))
    return style.table(replace(project, network=network), shown.analysis, options)


def _untold(project: Project) -> str:
    """Notes that a table of texts cannot carry, in words."""
    left = [note_name(note) for note in project.figure_notes if note.kind != "label" or note.wire is not None]
    return f"a table of texts carries labels alone: without {listed(left)}" if left else ""


def _draw(subject: Subject, style: Style, options: Options, ends: Ends | None = None) -> Drawing:
    def draw(project: Project, analysis: Analysis, chosen: Options) -> Drawing:
        made = style.draw(project, analysis, subject.maps, subject.palette, chosen)
        if ends is None or project is not subject.project:
            return made
        return with_ends(made, ends, project, subject.palette, project.network.nodes)

    if options.opened:
        made = with_group_opened(draw, subject.project, subject.analysis, subject.palette, options)
    else:
        made = draw(subject.project, subject.analysis, options)
    made = replace(made, about=described(subject.project, subject.analysis, style.title))
    made = annotated(made, subject.project, subject.palette)
    if options.font != "inter":
        items = tuple(
            replace(item, font=options.font) if isinstance(item, Text) else item for item in made.items
        )
        made = replace(made, items=items)
    return in_greys(made) if options.greys else made
