"""The shortcut sheet: all keys and movements of the mouse, found by typing."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.help.shortcut_table import Shortcut
from gui.look.appearance import font
from gui.look.screen import give_size
from gui.look.theme import GRID


class ShortcutSheet(QDialog):
    """A window of its own that stays open beside the work; Esc closes it."""

    def __init__(self, lines: Sequence[Shortcut], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and mouse")
        give_size(self, 640, 640)
        self._lines = lines
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search, such as zoom or Ctrl+D")
        self.search.setAccessibleName("Search shortcuts")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Shortcuts")
        self.tree.header().setAccessibleName("Columns of the table")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(GRID)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        self.tree.setWordWrap(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.setStyleSheet("QTreeView::item { padding: 3px 4px; }")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.search)
        column.addWidget(self.tree)
        self._items = [(line, self._item(line)) for line in lines]
        self.tree.expandAll()
        self.search.setFocus()

    @property
    def shown(self) -> list[Shortcut]:
        """The lines that the search has found."""
        return [line for line, item in self._items if not item.isHidden()]

    def _item(self, line: Shortcut) -> QTreeWidgetItem:
        words = line.text if not line.about else f"{line.text}: {line.about[:1].lower()}{line.about[1:]}"
        item = QTreeWidgetItem(self._group(line.group), [line.keys, words])
        item.setFont(0, font(weight="medium"))
        item.setToolTip(1, words)
        return item

    def _group(self, name: str) -> QTreeWidgetItem:
        found = self.tree.findItems(name, Qt.MatchFlag.MatchExactly, 0)
        for item in found:
            if item.parent() is None:
                return item
        made = QTreeWidgetItem(self.tree, [name])
        made.setFirstColumnSpanned(True)
        heading = QFont(font(weight="semibold"))
        made.setFont(0, heading)
        made.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return made

    def _filter(self, words: str) -> None:
        for line, item in self._items:
            item.setHidden(not line.matches(words))
        for place in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(place)
            assert group is not None
            inner = [group.child(at) for at in range(group.childCount())]
            group.setHidden(all(item is None or item.isHidden() for item in inner))
