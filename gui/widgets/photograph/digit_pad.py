"""Draw a digit, or take one that somebody wrote: the pad, its tools, and twenty real digits beside it."""

from itertools import pairwise
from typing import Final

import numpy as np
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.image.image_source import digits, image_title, is_digit, open_image
from engine.image.sketch import SIDE, Ink, is_sketch, read_sketch, sketch_reference
from gui.look.appearance import Appearance
from gui.look.theme import GRID

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


_COLUMNS: Final = 4
_DIGIT: Final = 28


class DigitPad(QWidget):
    """Reports references of what is to be looked at; shows what it is told is looked at."""

    drawn = Signal(str, str)
    """(the reference of the drawing, the stroke it belongs to)."""
    chosen = Signal(str)
    """The reference of a digit."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.pad = SketchPad(appearance)
        self.pad.drawn.connect(self._on_drawn)
        self.pen, self.eraser = _tool("Pen", checkable=True), _tool("Eraser", checkable=True)
        self.clear = _tool("Clear", checkable=False)
        self.pen.setChecked(True)
        tools = QButtonGroup(self)
        tools.addButton(self.pen)
        tools.addButton(self.eraser)
        self.eraser.toggled.connect(self._on_eraser_toggled)
        self.clear.clicked.connect(self.pad.clear)
        grid = QGridLayout()
        grid.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for place, reference in enumerate(digits()):
            picture = self.buttons[reference] = _digit_button(reference)
            picture.clicked.connect(lambda _=False, reference=reference: self.chosen.emit(reference))
            grid.addWidget(picture, place // _COLUMNS, place % _COLUMNS)
        grid.setRowStretch(len(self.buttons) // _COLUMNS, 1)
        above = QHBoxLayout()
        above.setSpacing(2)
        for button in (self.pen, self.eraser, self.clear):
            above.addWidget(button)
        above.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.pad, 1)
        below.addLayout(grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(above)
        column.addLayout(below, 1)

    def show_image(self, reference: str) -> None:
        """Go on from this drawing or digit; anything else leaves an empty pad."""
        if reference == self._shown:
            return
        self._shown = reference
        ink = np.zeros((SIDE, SIDE), np.uint8)
        if is_sketch(reference):
            ink = read_sketch(reference)
        elif is_digit(reference):
            digit = Image.fromarray(np.asarray(open_image(reference))[:, :, 0])
            ink = np.asarray(digit.resize((SIDE, SIDE), Image.Resampling.BICUBIC), dtype=np.uint8)
        self.pad.show_ink(ink)

    def _on_drawn(self, ink: object, stroke: int) -> None:
        self._shown = sketch_reference(ink)  # type: ignore[arg-type]  # what the signal carries
        self.drawn.emit(self._shown, f"stroke {stroke}")

    def _on_eraser_toggled(self, on: bool) -> None:
        self.pad.erases = on


def _tool(text: str, *, checkable: bool) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(text)
    button.setStyleSheet("QToolButton { padding: 2px 5px; }")
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setCheckable(checkable)
    return button


def _digit_button(reference: str) -> QToolButton:
    pixels = np.ascontiguousarray(np.asarray(open_image(reference)))
    side = pixels.shape[0]
    picture = QImage(pixels.tobytes(), side, side, 3 * side, QImage.Format.Format_RGB888)
    button = QToolButton()
    button.setIcon(QIcon(QPixmap.fromImage(picture)))
    button.setIconSize(QSize(_DIGIT, _DIGIT))
    button.setStyleSheet("QToolButton { padding: 0px; border: none; }")
    button.setToolTip(f"A handwritten {image_title(reference).split()[1][0]} that the training did not see")
    button.setAccessibleName(image_title(reference))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
