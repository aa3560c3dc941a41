"""A lesson on slides: each step one, its text beside its figure or above it; more for much text."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextDocument

from gui.figures.drawing.drawing import Drawing
from gui.figures.fitting import UNITS_PER_MM
from gui.lessons.handouts.blocks import PrintedStep, Room
from gui.lessons.handouts.forms import Version
from gui.lessons.handouts.sheet import LINE, SIZES, SMALLEST_PX, Sheet
from gui.lessons.handouts.step_figure import step_figure
from gui.lessons.prose import document
from gui.look.theme import Palette
from presets.lesson import Lesson

MARGIN: Final = 36.0
TITLE_PX: Final = 26
LARGEST_PX: Final = 20
SPLIT_PX: Final = 14
"""Type of a text that has no room on one slide."""
TOP: Final = 78.0
FOOT: Final = SIZES["slides"].height() - 30
_WIDTH: Final = SIZES["slides"].width() - 2 * MARGIN
_HEIGHT: Final = FOOT - 10 - TOP
WHOLE: Final = QRectF(MARGIN, TOP, _WIDTH, _HEIGHT)
LEFT: Final = QRectF(MARGIN, TOP, 400, _HEIGHT)
RIGHT: Final = QRectF(472, TOP, _WIDTH + MARGIN - 472, _HEIGHT)
ABOVE: Final = QRectF(MARGIN, TOP, _WIDTH, 0.5 * _HEIGHT)
BELOW: Final = QRectF(MARGIN, TOP + 0.52 * _HEIGHT, _WIDTH, 0.48 * _HEIGHT)

Texts = list[QTextDocument | Room]


def slide_pages(
    lesson: Lesson, steps: Iterable[PrintedStep], version: Version, palette: Palette
) -> list[Sheet]:
    """The slides; the number at the foot is the step's."""
    return [sheet for step in steps for sheet in _slides(lesson, step, version, palette)]


def _slides(lesson: Lesson, step: PrintedStep, version: Version, palette: Palette) -> list[Sheet]:
    figure, box, area = _figure(step, version, palette)
    parts = _parts(step, area, palette)
    sheets = []
    for number, part in enumerate(parts):
        sheet = Sheet(paper="slides", notes=step.notes)
        more = f" ({number + 1} of {len(parts)})" if len(parts) > 1 else ""
        sheet.put_words(_typeset(f"**{step.title}**{more}", palette, TITLE_PX, _WIDTH), MARGIN, 28)
        foot = f"{lesson.title}  ·  {step.played.number} / {len(lesson.pages)}"
        if step.played.number == 1:
            foot += f"  ·  Source: {lesson.source}"
        sheet.put_words(_typeset(foot, palette, SMALLEST_PX, _WIDTH), MARGIN, FOOT)
        y = area.top()
        for text in part:
            if isinstance(text, Room):
                lines = max(0, min(text.lines, int((area.bottom() - y) // LINE)))
                y = sheet.put_lines(lines, area.left(), y, area.width()) + LINE / 2
            else:
                y = sheet.put_words(text, area.left(), y) + _gap(text)
        if figure is not None:
            sheet.put_figure(figure, box.left(), box.top())
        sheets.append(sheet)
    return sheets


def _figure(step: PrintedStep, version: Version, palette: Palette) -> tuple[Drawing | None, QRectF, QRectF]:
    """The figure, its box, and what it leaves for the text."""
    for box, area in ((RIGHT, LEFT), (BELOW, ABOVE)):
        width, height = box.width() / UNITS_PER_MM, box.height() / UNITS_PER_MM
        found = step_figure(step.played, palette, width, height, solved=version == "solution")
        if found is not None:
            return found.drawing, box, area
    return None, WHOLE, WHOLE


def _parts(step: PrintedStep, area: QRectF, palette: Palette) -> list[Texts]:
    """The text in the largest type with which it fits; over several slides where none does."""
    for px in range(LARGEST_PX, SMALLEST_PX - 1, -1):
        texts = _texts(step, area, palette, px)
        if sum(map(_height, texts)) <= area.height():
            return [texts]
    parts: list[Texts] = [[]]
    used = 0.0
    for text in _texts(step, area, palette, SPLIT_PX):
        room = area.height() - used
        if parts[-1] and _height(text) > room and not (isinstance(text, Room) and room > 1.5 * LINE):
            parts.append([])
            used = 0.0
        parts[-1].append(text)
        used += _height(text)
    return parts


def _texts(step: PrintedStep, area: QRectF, palette: Palette, px: int) -> Texts:
    return [
        block if isinstance(block, Room) else _typeset(block.markdown, palette, px, area.width())
        for block in step.blocks
    ]


def _height(text: QTextDocument | Room) -> float:
    return LINE * (text.lines + 0.5) if isinstance(text, Room) else text.size().height() + _gap(text)


def _gap(text: QTextDocument) -> float:
    return 0.75 * text.defaultFont().pixelSize()


def _typeset(markdown: str, palette: Palette, px: int, width: float) -> QTextDocument:
    made = document(markdown, palette, px)
    made.setTextWidth(width)
    return made
