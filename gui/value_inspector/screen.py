"""Drawings on the screen, fast: the window's own fonts kept from one frame to the next."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from gui.figures.drawing.drawing import Drawing, Item, Line, Path, Picture, Rect, Text
from gui.look.appearance import font

_WEIGHTS: Final = {400: "regular", 500: "medium", 600: "semibold"}
_SHARES: Final = {"start": 0.0, "middle": 0.5, "end": 1.0}


def paint_on_screen(painter: QPainter, drawing: Drawing) -> None:
    """Rectangles, lines, pictures and plain text: what lenses are made of."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for item in drawing.items:
        _paint(painter, item)


def _paint(painter: QPainter, item: Item) -> None:
    match item:
        case Rect():
            if item.stroke is None:
                painter.setPen(Qt.PenStyle.NoPen)
            else:
                pen = QPen(QColor(item.stroke), item.stroke_width)
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                if item.dashes:
                    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                    pen.setDashPattern([length / item.stroke_width for length in item.dashes])
                painter.setPen(pen)
            if item.fill is None:
                painter.setBrush(Qt.BrushStyle.NoBrush)
            else:
                colour = QColor(item.fill)
                colour.setAlphaF(item.fill_opacity)
                painter.setBrush(colour)
            box = QRectF(item.x, item.y, item.width, item.height)
            if item.radius:
                painter.drawRoundedRect(box, item.radius, item.radius)
            else:
                painter.drawRect(box)
        case Text():
            face = _font(item.size, item.weight)
            painter.setFont(face)
            painter.setPen(QColor(item.colour))
            shift = _SHARES[item.anchor]
            advance = _advance(item.plain, item.size, item.weight) if shift else 0.0
            painter.drawText(QPointF(item.x - shift * advance, item.y), item.plain)
        case Picture():
            rows, columns = item.pixels.shape[:2]
            image = QImage(item.pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, item.smooth)
            painter.drawImage(QRectF(item.x, item.y, item.width, item.height), image)
        case Path():
            painter.setPen(QPen(QColor(item.stroke or "#000000"), item.stroke_width))
            at = QPointF(*item.start)
            for piece in item.pieces:
                if isinstance(piece, Line):
                    painter.drawLine(at, QPointF(*piece.end))
                at = QPointF(*piece.end)
        case _:
            raise TypeError(f"a lens has no {type(item).__name__}")


@lru_cache(maxsize=64)
def _font(size: float, weight: int) -> QFont:
    return font(round(size), _WEIGHTS[weight])


@lru_cache(maxsize=8192)
def _advance(text: str, size: float, weight: int) -> float:
    return QFontMetricsF(_font(size, weight)).horizontalAdvance(text)
