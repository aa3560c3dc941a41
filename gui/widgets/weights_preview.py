"""What taking the weights of a file would change, as a table, before anything does."""

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QTableView, QVBoxLayout, QWidget

from engine.formats.weights.weight_matching import WeightsMatch
from engine.shapes import shape_text
from gui.look.screen import give_size
from gui.widgets.surface import styled_label

_HEADINGS: Final = ("Layer", "Parameters", "Shape", "In the file", "Found")

Index = QModelIndex | QPersistentModelIndex


class MatchModel(QAbstractTableModel):
    """What does not fit and the layers that stay, then a row for each parameter that is taken."""

    def __init__(self, match: WeightsMatch) -> None:
        super().__init__()
        labels = {node.id: node.label for node in match.network.nodes.values()}
        self.rows: list[tuple[str, ...]] = [
            (labels[misfit.node_id], misfit.parameter, shape_text(misfit.shape), misfit.tensor,
             f"stays: {shape_text(misfit.tensor_shape)} does not fit")
            for misfit in match.misfits
        ]  # fmt: skip
        self.rows += [(labels[node_id], "all", "", "", "stays as it is") for node_id in match.kept]
        self.rows += [
            (labels[one.node_id], one.parameter, shape_text(one.shape), one.tensor, one.how)
            for one in match.matches
        ]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as above
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADINGS[section]
        return None


class WeightsPreview(QDialog):
    """Asks whether to go on."""

    def __init__(self, match: WeightsMatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import weights")
        self.model = MatchModel(match)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("What is taken from the file")
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.take_button = buttons.addButton("&Take these weights", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        summary = styled_label(wrap=True)
        summary.setText(f"{match.summary}.")
        column.addWidget(summary)
        column.addWidget(self.table, 1)
        if match.unused:
            unused = styled_label(style="caption", wrap=True)
            count = len(match.unused)
            unused.setText(
                f"Not used: {', '.join(match.unused[:4])}{f' and {count - 4} more' if count > 4 else ''}."
            )
            column.addWidget(unused)
        column.addWidget(buttons)
        give_size(self, 760, 480)
