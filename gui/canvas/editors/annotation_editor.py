"""Writing titles of groups and frames, and text notes, where they stand."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from gui.canvas.camera import Camera
from gui.widgets.controls.typed import is_undo_to_pass

_LEAST: Final = (200, 32)
_NOTE: Final = (260, 88)


class AnnotationEditor(QPlainTextEdit):
    """Leaving the field takes the words, Esc does not; so does Enter, for notes with Ctrl."""

    def __init__(self, view: Camera) -> None:
        super().__init__(view)
        self._view = view
        self._take: Callable[[str], object] | None = None
        self._one_line = True
        self.setAccessibleName("Title")
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hide()

    def open_title(self, title: str, where: QRectF, take: Callable[[str], object]) -> None:
        """Edit a title that stands at the top left of a part of the scene."""
        self._open(title, where.topLeft(), _LEAST, take, one_line=True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Title")

    def open_note(self, text: str, at: QPointF, take: Callable[[str], object]) -> None:
        """Edit words at a point of the scene."""
        self._open(text, at, _NOTE, take, one_line=False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setAccessibleName("Text of the note")

    def cancel(self) -> None:
        """Close, changing nothing."""
        if self._take is not None:
            self._take = None
            self._leave()

    def commit(self) -> str | None:
        """Take the words; nothing is refused here."""
        self._finish()
        return None

    def event(self, event: QEvent) -> bool:
        """Undo is that of the words while there is something to undo in them, and else the document's."""
        if not self.document().isUndoAvailable() and is_undo_to_pass(event):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif enter and (self._one_line or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self._finish()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._finish()

    def _open(
        self, text: str, at: QPointF, size: tuple[int, int], take: Callable[[str], object], *, one_line: bool
    ) -> None:
        self._take = take
        self._one_line = one_line
        self.setPlainText(text)
        corner = self._view.mapFromScene(at)
        left = min(max(corner.x(), 0), max(self._view.width() - size[0], 0))
        top = min(max(corner.y(), 0), max(self._view.height() - size[1], 0))
        self.setGeometry(QRect(left, top, *size))
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        take, self._take = self._take, None
        if take is not None:
            self._leave()
            words = self.toPlainText()
            take(" ".join(words.split()) if self._one_line else words.rstrip())

    def _leave(self) -> None:
        # Hidden with the focus, it would pass it on as the Tab key does, which means something on the canvas.
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
