"""The line in which a panel's content is searched: a placeholder, and a magnifying glass of the theme."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.look.appearance import Appearance
from gui.widgets.controls.typed import is_undo_to_pass


class SearchField(QLineEdit):
    """What it searches is said in the field, and to assistive tools."""

    def __init__(self, text: str, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(text)
        self.setAccessibleName(text)
        self._appearance = appearance
        self._icon = QAction(self)
        self.addAction(self._icon, QLineEdit.ActionPosition.TrailingPosition)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    def event(self, event: QEvent) -> bool:
        """What is searched for is nobody's work: undo is the document's."""
        return is_undo_to_pass(event) or super().event(event)

    def on_palette_changed(self) -> None:
        """Recolour the magnifying glass."""
        self._icon.setIcon(self._appearance.icon("search"))
