"""Where are the 1×1s? The open network's account, and that of every preset, to sort and to open."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.analysis.shares import CLASSES, shares
from engine.formats.tables.shares_tables import shares_table
from engine.formats.tables.typesetting import Table
from gui.comparing.share_bars import AMOUNTS, COLOURS, ShareBars, percent
from gui.comparing.shares_job import PresetShares, SharesJob
from gui.comparing.table_export import TableExport
from gui.look.appearance import Appearance, font
from gui.look.screen import give_size
from gui.look.theme import GRID
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.session.settings import Settings
from gui.widgets.controls.choice_button import ChoiceButton
from gui.widgets.dialogs import Dialogs
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.surface import local_numbers, styled_label

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


_BAR_WIDTH: Final = 180
WHICH: Final = {"all": "All presets", "known": "Known networks alone"}


class SharesWindow(QDialog):
    """Not modal: it follows the open network."""

    preset_chosen = Signal(str)
    """A preset's row was double-clicked, or taken with Enter: its name."""

    def __init__(
        self,
        document: Document,
        compute: ComputeService,
        appearance: Appearance,
        settings: Settings,
        dialogs: Dialogs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Where are the 1×1s?")
        give_size(self, 880, 720)
        self._document, self._compute = document, compute
        self._job: JobHandle | None = None
        self._presets: tuple[PresetShares, ...] = ()
        self.title = ElidedLabel(style="title")
        self.bars = ShareBars(appearance)
        self.amount = ChoiceButton("What is counted", AMOUNTS, "macs")
        self.amount.chosen.connect(self._on_amount_chosen)
        self.which = ChoiceButton("Which presets are listed", WHICH, "all")
        self.which.chosen.connect(self.refresh)
        self.export = TableExport(self.account, "where the 1x1s are", dialogs, settings)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        self._said = ElidedLabel(style="caption")
        self.export.said.connect(self._said.setText)
        self.model = SharesModel(self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.model)
        self.sorted.setSortRole(SORT)
        self.table = self._make_table(appearance)
        self._lay_out()
        document.analysis_changed.connect(self.refresh)
        document.file_changed.connect(self.refresh)

    def _make_table(self, appearance: Appearance) -> QTableView:
        table = QTableView()
        table.setAccessibleName("Shares of all presets")
        table.horizontalHeader().setAccessibleName("Columns of the table")
        table.verticalHeader().setAccessibleName("Rows of the table")
        table.setModel(self.sorted)
        table.setItemDelegateForColumn(BAR, _BarDelegate(self.model, appearance, table))
        table.setSortingEnabled(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStyleSheet(
            "QHeaderView::down-arrow, QHeaderView::up-arrow"
            " { subcontrol-origin: padding; subcontrol-position: center left; width: 8px; height: 8px; }"
        )
        header.setSectionResizeMode(NETWORK, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(BAR, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(BAR, _BAR_WIDTH)
        for column in range(BAR + 1, self.model.columnCount()):
            table.setColumnWidth(column, 86)
        table.sortByColumn(BAR + 1, Qt.SortOrder.DescendingOrder)
        table.activated.connect(self._on_activated)
        return table

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.title)
        column.addWidget(self.bars)
        head = QHBoxLayout()
        head.addWidget(styled_label("The same for the presets", style="caption"), 1)
        head.addWidget(self.which)
        head.addWidget(self.amount)
        head.addWidget(self.export)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.table, 1)
        column.addWidget(self._said)

    def showEvent(self, event: QShowEvent) -> None:
        """The presets are looked at when somebody wants to know."""
        super().showEvent(event)
        self.refresh()
        if not self._presets and self._job is None:
            self._job = self._compute.submit(SharesJob(), self)
            self._job.progressed.connect(self._on_progressed)
            self._job.finished.connect(self._on_found)

    def refresh(self) -> None:
        """Count the open network anew."""
        if self.isHidden():
            return
        document = self._document
        found = shares(document.analysis)
        self.title.setText(document.title)
        self.bars.show_shares(found)
        listed = [
            preset for preset in self._presets if self.which.current == "all" or not preset.is_of_lesson
        ]
        self.model.show_lines((PresetShares("", f"{document.title} (open)", found, False), *listed))

    def account(self) -> Table:
        """The table as it is sorted now."""
        rows = [self.sorted.index(row, 0).data(LINE) for row in range(self.sorted.rowCount())]
        return shares_table([(line.title, line.shares) for line in rows])

    def _on_progressed(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def _on_found(self, found: object) -> None:
        assert isinstance(found, tuple)
        self._presets = found
        self.progress.hide()
        self.refresh()

    def _on_amount_chosen(self, amount: str) -> None:
        self.model.show_amount(amount)
        self.sorted.invalidate()

    def _on_activated(self, index: QModelIndex) -> None:
        line: PresetShares = index.data(LINE)
        if line.name:
            self.preset_chosen.emit(line.name)


class _BarDelegate(QStyledItemDelegate):
    """A whole network as one bar."""

    def __init__(self, model: SharesModel, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._appearance = appearance

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        line: PresetShares = index.data(LINE)
        place = QRectF(option.rect).adjusted(GRID, 0, -GRID, 0)
        x = place.left()
        axis = QRectF(x, place.center().y() - 4, place.width(), 8)
        painter.fillRect(axis, QColor(self._appearance.palette.hover))
        for name in CLASSES:
            width = line.shares.fraction(name, self._model.amount) * place.width()
            painter.fillRect(QRectF(x, axis.top(), width, 8), QColor(COLOURS[name]))
            x += width
