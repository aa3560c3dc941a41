"""A handout as PDF: 16:9 pages, text at the left, the figure at the right."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QHashSeed, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter, QTextDocument

from gui.figures.rendering import painter as figure_painter
from gui.figures.rendering.pdf_dates import undated
from gui.lessons.prose import document
from gui.look.appearance import font
from gui.look.theme import Palette

if TYPE_CHECKING:
    from gui.lessons.handouts.handout import Page

WIDTH: Final = 960.0
HEIGHT: Final = 540.0
"""A page in units of 1/96 inch: PowerPoint's 16:9 slide."""
MARGIN: Final = 36.0
TITLE_PX: Final = 26
FOOT_PX: Final = 9
TEXT: Final = QRectF(MARGIN, 84, 400, HEIGHT - 84 - 44)
FIGURE: Final = QRectF(472, 84, WIDTH - 472 - MARGIN, HEIGHT - 84 - 44)
LARGEST_PX: Final = 15
SMALLEST_PX: Final = 7


def write(title: str, pages: "list[Page]", palette: Palette) -> bytes:
    """The file's content; the same bytes for the same pages."""
    figure_painter.start()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    size = QSizeF(WIDTH * 0.75, HEIGHT * 0.75)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "page", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(title)
    writer.setCreator("OneByOne")
    writer.setResolution(9600)  # as for figures: a fine grid keeps the letters' spacing
    QHashSeed.setDeterministicGlobalSeed()
    with QPainter(writer) as painter:
        painter.scale(100, 100)
        for number, page in enumerate(pages):
            if number:
                writer.newPage()
            _paint(painter, page, palette)
    QHashSeed.resetRandomGlobalSeed()
    return undated(bytes(buffer.data().data()))


def _paint(painter: QPainter, page: "Page", palette: Palette) -> None:
    painter.setPen(QColor(palette.text))
    painter.setFont(font(TITLE_PX, "semibold"))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(MARGIN, 24, WIDTH - 2 * MARGIN, 48), left, page.title)
    painter.setPen(QColor(palette.secondary))
    painter.setFont(font(FOOT_PX))
    painter.drawText(QRectF(MARGIN, HEIGHT - 32, WIDTH - 2 * MARGIN, 16), left, page.foot)
    text = fitted(page.markdown, palette, TEXT.width(), TEXT.height())
    painter.save()
    painter.translate(TEXT.topLeft())
    text.drawContents(painter)
    painter.restore()
    figure = page.figure
    scale = min(FIGURE.width() / figure.width, FIGURE.height() / figure.height, 1.5)
    painter.save()
    painter.translate(FIGURE.left() + (FIGURE.width() - figure.width * scale) / 2, FIGURE.top())
    painter.scale(scale, scale)
    figure_painter.paint(painter, figure)
    painter.restore()


def fitted(markdown: str, palette: Palette, width: float, height: float) -> QTextDocument:
    """The text at the largest type with which it fits the box."""
    for px in range(LARGEST_PX, SMALLEST_PX, -1):
        made = document(markdown, palette, px)
        made.setTextWidth(width)
        if made.size().height() <= height:
            return made
    return made
