"""The outline: the network as a tree beside the canvas, for the keyboard and for those who cannot see it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QVBoxLayout, QWidget

from engine.layout.expand_collapse import collapse, expand
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.session.document import Document
from gui.session.selection import Selection
from gui.widgets.controls.search_field import SearchField
from gui.widgets.outline_model import OutlineModel
from gui.widgets.surface import MARGIN, Surface, styled_label

_WALKING: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
_SELECT: Final = QItemSelectionModel.SelectionFlag.ClearAndSelect


class OutlinePanel(Surface):
    """Rows follow the selection and lead it; branches open and close with the groups on the canvas."""

    revealed = Signal()
    """What is selected was chosen here: the canvas should show it."""

    def __init__(
        self, document: Document, selection: Selection, appearance: Appearance, parent: QWidget | None = None
    ) -> None:
        super().__init__("Outline", parent)
        self._document = document
        self._selection = selection
        self._following = False
        self._is_old = True
        self.model = OutlineModel(appearance, self)
        self.search = SearchField("Search the network", appearance)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setAccessibleName("Outline of the network")
        self.tree.header().setAccessibleName("Columns of the outline")
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(16)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.tree.setStyleSheet("QTreeView::item { padding: 3px 0; }")
        self.nothing = styled_label(style="secondary", wrap=True)
        self.nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, 0, 0)
        column.setSpacing(GRID)
        top = QVBoxLayout()
        top.setContentsMargins(0, 0, MARGIN, 0)
        top.addWidget(self.search)
        top.addWidget(self.nothing)
        column.addLayout(top)
        column.addWidget(self.tree, 1)

        self.search.textChanged.connect(self.on_text_changed)
        self.search.installEventFilter(self)
        self.tree.installEventFilter(self)
        self.tree.selectionModel().selectionChanged.connect(self.on_rows_selected)
        self.tree.expanded.connect(self.on_expanded)
        self.tree.collapsed.connect(self.on_collapsed)
        self.tree.clicked.connect(lambda _: self.revealed.emit())
        self.model.rename_asked.connect(self.on_rename_asked)
        document.project_changed.connect(self.on_project_changed)
        selection.selection_changed.connect(self.on_selection_changed)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    # What changed elsewhere

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Show the new project, when it can be seen."""
        if before.network is not after.network or before.groups is not after.groups:
            self._is_old = True
            self._refresh()

    def on_selection_changed(self, ids: frozenset[str]) -> None:
        """Mark the rows of what is selected."""
        if not self._following and not self._is_old:
            self._follow(self._mark)

    def on_palette_changed(self) -> None:
        """Recolour the icons of the tree."""
        self.tree.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    # What is done here

    def on_text_changed(self, text: str) -> None:
        """Show only what is searched for."""
        self.model.search(text)
        self._follow(self._open_branches)
        self._follow(self._mark)
        self.nothing.setText(f"No layer of the network is called “{text.strip()}”.")
        self.nothing.setVisible(self.model.is_searching and not self.model.rowCount())

    def on_rows_selected(self, _now: QItemSelection, _before: QItemSelection) -> None:
        """Select on the canvas what is selected here."""
        if self._following:
            return
        chosen = {self.model.id_at(index) for index in self.tree.selectionModel().selectedRows()}
        self._follow(lambda: self._selection.select(chosen))
        self.revealed.emit()

    def on_expanded(self, index: QModelIndex) -> None:
        """Open the group on the canvas too."""
        self._set_collapsed(index, False)

    def on_collapsed(self, index: QModelIndex) -> None:
        """Close the group on the canvas too."""
        self._set_collapsed(index, True)

    def on_rename_asked(self, item_id: str, name: str) -> None:
        """Call a layer or group something else."""
        if item_id in self._document.project.groups:
            self._document.edit("Rename group", lambda project: project.rename_group(item_id, name))
            return
        layer = self._document.project.network[item_id].layer
        wanted = "" if name.strip() == layer.label else name
        self._document.edit("Rename", lambda project: project.rename(item_id, wanted))

    def delete_selected(self) -> None:
        """Delete what is selected; chains heal."""
        network = self._document.project.network
        ids = [node for node in network.nodes if node in self._selection.ids]
        if ids:
            what = network[ids[0]].label if len(ids) == 1 else f"{len(ids)} layers"
            self._document.edit(f"Delete {what}", lambda project: project.remove(*ids))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete in the tree; arrows and Enter in the search field go to the tree, Esc clears."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if watched is self.tree and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_F2):
                event.accept()
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.tree and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.delete_selected()
                return True
            if watched is self.search:
                return self._search_key(event)
        return False

    def _search_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.model.rowCount():
            self.tree.setFocus(Qt.FocusReason.TabFocusReason)
            self.tree.setCurrentIndex(self._first_layer())
            return True
        return False

    def _first_layer(self) -> QModelIndex:
        """The first row that is no group, when searching; else the first row."""
        index = self.model.index(0, 0)
        while self.model.is_searching and self.model.rowCount(index):
            index = self.model.index(0, 0, index)
        return index

    def _set_collapsed(self, index: QModelIndex, collapsed: bool) -> None:
        group_id = self.model.id_at(index)
        if self._following or group_id not in self._document.project.groups or self.model.is_searching:
            return
        change = collapse if collapsed else expand
        label = self._document.project.groups[group_id].label
        text = f"{'Collapse' if collapsed else 'Expand'} {label}"
        if self._document.project.groups[group_id].collapsed != collapsed:
            self._document.edit(text, lambda project: change(project, group_id))

    # Following

    def _refresh(self) -> None:
        if self._is_old and self.isVisible():
            self._is_old = False
            self._follow(lambda: self.model.show(self._document.project, self._document.analysis))
            self._follow(self._open_branches)
            self._follow(self._mark)

    def _open_branches(self) -> None:
        groups = self._document.project.groups
        for group_id in groups:
            index = self.model.index_of(group_id)
            if index.isValid():
                self.tree.setExpanded(index, self.model.is_searching or not groups[group_id].collapsed)

    def _mark(self) -> None:
        """Select the rows of what is selected: a group's where all of it is."""
        groups, ids = self._document.project.groups, self._selection.ids
        whole = [group for group in groups if ids and ids.issuperset(groups.nodes(group))]
        covered = {node_id for one in whole for node_id in groups.nodes(one)}
        rows = [one for one in whole if groups[one].parent not in whole] + sorted(ids - covered)
        marked = QItemSelection()
        for row in rows:
            index = self.model.index_of(row)
            if index.isValid():
                marked.select(index, index)
        self.tree.selectionModel().select(marked, _SELECT)
        # The view opens every branch on the way to its current row: of closed ones the branch is current.
        if len(rows) == 1:
            shown = rows[0] if self.model.is_searching else groups.card(rows[0])
            index = self.model.index_of(shown)
            self.tree.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.tree.scrollTo(index)

    def _follow(self, change: Callable[[], object]) -> None:
        """Do what is not to be taken for something the user did."""
        before, self._following = self._following, True
        try:
            change()
        finally:
            self._following = before
