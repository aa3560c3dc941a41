"""A lesson on A4: one step after the other, as a text is set, with figures where there is room for them."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtGui import QTextDocument

from gui.figures.fitting import UNITS_PER_MM
from gui.lessons.handouts.blocks import PrintedStep, Room
from gui.lessons.handouts.forms import Version
from gui.lessons.handouts.sheet import LINE, SIZES, SMALLEST_PX, Sheet
from gui.lessons.handouts.step_figure import Key, StepFigure, step_figure
from gui.lessons.prose import document
from gui.look.theme import Palette
from presets.lesson import Lesson

MARGIN: Final = 68.0
TOP: Final = 60.0
WIDTH: Final = SIZES["a4"].width() - 2 * MARGIN
BOTTOM: Final = SIZES["a4"].height() - 76
FOOT: Final = SIZES["a4"].height() - 52
BODY_PX: Final = 14
TITLE_PX: Final = 19
LESSON_PX: Final = 28
GAP: Final = 10.0
LARGEST_FIGURES: Final = (300.0, 210.0)
ENOUGH: Final = 0.4
"""Of the last page: so much is not saved by smaller figures."""
LARGEST_OWN: Final = 545.0
"""Of the figure that a step has of its own."""
SMALLEST_FIGURE: Final = 150.0
"""Heights in units."""


def a4_pages(lesson: Lesson, steps: Iterable[PrintedStep], version: Version, palette: Palette) -> list[Sheet]:
    """The pages, numbered at their foot; with smaller figures where that saves one."""
    printed = list(steps)
    best: _Flow | None = None
    for largest in LARGEST_FIGURES:
        flow = _Flow(version, palette, largest)
        flow.words(f"**{lesson.title}**", LESSON_PX)
        flow.words(lesson.summary, BODY_PX)
        for step in printed:
            flow.step(step)
        flow.words(f"*Source: {lesson.source}*", SMALLEST_PX)
        if best is None or len(flow.sheets) < len(best.sheets):
            best = flow
        if len(flow.sheets) == 1 or flow.filled > ENOUGH:
            break
    assert best is not None
    for number, sheet in enumerate(best.sheets, start=1):
        told = f"{lesson.title}  ·  {number} / {len(best.sheets)}"
        sheet.put_words(best.typeset(told, SMALLEST_PX), MARGIN, FOOT)
    return best.sheets


class _Flow:
    """Where the text has come to."""

    def __init__(self, version: Version, palette: Palette, largest: float) -> None:
        self._version, self._palette, self._largest = version, palette, largest
        self._seen: set[Key] = set()
        self.sheets = [Sheet(paper="a4")]
        self._y = TOP

    def typeset(self, markdown: str, px: int) -> QTextDocument:
        made = document(markdown, self._palette, px)
        made.setTextWidth(WIDTH)
        return made

    def words(self, markdown: str, px: int) -> None:
        self._put(self.typeset(markdown, px))

    def step(self, step: PrintedStep) -> None:
        title = self.typeset(f"**{step.title}**", TITLE_PX)
        texts = [
            block if isinstance(block, Room) else self.typeset(block.markdown, BODY_PX)
            for block in step.blocks
        ]
        first = next((text.size().height() for text in texts if isinstance(text, QTextDocument)), 0.0)
        self._y += GAP
        self._ask(title.size().height() + GAP + min(first, 200.0))
        self._put(title)
        figure = self._figure(step, self._largest)
        page = self.sheets[-1]
        page.notes = "\n\n".join(filter(None, (page.notes, step.notes)))
        for number, text in enumerate(texts):
            if number >= step.said and figure is not None and figure.drawing.height <= self._left:
                self._draw(figure)
                figure = None
            if isinstance(text, Room):
                self._ask(2 * LINE)
                lines = min(text.lines, int(self._left // LINE))
                self._y = self.sheets[-1].put_lines(lines, MARGIN, self._y, WIDTH) + GAP
            else:
                self._ask(text.size().height())
                self._put(text)
        if figure is not None:
            if self._left >= SMALLEST_FIGURE and figure.drawing.height > self._left:
                figure = self._figure(step, self._left) or figure
            self._ask(figure.drawing.height)
            self._draw(figure)

    def _figure(self, step: PrintedStep, largest: float) -> StepFigure | None:
        """The step's figure, no higher than this, unless it is of what was shown already."""
        return step_figure(
            step.played,
            self._palette,
            WIDTH / UNITS_PER_MM,
            largest / UNITS_PER_MM,
            solved=self._version == "solution",
            own_height_mm=LARGEST_OWN / UNITS_PER_MM if largest == self._largest else 0.0,
            seen=self._seen,
        )

    @property
    def filled(self) -> float:
        """How much of the last page, 0 to 1."""
        return (self._y - TOP) / (BOTTOM - TOP)

    @property
    def _left(self) -> float:
        return BOTTOM - self._y

    def _ask(self, height: float) -> None:
        """Another page, where so much has no room on this one."""
        if height > self._left and self._y > TOP:
            self.sheets.append(Sheet(paper="a4"))
            self._y = TOP

    def _put(self, text: QTextDocument) -> None:
        self._y = self.sheets[-1].put_words(text, MARGIN, self._y) + GAP

    def _draw(self, figure: StepFigure) -> None:
        self._seen.add(figure.key)
        self._y = self.sheets[-1].put_figure(figure.drawing, MARGIN, self._y) + 2 * GAP
