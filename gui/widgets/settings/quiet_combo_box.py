"""A combo box that the wheel turns only while it has the focus, and that can show that values differ."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSignalBlocker, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from gui.widgets.settings.number_box import MIXED_TEXT


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
        """The box, and the ▾ that a style sheet takes away from it."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            place = QRect(self.width() - 20, 0, 14, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "▾")
