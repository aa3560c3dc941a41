"""The table of costs as an item model: one row a layer in topological order, six columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.analysis.analyze import Analysis, LayerReport
from engine.analysis.comparison import Comparison, LayerPair
from engine.model.network import Network
from engine.shapes import is_map
from gui.words.convention import Convention
from gui.words.differences import pair_change, pair_sentence
from gui.words.number_format import Numbers, field_sentence, field_text
from gui.words.sentence_case import sentence

Index = QModelIndex | QPersistentModelIndex
ROW: Final = Qt.ItemDataRole.UserRole
"""Role of the whole `CostRow`."""


class Column(IntEnum):
    """The columns from left to right."""

    LAYER = 0
    COST = 1
    SHAPE = 2
    PARAMETERS = 3
    MEMORY = 4
    FIELD = 5


@dataclass(frozen=True)
class CostRow:
    """One layer's line. `share` is its cost against the dearest layer's, 0 … 1."""

    node_id: str
    label: str
    role: str
    report: LayerReport
    cost: int
    share: float


_FEW_RUNS: Final = 4
"""More stretches of changed rows are told as one."""


class CostsModel(QAbstractTableModel):
    """Rows keep their place: the model starts anew only when layers come, go or change their order."""

    def __init__(self, numbers: Numbers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = numbers
        self._rows: list[CostRow] = []
        self._row_of: dict[str, int] = {}
        self.convention = Convention()
        self.comparison: Comparison | None = None
        """With a baseline, how each layer differs from its counterpart, in the place of its memory."""

    def show_network(self, network: Network, analysis: Analysis) -> bool:
        """Take new numbers; whether the rows are others than before."""
        rows = _rows(network, analysis, self.convention)
        if [row.node_id for row in rows] != [row.node_id for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self._row_of = {row.node_id: line for line, row in enumerate(rows)}
            self.endResetModel()
            return True
        changed = [line for line, row in enumerate(rows) if row != self._rows[line]]
        self._rows = rows
        runs = list(_runs(changed))
        if len(runs) > _FEW_RUNS:  # telling of each takes longer than painting what lies between them
            runs = [(changed[0], changed[-1])]
        for first, last in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))
        return False

    def show_convention(self, convention: Convention) -> None:
        """Use another way of counting or of writing shapes from the next `show_network` on."""
        self.convention = convention
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Tell differences from a baseline, or no more."""
        self.comparison = comparison
        self.show_convention(self.convention)

    @property
    def node_ids(self) -> list[str]:
        """The layers from top to bottom."""
        return [row.node_id for row in self._rows]

    def line_of(self, node_id: str) -> int | None:
        """The row of a layer."""
        return self._row_of.get(node_id)

    def rowCount(self, parent: Index | None = None) -> int:
        """One a layer."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """`Column`."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.names()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.COST:
            return self.convention.about
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Short figures to show, exact ones on hover."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._short(row)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._exact(row)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name, value = self.names()[index.column()], self._exact(row)[index.column()]
            return f"{row.label}, {name}: {value}" if index.column() else row.label
        return row if role == ROW else None

    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        fourth = "Memory" if self.comparison is None else f"Δ {self.convention.name}"
        return ("Layer", self.convention.name, "Shape", "Params", fourth, "RF")

    def tab_separated(self, lines: Sequence[int]) -> str:
        """These rows with their names on top, as plain exact numbers: what a spreadsheet reads."""
        head = ("layer", self.convention.counted, "shape", "parameters", "activation_bytes")
        table = [[*head, "rf_height", "rf_width", "jump_height", "jump_width"]]
        for line in lines:
            row = self._rows[line]
            report, field = row.report, row.report.receptive_field
            sizes = ["", "", "", ""] if field is None else [str(one) for one in (*field.size, *field.jump)]
            numbers = [str(report.parameters), str(report.activation_bytes)]
            table.append(
                [row.label, str(row.cost) if report.counted else "", self._shape(report), *numbers, *sizes]
            )
        return "\n".join("\t".join(cells) for cells in table) + "\n"

    def _short(self, row: CostRow) -> tuple[str, ...]:
        report, numbers = row.report, self._numbers
        if report.output_shape is None:
            return (row.label, "–", "–", "–", "–", "–")
        field = report.receptive_field
        mark = "" if field is None or field.aligned else " ≠"
        return (
            row.label,
            numbers.short(row.cost) if report.counted else "–",
            self._shape(report),
            numbers.short(report.parameters),
            self._short_memory(row),
            field_text(field) + mark,
        )

    def _exact(self, row: CostRow) -> tuple[str, ...]:
        report, numbers = row.report, self._numbers
        problems = "\n".join(sentence(problem.message) for problem in report.problems)
        if report.output_shape is None:
            return (problems or "Waits for a layer before it.",) * len(Column)
        fixed = f" and {numbers.exact(report.non_trainable)} not trained" if report.non_trainable else ""
        return (
            problems or row.label,
            self.convention.exact_cost(report, numbers) if report.counted else "What it costs is not known.",
            self._shape(report),
            f"{numbers.exact(report.parameters)} parameters{fixed}",
            self._exact_memory(row),
            field_sentence(report.receptive_field),
        )

    def _short_memory(self, row: CostRow) -> str:
        pair = self._pair(row)
        if self.comparison is None:
            return self._numbers.size(row.report.activation_bytes)
        return "" if pair is None else pair_change(pair, self.convention, self._numbers)

    def _exact_memory(self, row: CostRow) -> str:
        pair = self._pair(row)
        if pair is None:
            return self._numbers.exact_size(row.report.activation_bytes)
        return pair_sentence(pair, self.convention, self._numbers)

    def _pair(self, row: CostRow) -> LayerPair | None:
        """The layer and its counterpart; None without a baseline, or for a layer of a moment ago."""
        return None if self.comparison is None else self.comparison.by_node.get(row.node_id)

    def _shape(self, report: LayerReport) -> str:
        shape = report.output_shape
        return "" if shape is None else self.convention.shape(shape)

    def quantity(self, line: int, column: Column) -> str:
        """What a cell counts, as `engine.derivation.derive` names it; empty for what is not known."""
        shape = self._rows[line].report.output_shape
        if shape is None or column == Column.LAYER:
            return ""
        return {
            Column.COST: self.convention.counted,
            Column.SHAPE: "output_channels" if is_map(shape) else "output_features",
            Column.PARAMETERS: "parameters",
            Column.MEMORY: "activation_bytes" if self.comparison is None else self.convention.counted,
            Column.FIELD: "receptive_field_height",
        }[column]


def _rows(network: Network, analysis: Analysis, convention: Convention) -> list[CostRow]:
    costs = {node_id: convention.cost(report) for node_id, report in analysis.layers.items()}
    dearest = max(costs.values(), default=0) or 1
    rows = []
    for node_id, report in analysis.layers.items():
        node = network.nodes[node_id]
        cost = costs[node_id]
        rows.append(CostRow(node_id, node.label, node.layer.role, report, cost, cost / dearest))
    return rows


def _runs(lines: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted line numbers as (first, last) of unbroken runs."""
    runs: list[tuple[int, int]] = []
    for line in lines:
        if runs and runs[-1][1] == line - 1:
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    return runs


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == Column.LAYER else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
