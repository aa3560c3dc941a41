"""One big figure of a dashboard: caption, value; exact on hover, copied with Ctrl+C or the context menu."""

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from gui.appearance import font
from gui.theme import BASE_PX, FIGURE_PX, TITLE_PX
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.surface import styled_label


class Figure(QWidget):
    """Shows a value; what is copied is the plain exact number."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exact = ""
        self._plain = ""
        self.caption: QLabel = styled_label(caption, style="caption")
        self.value = ElidedLabel("–")
        self.value.setFont(font(FIGURE_PX, "semibold"))
        self.value.setFixedHeight(FIGURE_PX + 6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.value)

    def show_figure(self, value: str, exact: str, plain: str, caption: str = "") -> None:
        """Show `value`, tell `exact` on hover, copy `plain`."""
        if caption:
            self.caption.setText(caption)
        self.value.setText(value)
        self._fit()
        self._exact, self._plain = exact, plain
        self.setToolTip(exact)
        self.setAccessibleName(f"{self.caption.text()}: {value}")
        self.setAccessibleDescription(exact)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the type size."""
        super().resizeEvent(event)
        self._fit()

    def copy(self) -> None:
        """Put the exact number on the clipboard."""
        QGuiApplication.clipboard().setText(self._plain)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        menu = QMenu(self)
        menu.addAction(f"Copy {self._plain}", self.copy)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the focus is."""
        self._mark(event.reason() != Qt.FocusReason.MouseFocusReason)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And where it is no more."""
        self._mark(False)
        super().focusOutEvent(event)

    def _fit(self) -> None:
        """A long value is written smaller rather than cut."""
        for size in (FIGURE_PX, TITLE_PX + 2, TITLE_PX, BASE_PX):
            self.value.setFont(font(size, "semibold"))
            if self.value.fontMetrics().horizontalAdvance(self.value.text()) <= self.width():
                break

    def _mark(self, focused: bool) -> None:
        face = self.caption.font()
        face.setUnderline(focused)
        self.caption.setFont(face)
