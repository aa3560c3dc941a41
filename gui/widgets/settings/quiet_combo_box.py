"""A combo box that the wheel turns only while it has the focus, and that can show that values differ."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QSignalBlocker, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from gui.widgets.settings.number_box import MIXED_TEXT

_BESIDE: Final = 2
"""Pixels between the text and the edges of its field, as styles have them."""


class QuietComboBox(QComboBox):
    """One of several texts; `activated` tells what the user chose."""

    def __init__(self, name: str, choices: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItems(list(choices))
        self.setAccessibleName(name)
        self.view().setAccessibleName(f"{name}: choices")
        self.setPlaceholderText(MIXED_TEXT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_choice(self, text: str | None) -> None:
        """Show this text, without telling anybody; None is shown as —."""
        with QSignalBlocker(self):
            self.setCurrentIndex(-1 if text is None else self.findText(text))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn where the box has the focus; else the form scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box, a text that ends in … where it is too long, and the ▾ that a style sheet takes away."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        if self.currentIndex() < 0:
            option.currentText = self.placeholderText()
        part = QStyle.SubControl.SC_ComboBoxEditField
        field = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        room = field.width() - 2 * _BESIDE
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room
        )
        with QPainter(self) as painter:
            self.style().drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option, painter, self)
            self.style().drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, self)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            place = QRect(self.width() - 20, 0, 14, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "▾")
