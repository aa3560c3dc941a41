"""A square to draw on, white on black, with a pen and an eraser."""

from itertools import pairwise
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.image.sketch import SIDE, Ink
from gui.look.appearance import Appearance

_FINER: Final = 4
"""Pixels of the picture on the screen for one of the ink: lines have smooth edges."""

PEN: Final = 5.0
ERASER: Final = 9.0
"""Widths in pixels of the ink."""


class SketchPad(QWidget):
    """Tells of the ink while it is being drawn. Qt makes mouse events of fingers and styluses, too."""

    drawn = Signal(object, int)
    """(the `Ink`, the number of the stroke it belongs to)."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.erases = False
        self._appearance = appearance
        self._picture = QImage(SIDE * _FINER, SIDE * _FINER, QImage.Format.Format_Grayscale8)
        self._picture.fill(0)
        self._last: QPointF | None = None
        self._stroke = 0
        self.setAccessibleName("Draw a digit")
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(96, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def ink(self) -> Ink:
        """What is drawn."""
        side = self._picture.width()
        pixels = np.frombuffer(self._picture.constBits(), np.uint8)
        fine = pixels.reshape(side, self._picture.bytesPerLine())[:, :side]
        parts = fine.reshape(SIDE, _FINER, SIDE, _FINER)
        return np.asarray(np.rint(parts.mean(axis=(1, 3))), dtype=np.uint8)

    def show_ink(self, ink: Ink) -> None:
        """Go on from this drawing."""
        small = QImage(np.ascontiguousarray(ink).tobytes(), SIDE, SIDE, SIDE, QImage.Format.Format_Grayscale8)
        self._picture = small.scaled(
            self._picture.size(), mode=Qt.TransformationMode.SmoothTransformation
        ).convertToFormat(QImage.Format.Format_Grayscale8)
        self.update()

    def clear(self) -> None:
        """Take all ink away."""
        self._picture.fill(0)
        self._stroke += 1
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(196, 196)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._stroke += 1
            self._last = event.position()
            self._draw(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._draw(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._square(), self._picture)
            painter.setPen(QColor(self._appearance.palette.line))
            painter.drawRect(self._square().toAlignedRect().adjusted(0, 0, -1, -1))

    def _square(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _draw(self, to: QPointF) -> None:
        square = self._square()
        scale = self._picture.width() / square.width()
        ends = [(point - square.topLeft()) * scale for point in (self._last or to, to)]
        with QPainter(self._picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = Qt.GlobalColor.black if self.erases else Qt.GlobalColor.white
            width = (ERASER if self.erases else PEN) * _FINER
            round_ends = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.setPen(QPen(colour, width, *round_ends))
            for start, end in pairwise(ends):
                if start == end:
                    painter.drawPoint(end)
                else:
                    painter.drawLine(start, end)
        self._last = to
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.drawn.emit(self.ink, self._stroke)
