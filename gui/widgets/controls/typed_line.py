"""A line of text that belongs to the document: entered by Enter or on leaving it, taken back by Esc."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.widgets.controls.typed import asks_for, is_undo_to_pass, means_undo


class TypedLine(QLineEdit):
    """Shows a text, and says what the user wants it to be."""

    text_entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.editingFinished.connect(self.commit)

    def show_text(self, text: str) -> None:
        """Show this, without telling anybody; what was typed is gone."""
        self._shown = text
        if self.text() != text:
            self.setText(text)

    def commit(self) -> str | None:
        """Say what was typed, if anything was."""
        if self.text() != self._shown:
            self._shown = self.text()
            self.text_entered.emit(self._shown)
        return None

    def take_back(self) -> None:
        """Show again what the document says."""
        self.setText(self._shown)

    def event(self, event: QEvent) -> bool:
        """Esc is this field's while something is typed; undo and redo are never."""
        if is_undo_to_pass(event):
            return True
        if asks_for(event, Qt.Key.Key_Escape) and self.text() != self._shown:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo arrives here where the document has nothing to undo."""
        if means_undo(event) or (event.key() == Qt.Key.Key_Escape and self.text() != self._shown):
            self.take_back()
        else:
            super().keyPressEvent(event)
