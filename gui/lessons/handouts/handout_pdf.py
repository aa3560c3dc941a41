"""A handout as PDF: type as type, figures as vectors."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QHashSeed, QIODevice, QLineF, QMarginsF, QPointF
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter, QPen

from gui.figures.rendering import painter as figure_painter
from gui.figures.rendering.pdf_dates import undated
from gui.lessons.handouts.sheet import POINTS, Placed, Sheet
from gui.look.theme import Palette

if TYPE_CHECKING:
    from collections.abc import Sequence

RULE: Final = 0.75
"""Width of a line that is written on, in units."""


def write(title: str, pages: "Sequence[Sheet]", palette: Palette) -> bytes:
    """The file's content; the same bytes for the same pages."""
    figure_painter.start()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    size = pages[0].size * POINTS
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
            for item in page.items:
                painter.save()
                _paint(painter, item, palette)
                painter.restore()
    QHashSeed.resetRandomGlobalSeed()
    return undated(bytes(buffer.data().data()))


def _paint(painter: QPainter, item: Placed, palette: Palette) -> None:
    if item.words is not None:
        painter.translate(QPointF(item.x, item.y))
        item.words.drawContents(painter)
    elif item.figure is not None:
        painter.translate(QPointF(item.x, item.y))
        figure_painter.paint(painter, item.figure)
    else:
        painter.setPen(QPen(QColor(palette.wire), RULE))
        bottom = item.y + item.height
        painter.drawLine(QLineF(item.x, bottom, item.x + item.width, bottom))
