"""The layers of two networks, pair by pair, as an item model."""

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from engine.analysis.comparison import Comparison, LayerPair
from gui.look.appearance import Appearance
from gui.widgets.surface import local_numbers
from gui.words.convention import Convention
from gui.words.differences import NO_CHANGE, cost_amount, pair_sentence, short_difference, times
from gui.words.literal import literal

_AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_CHANGES: Final = {"same": "", "changed": "changed", "inserted": "inserted", "removed": "removed"}


class PairsModel(QAbstractTableModel):
    """Before, after, what changed, the cost on both sides, the difference and the ratio."""

    def __init__(self, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._comparison: Comparison | None = None
        self._changes_alone = False
        self._pairs: tuple[LayerPair, ...] = ()
        self.convention = Convention()

    @property
    def pairs(self) -> tuple[LayerPair, ...]:
        """The rows."""
        return self._pairs

    def show_comparison(self, comparison: Comparison | None, convention: Convention) -> None:
        """Other networks, or another way of counting."""
        self.beginResetModel()
        self._comparison, self.convention = comparison, convention
        pairs = () if comparison is None else comparison.pairs
        self._pairs = tuple(pair for pair in pairs if not self._changes_alone or pair.change != "same")
        self.endResetModel()

    def show_changes_alone(self, alone: bool) -> None:
        """Leave out what both networks have."""
        self._changes_alone = alone
        self.show_comparison(self._comparison, self.convention)

    def rows_of(self, ids: frozenset[str], *, after: bool) -> list[int]:
        """The rows of these nodes of one side."""
        sides = ((pair.after if after else pair.before) for pair in self.pairs)
        return [row for row, side in enumerate(sides) if side is not None and side.node_id in ids]

    def rowCount(self, parent: _AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.pairs)

    def columnCount(self, parent: _AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._headings())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings()[section]
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        pair, column = self.pairs[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(pair)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return literal(pair_sentence(pair, self.convention, local_numbers()))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(pair, column)
        return None

    def _headings(self) -> tuple[str, ...]:
        name = self.convention.name
        return ("Left", "Right", "", f"{name} left", f"{name} right", "Difference", "Ratio")

    def _texts(self, pair: LayerPair) -> tuple[str, ...]:
        assert self._comparison is not None
        numbers, amount = local_numbers(), cost_amount(pair, self.convention)
        labels = [
            "" if report is None else analysis.network.nodes[report.node_id].label
            for analysis, report in (
                (self._comparison.before, pair.before),
                (self._comparison.after, pair.after),
            )
        ]
        difference = short_difference(amount, numbers)
        return (
            *labels,
            _CHANGES[pair.change],
            numbers.short(amount.before) if pair.before is not None else "",
            numbers.short(amount.after) if pair.after is not None else "",
            "" if difference == NO_CHANGE else difference,
            times(amount, numbers),
        )

    def _colour(self, pair: LayerPair, column: int) -> QColor | None:
        palette = self._appearance.palette
        if pair.change == "same":
            return QColor(palette.secondary)
        if column < 5:
            return None
        difference = cost_amount(pair, self.convention).difference
        return QColor(palette.good if difference < 0 else palette.warning) if difference else None


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < 3 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
