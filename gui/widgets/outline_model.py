"""The network as a tree: groups are branches, in the order of computation. It mirrors the canvas."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QIcon

from engine.analysis.analyze import Analysis
from engine.layout.repeats import repeat_count
from engine.model.project import Project
from engine.shapes import count_text, shape_text
from gui.look.appearance import Appearance, icon_pixmap, layer_icon
from gui.words.literal import literal

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_GROUP_ICON: Final = "layers"


class OutlineModel(QAbstractItemModel):
    """Rows by node and group id. It changes nothing: what is typed goes out as `rename_asked`."""

    rename_asked = Signal(str, str)
    """A node's or group's id, and what it is to be called."""

    def __init__(self, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._project = Project()
        self._analysis = Analysis()
        self._words: tuple[str, ...] = ()
        self._children: dict[str, list[str]] = {"": []}
        self._place: dict[str, tuple[str, int]] = {}
        self._ids: list[str] = []
        self._number: dict[str, int] = {}

    def show(self, project: Project, analysis: Analysis) -> bool:
        """Show another project; whether rows came, went or moved (then views have to find their way anew)."""
        self._project, self._analysis = project, analysis
        children = self._found()
        if children == self._children:
            for ids in children.values():
                if ids:
                    self.dataChanged.emit(self.index_of(ids[0]), self.index_of(ids[-1]))
            return False
        self.beginResetModel()
        self._children = children
        self._place = {
            node_id: (parent, row) for parent, ids in children.items() for row, node_id in enumerate(ids)
        }
        self._ids = list(self._place)
        self._number = {node_id: number for number, node_id in enumerate(self._ids)}
        self.endResetModel()
        return True

    def search(self, text: str) -> None:
        """Show only what holds all these words in its caption, kind or id, and the groups around it."""
        self._words = tuple(text.casefold().replace("x", "×").split())
        self.show(self._project, self._analysis)

    @property
    def is_searching(self) -> bool:
        """Whether rows are left out."""
        return bool(self._words)

    def id_at(self, index: AnyIndex) -> str:
        """The node or group of a row; empty for none."""
        return self._ids[index.internalId()] if index.isValid() else ""

    def index_of(self, item_id: str) -> QModelIndex:
        """The row of a node or group; an invalid one where it is not shown."""
        if item_id not in self._place:
            return QModelIndex()
        return self.createIndex(self._place[item_id][1], 0, self._number[item_id])

    def shown(self, parent: str = "") -> Sequence[str]:
        """What lies in a group, or at the top, in order."""
        return self._children.get(parent, ())

    def index(self, row: int, column: int, parent: AnyIndex = _ROOT) -> QModelIndex:
        ids = self._children.get(self.id_at(parent), [])
        if column or not 0 <= row < len(ids):
            return QModelIndex()
        return self.createIndex(row, 0, self._number[ids[row]])

    def parent(self, index: AnyIndex) -> QModelIndex:  # type: ignore[override]  # Qt has another one of this name
        parent = self._place[self.id_at(index)][0] if index.isValid() else ""
        return self.index_of(parent) if parent else QModelIndex()

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return len(self._children.get(self.id_at(parent), ()))

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 1

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item_id = self.id_at(index)
        if not item_id:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._label(item_id)
        if role == Qt.ItemDataRole.EditRole:
            groups, network = self._project.groups, self._project.network
            return groups[item_id].title if item_id in groups else network[item_id].label
        if role == Qt.ItemDataRole.DecorationRole:
            return _icon(self._icon_name(item_id), self._appearance.palette.secondary)
        if role == Qt.ItemDataRole.ForegroundRole and self._problems(item_id):
            return QColor(self._appearance.palette.warning)
        if role == Qt.ItemDataRole.ToolTipRole:
            return literal("\n".join([f"{self._label(item_id)}   {item_id}", *self._problems(item_id)[:1]]))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(item_id)
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role == Qt.ItemDataRole.EditRole and index.isValid():
            self.rename_asked.emit(self.id_at(index), str(value))
        return False

    def _found(self) -> dict[str, list[str]]:
        """What lies in each group, as far as it is searched for."""
        network, groups = self._project.network, self._project.groups
        children: dict[str, list[str]] = {"": []}
        seen: set[str] = set()
        for node_id in network.order:
            if self._words and not self._matches(node_id):
                continue
            for group_id in reversed(groups.around(groups.home(node_id))):
                if group_id not in seen:
                    seen.add(group_id)
                    children.setdefault(groups[group_id].parent, []).append(group_id)
            children.setdefault(groups.home(node_id), []).append(node_id)
        return children

    def _matches(self, node_id: str) -> bool:
        node, groups = self._project.network[node_id], self._project.groups
        titles = " ".join(groups[group_id].label for group_id in groups.around(groups.home(node_id)))
        text = f"{node.label} {node.layer.label} {node.layer.kind} {node_id} {titles}"
        text = text.casefold().replace("x", "×")
        return all(word in text for word in self._words)

    def _label(self, item_id: str) -> str:
        groups = self._project.groups
        if item_id not in groups:
            return self._project.network[item_id].label
        count = repeat_count(self._project.network, groups, item_id)
        return groups[item_id].label + (f" ×{count}" if count > 1 else "")

    def _icon_name(self, item_id: str) -> str:
        if item_id in self._project.groups:
            return _GROUP_ICON
        return layer_icon(self._project.network[item_id].shown_layer)

    def _problems(self, item_id: str) -> list[str]:
        groups, layers = self._project.groups, self._analysis.layers
        nodes = groups.nodes(item_id) if item_id in groups else (item_id,)
        return [problem.message for node in nodes for problem in layers[node].problems]

    def _spoken(self, item_id: str) -> str:
        """What a screen reader says: what it is, what comes out, and what is wrong."""
        groups = self._project.groups
        if item_id in groups:
            group = groups[item_id]
            state = "collapsed" if group.collapsed else "expanded"
            words = [f"Group {self._label(item_id)}", count_text(len(groups.nodes(item_id)), "layer"), state]
        else:
            shape = self._analysis.layers[item_id].output_shape
            words = [self._label(item_id)] + ([f"output {shape_text(shape)}"] if shape else [])
        return ", ".join([*words, *self._problems(item_id)[:1]])


@lru_cache(maxsize=64)
def _icon(name: str, colour: str) -> QIcon:
    icon = QIcon()
    for ratio in (1.0, 2.0):
        icon.addPixmap(icon_pixmap(name, colour, 16, ratio))
    return icon
