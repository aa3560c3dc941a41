"""The table of all presets: what part of them is 1×1, depthwise, K×K, dense. One row a network."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.analysis.shares import CLASSES
from gui.comparing.share_bars import percent
from gui.comparing.shares_job import PresetShares
from gui.look.appearance import font
from gui.widgets.surface import local_numbers

_AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
SORT: Final = Qt.ItemDataRole.UserRole
"""Role of what a column is sorted by."""
LINE: Final = Qt.ItemDataRole.UserRole + 1
"""Role of the whole `PresetShares`."""
NETWORK, BAR, FIRST_CLASS = 0, 1, 2


class SharesModel(QAbstractTableModel):
    """The open network stands among the presets, under a name that no preset has."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[PresetShares] = []
        self.amount = "macs"

    def show_lines(self, lines: Sequence[PresetShares]) -> None:
        """All networks."""
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    def show_amount(self, amount: str) -> None:
        """MACs, parameters or layers."""
        self.amount = amount
        if self._lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, self.columnCount() - 1))

    @property
    def lines(self) -> list[PresetShares]:
        """The rows."""
        return self._lines

    def rowCount(self, parent: _AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else FIRST_CLASS + len(CLASSES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return ("Network", "", *CLASSES.values())[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, column = self._lines[index.row()], index.column()
        if role == LINE:
            return line
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.FontRole and not line.name:
            return font(weight="semibold")
        if column == NETWORK:
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                return line.title
            return line.title.casefold() if role == SORT else None
        if column == BAR:
            return self._fraction(line, "pointwise") if role == SORT else None
        name = list(CLASSES)[column - FIRST_CLASS]
        if role == SORT:
            return self._fraction(line, name)
        if role == Qt.ItemDataRole.DisplayRole:
            found = self._fraction(line, name)
            return percent(found, local_numbers()) if found else "–"
        if role == Qt.ItemDataRole.ToolTipRole:
            count = getattr(line.shares.by_class[name], self.amount)
            total = getattr(line.shares.total, self.amount)
            numbers = local_numbers()
            return f"{numbers.exact(count)} of {numbers.exact(total)}"
        return None

    def _fraction(self, line: PresetShares, name: str) -> float:
        return line.shares.fraction(name, self.amount)


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < FIRST_CLASS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
