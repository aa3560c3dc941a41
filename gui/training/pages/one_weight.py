"""One step of one weight, taken apart: every product that its gradient is the sum of, and what follows."""

from typing import Final

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from engine.model.called import called
from engine.training.inspecting.taken_apart import Update
from engine.training.trainer import Trainer
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.settings.quiet_combo_box import QuietComboBox
from gui.words.number_format import MINUS

LARGEST: Final = 5
"""So many pictures and places are told."""
INVITATION: Final = (
    "Take apart makes the next step, and tells of this value: its gradient, the sum of x·δ over pictures and"
    " places, what the optimiser makes of it, and the new value."
)


class OneWeight(QWidget):
    """Chooses a value of a parameter; `wanted` asks for the next step to be taken apart there."""

    wanted = Signal(str, str, object)
    """(node, parameter, index)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters: list[tuple[str, str, tuple[int, ...]]] = []
        self.parameter = QuietComboBox("Layer and parameter", [])
        self.parameter.setToolTip("Layer and parameter")
        self.parameter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.parameter.setMinimumContentsLength(6)
        self.number = NumberBox(0, 0)
        self.number.setAccessibleName("Which of its values, counted row by row")
        self.number.setToolTip("Which of its values, counted row by row from 0")
        self.number.show_value(0)
        self.take = QPushButton("Take apart")
        self.take.setToolTip("Make the next step, and see what it does to this value")
        self.take.clicked.connect(self._on_take)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("The step of one weight")
        self.text.setReadOnly(True)
        self.text.setPlaceholderText(INVITATION)
        self.text.setMinimumSize(100, 48)
        self.parameter.currentIndexChanged.connect(self._on_parameter)
        row = QHBoxLayout()
        row.addWidget(self.parameter, 1)
        row.addWidget(self.number)
        row.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.text, 1)
        self.take.setEnabled(False)

    def show_trainer(self, trainer: Trainer | None) -> None:
        """The parameters of this run."""
        found = []
        if trainer is not None:
            for node_id in trainer.parameters.nodes:
                for name, values in trainer.parameters.gradients_of(node_id).items():
                    found.append((node_id, name, values.shape))
        if found == self._parameters:
            return
        self._parameters = found
        self.parameter.clear()
        if trainer is not None:
            labels = called(trainer.network, [node_id for node_id, *_ in found])
            names = (name for _, name, _ in found)
            self.parameter.addItems([f"{label} · {name}" for label, name in zip(labels, names, strict=True)])
        self.parameter.setCurrentIndex(0 if found else -1)
        self.take.setEnabled(bool(found))

    def show_update(self, update: Update) -> None:
        """What the step did to the value."""
        self.text.setPlainText(update_text(update))

    def _on_parameter(self, place: int) -> None:
        if place >= 0:
            self.number.set_range(0, int(np.prod(self._parameters[place][2])) - 1)
            self.number.show_value(0)

    def _on_take(self) -> None:
        node_id, name, shape = self._parameters[self.parameter.currentIndex()]
        index = tuple(int(i) for i in np.unravel_index(int(self.number.value or 0), shape))
        self.wanted.emit(node_id, name, index)


def update_text(update: Update) -> str:
    """Its arithmetic, a line a term: the gradient, where it comes from, the optimiser's way."""
    products = update.contributions
    pictures, height, width = products.shape
    index = ", ".join(str(i) for i in update.index)
    lines = [
        f"Step {update.step}, {update.node_id} {update.parameter}[{index}]: {_n(update.before, '.7g')}",
        f"gradient = Σ x·δ over {pictures} pictures × {height}×{width} places = {_n(update.gradient, '.6g')}",
    ]
    by_picture = products.sum(axis=(1, 2))
    for n in np.argsort(-np.abs(by_picture), kind="stable")[:LARGEST]:
        place = np.unravel_index(int(np.abs(products[n]).argmax()), (height, width))
        most = float(products[n][place])
        at = "" if height * width == 1 else f", most of it {_n(most, '+.3g')} at ({place[0]}, {place[1]})"
        lines.append(f"    picture {int(update.pictures[n]):,}: {_n(by_picture[n], '+.4g')}{at}")
    if pictures > LARGEST:
        lines.append(f"    and {pictures - LARGEST} more pictures")
    if update.clipped != 1:
        lines.append(f"clipped: × {update.clipped:.4g}")
    lines += [f"{formula} = {_n(value, '.7g')}" for formula, value in update.terms]
    lines.append(f"new value: {_n(update.after, '.7g')}")
    return "\n".join(lines)


def _n(value: float, form: str) -> str:
    return format(value, form).replace("-", MINUS)
