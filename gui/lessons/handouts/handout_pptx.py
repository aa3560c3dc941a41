"""A handout as PowerPoint: text and tables to be edited, figures as native shapes, notes for the speaker."""

import io
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QFont, QTextBlock, QTextCursor, QTextTable

from gui.figures.drawing.item_bounds import moved
from gui.figures.rendering import painter as figure_painter
from gui.figures.writers.pptx import fill_slide
from gui.lessons.handouts.sheet import POINTS, Placed, Sheet
from gui.lessons.prose import document
from gui.look.theme import BASE_PX, Palette

if TYPE_CHECKING:
    from collections.abc import Sequence

EMU: Final = 9525
"""Of one unit: 1/96 inch."""
_BLANK: Final = 6
_DATE: Final = datetime(2000, 1, 1)


def write(title: str, pages: "Sequence[Sheet]", palette: Palette) -> bytes:
    """The file's content."""
    from pptx import Presentation

    figure_painter.start()
    deck: Any = Presentation()
    size = pages[0].size
    deck.slide_width, deck.slide_height = round(size.width() * EMU), round(size.height() * EMU)
    for page in pages:
        _fill(deck.slides.add_slide(deck.slide_layouts[_BLANK]), page, palette)
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = title, "OneByOne", "OneByOne"
    about.created = about.modified = _DATE
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _fill(slide: Any, page: Sheet, palette: Palette) -> None:
    _draw(slide, page)
    for item in page.items:
        if item.words is not None:
            _words(slide, item, palette)
        elif item.figure is None:
            _rule(slide, item, palette)
    if page.notes:
        plain = document(page.notes, palette, BASE_PX).toPlainText()
        slide.notes_slide.notes_text_frame.text = plain


def _draw(slide: Any, page: Sheet) -> None:
    """All figures as one drawing of the slide's size, whose shapes are numbered from the first."""
    placed = [(item, item.figure) for item in page.items if item.figure is not None]
    if placed:
        items = tuple(moved(one, place.x, place.y) for place, figure in placed for one in figure.items)
        first = placed[0][1]
        size = page.size
        whole = replace(first, width=size.width(), height=size.height(), items=items, background=None)
        fill_slide(slide, whole)


def _rule(slide: Any, item: Placed, palette: Palette) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_CONNECTOR

    bottom = item.y + item.height
    ends = (round(value * EMU) for value in (item.x, bottom, item.x + item.width, bottom))
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends).line
    colouring: Any = RGBColor
    line.color.rgb = colouring.from_string(palette.wire.lstrip("#"))
    line.width = round(0.75 * EMU)


def _words(slide: Any, item: Placed, palette: Palette) -> None:
    text = item.words
    assert text is not None
    px = text.defaultFont().pixelSize()
    top, written, shown = item.y, None, set()
    block = text.begin()
    while block.isValid():
        found = QTextCursor(block).currentTable()
        if found is None:
            if written is None:
                written = _box(slide, item.x, top, item.width, item.y + item.height - top)
                paragraph = written.paragraphs[0]
            else:
                paragraph = written.add_paragraph()
            _write(paragraph, block, px, palette)
        elif found.firstPosition() not in shown:
            shown.add(found.firstPosition())
            frame = text.documentLayout().frameBoundingRect(found)
            place = (item.x, item.y + frame.top(), item.width, frame.height())
            _table(slide, found, place, px, palette)
            top, written = item.y + frame.bottom(), None
        block = block.next()


def _box(slide: Any, x: float, y: float, width: float, height: float) -> Any:
    """A text box without margins; its text frame."""
    made = slide.shapes.add_textbox(*(round(value * EMU) for value in (x, y, width, height)))
    frame = made.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _say(
    paragraph: Any, text: str, px: float, colour: str, *, bold: bool = False, italic: bool = False
) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.italic = Pt(px * POINTS), bold, italic
    run.font.name = "Inter"
    colouring: Any = RGBColor
    run.font.color.rgb = colouring.from_string(colour.lstrip("#"))


def _write(paragraph: Any, block: QTextBlock, px: int, palette: Palette) -> None:
    from pptx.util import Pt

    paragraph.space_after = Pt(px * POINTS * 0.6)
    if block.textList() is not None:
        _say(paragraph, "• ", px, palette.text)
    for found in block:  # type: ignore[attr-defined]  # stubs lack it
        piece = found.fragment()
        look = piece.charFormat()
        bold = look.fontWeight() > QFont.Weight.Medium
        for number, line in enumerate(piece.text().split("\N{LINE SEPARATOR}")):
            if number:
                paragraph.add_line_break()
            if line:
                _say(paragraph, line, px, palette.text, bold=bold, italic=look.fontItalic())


def _table(
    slide: Any, found: QTextTable, place: tuple[float, float, float, float], px: int, palette: Palette
) -> None:
    """A native table of the same cells."""
    from pptx.enum.text import PP_ALIGN

    box = (round(value * EMU) for value in place)
    made = slide.shapes.add_table(found.rows(), found.columns(), *box).table
    for row in range(found.rows()):
        made.rows[row].height = round(place[3] / found.rows() * EMU)
        for column in range(found.columns()):
            cell = made.cell(row, column)
            cell.fill.background()
            cell.margin_top = cell.margin_bottom = cell.margin_left = cell.margin_right = round(3 * EMU)
            cursor = found.cellAt(row, column).firstCursorPosition()
            text = cursor.block().text()
            bold = row > 0 and _is_bold(cursor.block())
            colour = palette.secondary if row == 0 else palette.text
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.LEFT if column == 0 else PP_ALIGN.RIGHT
            _say(paragraph, text, px, colour, bold=bold)


def _is_bold(block: QTextBlock) -> bool:
    pieces = [found.fragment() for found in block]  # type: ignore[attr-defined]  # stubs lack it
    return any(piece.charFormat().fontWeight() > QFont.Weight.Medium for piece in pieces)
