"""One big figure of a dashboard: caption, value; exact on hover, explained on a click, copied with Ctrl+C."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from gui.look.appearance import font
from gui.look.theme import BASE_PX, FIGURE_PX, TITLE_PX
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.number_label import ACTIVATING
from gui.widgets.surface import styled_label


class Figure(QWidget):
    """Shows a value; what is copied is the plain exact number."""

    activated = Signal()
    """The user wants to know how the number was computed."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focused = False
        self._exact = ""
        self._plain = ""
        self.caption: QLabel = styled_label(caption, style="caption")
        self.value = ElidedLabel("–")
        self.value.setFont(font(FIGURE_PX, "semibold"))
        self.value.setFixedHeight(FIGURE_PX + 6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.value)
        self.difference = ElidedLabel("")
        self.difference.setProperty("caption", "true")
        self.difference.hide()
        column.addWidget(self.difference)

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

    def show_difference(self, text: str, exact: str, *, better: bool | None = None) -> None:
        """Tell below the value how it differs from the baseline; nothing for an empty text."""
        self.difference.setText(text)
        self.setToolTip("\n".join(part for part in (self._exact, exact) if part))
        state = "" if better is None else "better" if better else "worse"
        if state != self.difference.property("difference"):
            self.difference.setProperty("difference", state)
            self.difference.style().polish(self.difference)
        self.difference.setVisible(bool(text))
        self.setAccessibleDescription("\n".join(part for part in (self._exact, exact) if part))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the type size."""
        super().resizeEvent(event)
        self._fit()

    def copy(self) -> None:
        """Put the exact number on the clipboard."""
        QGuiApplication.clipboard().setText(self._plain)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies; Enter and Space explain."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in ACTIVATING:
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the press, or the release would go elsewhere."""
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click explains."""
        inside = self.rect().contains(event.position().toPoint())
        if inside and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        super().enterEvent(event)
        self._mark()

    def leaveEvent(self, event: QEvent) -> None:
        """And no more."""
        super().leaveEvent(event)
        self._mark()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        menu = QMenu(self)
        menu.addAction(f"Copy {self._plain}", self.copy)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the focus is."""
        self._focused = event.reason() != Qt.FocusReason.MouseFocusReason
        self._mark()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And where it is no more."""
        self._focused = False
        self._mark()
        super().focusOutEvent(event)

    def _fit(self) -> None:
        """A long value is written smaller rather than cut."""
        for size in (FIGURE_PX, TITLE_PX + 2, TITLE_PX, BASE_PX):
            face = font(size, "semibold")
            face.setUnderline(self._focused or self.underMouse())
            self.value.setFont(face)
            if self.value.fontMetrics().horizontalAdvance(self.value.text()) <= self.width():
                break

    def _mark(self) -> None:
        self._fit()
