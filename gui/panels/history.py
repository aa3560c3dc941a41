"""The history: every step since the project was opened; a click goes there."""

from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QUndoStack
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget
from shiboken6 import isValid

from gui.look.appearance import Appearance, font
from gui.look.theme import Palette
from gui.session.document import Document
from gui.widgets.surface import Surface

_AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class HistoryModel(QAbstractListModel):
    """Line 0 is the project as it was opened, line n what the n-th step made of it."""

    def __init__(self, stack: QUndoStack, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._stack = stack
        self._appearance = appearance
        self._lines = stack.count() + 1

    def refresh(self) -> None:
        """Show what the stack holds now."""
        lines = self._stack.count() + 1
        if lines > self._lines:
            self.beginInsertRows(_ROOT, self._lines, lines - 1)
            self._lines = lines
            self.endInsertRows()
        elif lines < self._lines:
            self.beginRemoveRows(_ROOT, lines, self._lines - 1)
            self._lines = lines
            self.endRemoveRows()
        self.dataChanged.emit(self.index(0), self.index(self._lines - 1))

    def rowCount(self, parent: _AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else self._lines

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, now = index.row(), self._stack.index()
        if role == Qt.ItemDataRole.DisplayRole:
            text = self._stack.text(row - 1) if row else "Opened"
            return f"{text} · saved" if row == self._stack.cleanIndex() and row else text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = "now" if row == now else "undone" if row > now else "done"
            return f"{self._stack.text(row - 1) if row else 'Opened'}, {state}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "As it is now" if row == now else f"{'Redo' if row > now else 'Undo'} to here"
        if role == Qt.ItemDataRole.FontRole:
            return font(weight="medium" if row == now else "regular")
        if role == Qt.ItemDataRole.ForegroundRole and row > now:
            return QColor(self._appearance.palette.secondary)
        return None


class HistoryPanel(Surface):
    """Follows the undo stack; arrow keys, Enter and clicks go to a step."""

    def __init__(self, document: Document, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("History", parent)
        self._document = document
        self.model = HistoryModel(document.undo_stack, appearance, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setAccessibleName("History")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setUniformItemSizes(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.list)
        self._following = False
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        document.undo_stack.indexChanged.connect(self.on_stack_changed)
        document.undo_stack.cleanChanged.connect(self.on_stack_changed)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)

    def on_stack_changed(self) -> None:
        """A step was made, undone or redone, or the project was saved."""
        if not isValid(self._document.undo_stack):
            return  # which says so while the window goes down
        self._following = True
        self.model.refresh()
        self.list.setCurrentIndex(self.model.index(self._document.undo_stack.index()))
        self._following = False

    def on_palette_changed(self, palette: Palette) -> None:
        """Recolour."""
        self.list.setStyleSheet(
            "QListView::item { padding: 4px; border-radius: 4px; }"
            f"QListView::item:hover {{ background: {palette.hover}; }}"
            f"QListView::item:selected {{ background: {palette.selected}; color: {palette.text}; }}"
        )
        self.on_stack_changed()

    def _on_current_changed(self, current: QModelIndex) -> None:
        if not self._following and current.isValid():
            self._document.go_to(current.row())
