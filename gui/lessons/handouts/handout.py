"""A whole lesson on paper: each step with its text, its numbers and a figure, on A4 or on slides, for
students to answer or with the answers.

PDF with type and vector figures; PowerPoint with text, tables and shapes that can be edited, and notes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from engine.errors import FormatError, quoted
from engine.execution.executor import Executor
from engine.formats import write_bytes
from gui.figures.rendering import painter as figure_painter
from gui.lessons.handouts.a4_pages import a4_pages
from gui.lessons.handouts.blocks import printed
from gui.lessons.handouts.forms import HandoutForm, Paper
from gui.lessons.handouts.sheet import Sheet
from gui.lessons.handouts.slide_pages import slide_pages
from gui.look.theme import LIGHT, Palette
from gui.session.jobs import Desk
from presets.checks.playing import Played, play
from presets.lesson import Lesson


def played_through(lesson: Lesson, executor: Executor) -> tuple[Played, ...]:
    """The lesson with every task done. Runs parallel kernels: call it on the compute thread."""
    pages = play(lesson, executor, all_maps=True)
    # The closing page of a lesson without a quiz says nothing new on paper.
    return tuple(page for page in pages if page.step.questions or page.number <= len(lesson.steps))


def sheets(
    lesson: Lesson, played: Iterable[Played], form: HandoutForm, palette: Palette = LIGHT
) -> list[Sheet]:
    """The pages of the handout."""
    figure_painter.start()  # letters are measured
    lay_out = a4_pages if form.paper == "a4" else slide_pages
    return lay_out(lesson, [printed(page, form.version) for page in played], form.version, palette)


def _pdf(title: str, made: list[Sheet], palette: Palette) -> bytes:
    from gui.lessons.handouts.handout_pdf import write

    return write(title, made, palette)


def _pptx(title: str, made: list[Sheet], palette: Palette) -> bytes:
    from gui.lessons.handouts.handout_pptx import write

    return write(title, made, palette)


WRITERS: Final[Mapping[str, Callable[[str, list[Sheet], Palette], bytes]]] = MappingProxyType(
    {".pdf": _pdf, ".pptx": _pptx}
)
USUAL_PAPER: Final[Mapping[str, Paper]] = MappingProxyType({".pdf": "a4", ".pptx": "slides"})
"""By a file's ending, where nobody asks for another."""


def check_ending(path: Path) -> None:
    """`FormatError` for a file that is no handout's."""
    if path.suffix.lower() not in WRITERS:
        raise FormatError(f"{quoted(path.name)} is no handout's name: known endings are {', '.join(WRITERS)}")


def write_handout(
    path: Path,
    lesson: Lesson,
    executor: Executor,
    form: HandoutForm | None = None,
    palette: Palette = LIGHT,
) -> None:
    """Write the lesson as PDF or PPTX, completely or not at all; `FormatError`."""
    check_ending(path)
    ending = path.suffix.lower()
    form = form or HandoutForm(paper=USUAL_PAPER[ending])
    made = sheets(lesson, played_through(lesson, executor), form, palette)
    write_bytes(path, WRITERS[ending](lesson.title, made, palette))


@dataclass(frozen=True, eq=False)
class HandoutJob:
    """Write a handout on the compute thread."""

    lesson: Lesson
    path: Path
    form: HandoutForm

    def work(self, desk: Desk) -> Path:
        """Where it was written."""
        write_handout(self.path, self.lesson, desk.executor, self.form)
        return self.path
