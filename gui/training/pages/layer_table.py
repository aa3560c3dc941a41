"""How each layer does: the size of its weights and gradients, and what fell silent."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from engine.model.network import Network
from engine.training.inspecting.layer_states import LayerState
from gui.widgets.surface import local_numbers
from gui.words.number_format import share_percent

HEADINGS = ("Layer", "‖weights‖", "‖gradient‖", "Dead channels")


class LayerTable(QTableWidget):
    """A row for each layer that has weights or rectifies."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.setAccessibleName("Norms and dead channels of each layer")
        self.setToolTip(
            "Norms: root of the sum of squares."
            " Dead: channels of a ReLU that were 0 everywhere in the last batch."
        )
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.horizontalHeader().setAccessibleName("Columns of the table")
        self.verticalHeader().setAccessibleName("Rows of the table")
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setMinimumSize(160, 60)

    def show_states(self, network: Network, states: list[LayerState]) -> None:
        """After the last step."""
        self.setRowCount(len(states))
        for row, state in enumerate(states):
            dead = "" if state.dead is None else share_percent(state.dead, local_numbers())
            texts = (
                network[state.node_id].label,
                _number(state.weight_norm),
                _number(state.gradient_norm),
                dead,
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
