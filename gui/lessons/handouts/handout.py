"""A whole lesson on paper: one page a step with its title, its text, its numbers and a figure.

PDF with type and vector figures; PowerPoint with text boxes and tables that can be edited.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from engine.errors import FormatError, quoted
from engine.execution.executor import Executor
from engine.formats import write_bytes
from engine.image.image_source import open_image
from gui.figures.drawing.drawing import Drawing
from gui.figures.figure import make_figure
from gui.lessons.handouts.figure_job import FigureOrder
from gui.lessons.prose import table
from gui.look.theme import LIGHT, Palette
from gui.session.jobs import Desk
from presets.checks.playing import Played, play
from presets.lesson import Lesson, Picture, filled, numbers

CANVAS: Final = Picture(style="flow")
"""The figure of a step that has none of its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Page:
    """One step as it is printed."""

    title: str
    markdown: str
    """Text, question and answer, task and outcome, and the table, one after another."""
    figure: Drawing
    foot: str


def pages(lesson: Lesson, executor: Executor, palette: Palette = LIGHT) -> Iterator[Page]:
    """The lesson page by page, every task done. Runs parallel kernels: call it on the compute thread."""
    for played in play(lesson, executor, all_maps=True):
        if not played.step.questions and played.number > len(lesson.steps):
            continue  # the closing page of a lesson without a quiz says nothing new on paper
        yield Page(
            title=played.step.title,
            markdown=_markdown(lesson, played),
            figure=_figure(played, palette),
            foot=f"{lesson.title}  ·  {played.number} / {len(lesson.pages)}",
        )


def _markdown(lesson: Lesson, played: Played) -> str:
    step, known = played.step, numbers(played.step, played.after)
    parts = [filled(step.text.strip(), known)]
    for asked in step.questions:
        parts.append(f"**{filled(asked.question, known)}** {filled(asked.choices[asked.right], known)}.")
        parts.append(filled(asked.reveal.strip(), known))
    if step.comparison is not None:
        parts.append(table(step.comparison, known))
    if step.task is not None:
        parts.append(f"→ *{filled(step.task.text, known)}*")
        parts.append(filled(step.outcome.strip(), known))
    if played.number == len(lesson.steps):
        parts.append(f"*Source: {lesson.source}*")
    return "\n\n".join(part for part in parts if part)


def _figure(played: Played, palette: Palette) -> Drawing:
    """The step's figure of the network as its task leaves it."""
    state, wanted = played.after, played.step.figure or CANVAS
    caption = filled(wanted.caption, numbers(played.step, state))
    order = FigureOrder(
        picture=wanted, caption=caption, project=state.project, analysis=state.analysis, palette=palette
    )
    subject, style, options = order.prepared(open_image(state.project.image), state.maps)
    return make_figure(subject, style, options).drawing


def _pdf(title: str, made: list[Page], palette: Palette) -> bytes:
    from gui.lessons.handouts.handout_pdf import write

    return write(title, made, palette)


def _pptx(title: str, made: list[Page], palette: Palette) -> bytes:
    from gui.lessons.handouts.handout_pptx import write

    return write(title, made, palette)


WRITERS: Final[Mapping[str, Callable[[str, list[Page], Palette], bytes]]] = MappingProxyType(
    {".pdf": _pdf, ".pptx": _pptx}
)
KINDS: Final = "PDF (*.pdf);;PowerPoint (*.pptx)"


def check_ending(path: Path) -> None:
    """`FormatError` for a file that is no handout's."""
    if path.suffix.lower() not in WRITERS:
        raise FormatError(f"{quoted(path.name)} is no handout's name: known endings are {', '.join(WRITERS)}")


def write_handout(path: Path, lesson: Lesson, executor: Executor, palette: Palette = LIGHT) -> None:
    """Write the lesson as PDF or PPTX, completely or not at all; `FormatError`."""
    check_ending(path)
    made = list(pages(lesson, executor, palette))
    write_bytes(path, WRITERS[path.suffix.lower()](lesson.title, made, palette))


@dataclass(frozen=True, eq=False)
class HandoutJob:
    """Write a handout on the compute thread."""

    lesson: Lesson
    path: Path

    def work(self, desk: Desk) -> Path:
        """Where it was written."""
        write_handout(self.path, self.lesson, desk.executor)
        return self.path
