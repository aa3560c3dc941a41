"""Draw a digit, or take one that somebody wrote: the pad, its tools, and twenty real digits beside it."""

from typing import Final

import numpy as np
from PIL import Image
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.image.image_source import digits, image_title, is_digit, open_image
from engine.image.sketch import SIDE, is_sketch, read_sketch, sketch_reference
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.photograph.sketch_pad import SketchPad

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
