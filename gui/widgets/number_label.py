"""A number that can be clicked, or taken with Enter or Space, to learn how it was computed."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

ACTIVATING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
"""Keys that do what a click does."""


class NumberLabel(QLabel):
    """Plain text until `set_active`; then underlined under the mouse and while it has the focus."""

    activated = Signal()
    """The user wants to know more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_active = False
        self.setTextFormat(Qt.TextFormat.PlainText)

    def set_active(self, active: bool) -> None:
        """Whether there is anything to tell."""
        if active != self.is_active:
            self.is_active = active
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus if active else Qt.FocusPolicy.NoFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor if active else Qt.CursorShape.ArrowCursor)
            self._mark()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the press, or the release would go elsewhere."""
        if not self.is_active or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click is a release on the number."""
        inside = self.rect().contains(event.position().toPoint())
        if self.is_active and inside and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space."""
        if self.is_active and event.key() in ACTIVATING:
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        super().enterEvent(event)
        self._mark()

    def leaveEvent(self, event: QEvent) -> None:
        """And no more."""
        super().leaveEvent(event)
        self._mark()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the focus is."""
        super().focusInEvent(event)
        self._mark()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And where it is no more."""
        super().focusOutEvent(event)
        self._mark()

    def _mark(self) -> None:
        face = self.font()
        face.setUnderline(self.is_active and (self.underMouse() or self.hasFocus()))
        self.setFont(face)
