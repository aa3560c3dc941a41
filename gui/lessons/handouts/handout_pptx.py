"""A handout as PowerPoint: a slide a step, its text and table to be edited, its figure as a picture."""

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from PIL import Image
from PySide6.QtGui import QFont, QTextBlock, QTextCursor, QTextTable

from gui.figures.rendering import painter as figure_painter
from gui.lessons.handouts import handout_pdf as layout
from gui.look.theme import Palette

if TYPE_CHECKING:
    from gui.lessons.handouts.handout import Page

EMU: Final = 9525
"""Of one unit: 1/96 inch."""
POINTS: Final = 0.75
PICTURE_SCALE: Final = 2.5
MOST_PIXELS: Final = 4000
"""Of a picture's longer side."""
_BLANK: Final = 6
_DATE: Final = datetime(2000, 1, 1)


def write(title: str, pages: "list[Page]", palette: Palette) -> bytes:
    """The file's content."""
    from pptx import Presentation

    figure_painter.start()
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = round(layout.WIDTH * EMU), round(layout.HEIGHT * EMU)
    for page in pages:
        _fill(deck.slides.add_slide(deck.slide_layouts[_BLANK]), page, palette)
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = title, "OneByOne", "OneByOne"
    about.created = about.modified = _DATE
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _fill(slide: Any, page: "Page", palette: Palette) -> None:
    heading = _box(slide, layout.MARGIN, 24, layout.WIDTH - 2 * layout.MARGIN, 48)
    _say(heading.paragraphs[0], page.title, layout.TITLE_PX, palette.text, bold=True)
    foot = _box(slide, layout.MARGIN, layout.HEIGHT - 36, layout.WIDTH - 2 * layout.MARGIN, 24)
    _say(foot.paragraphs[0], page.foot, layout.FOOT_PX, palette.secondary)
    _picture(slide, page)
    area = layout.TEXT
    text = layout.fitted(page.markdown, palette, area.width(), area.height())
    px = text.defaultFont().pixelSize()
    top, written, shown = area.top(), None, set()
    block = text.begin()
    while block.isValid():
        found = QTextCursor(block).currentTable()
        if found is None:
            if written is None:
                written = _box(slide, area.left(), top, area.width(), area.bottom() - top)
                paragraph = written.paragraphs[0]
            else:
                paragraph = written.add_paragraph()
            _write(paragraph, block, px, palette)
        elif found.firstPosition() not in shown:
            shown.add(found.firstPosition())
            at = area.top() + text.documentLayout().frameBoundingRect(found).top()
            height = text.documentLayout().frameBoundingRect(found).height()
            _table(slide, found, (area.left(), at, area.width(), height), px, palette)
            top, written = at + height, None
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
        _say(paragraph, piece.text(), px, palette.text, bold=bold, italic=look.fontItalic())


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


def _picture(slide: Any, page: "Page") -> None:
    """The figure, sharp on a large screen."""
    figure, area = page.figure, layout.FIGURE
    scale = min(area.width() / figure.width, area.height() / figure.height, 1.5)
    sharp = min(PICTURE_SCALE * scale, MOST_PIXELS / max(figure.width, figure.height))
    pixels = figure_painter.raster(figure, sharp)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    width, height = figure.width * scale, figure.height * scale
    x = area.left() + (area.width() - width) / 2
    box = (round(value * EMU) for value in (x, area.top(), width, height))
    slide.shapes.add_picture(io.BytesIO(out.getvalue()), *box)
