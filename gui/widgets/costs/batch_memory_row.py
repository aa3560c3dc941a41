"""Memory for a batch: a line that says what training takes, and the fields that decide it folded below."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from engine.analysis.report import Analysis
from engine.analysis.training_memory import BYTES, MAX_BATCH, OPTIMIZER_VALUES, BatchMemory, batch_memory
from engine.shapes import count_text
from gui.widgets.controls.choice_button import ChoiceButton
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.surface import local_numbers, styled_label
from gui.words.number_format import Numbers

USUAL_BATCH: Final = 64
_SIZES: Final = {4: "float32", 2: "16 bits", 1: "8 bits"}
_OPTIMIZERS: Final = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}


def memory_text(memory: BatchMemory, optimizer: str, numbers: Numbers) -> str:
    """All terms, for people."""
    size = numbers.exact_size
    pictures = count_text(memory.batch, "picture")
    return "\n".join(
        (
            f"{pictures} at once, {_SIZES[memory.bytes_per_value]} a number",
            f"To run: {size(memory.inference)}: parameters and the most maps that are alive at once",
            f"To keep all maps: {size(memory.parameters + memory.maps)}",
            f"To train: {size(memory.training)}:",
            f"    {size(memory.parameters)} of parameters",
            f"    {size(memory.gradients)} of gradients",
            f"    {size(memory.optimizer)} of {_OPTIMIZERS[optimizer]}’s memory, in float32",
            f"    {size(memory.kept_maps)} of maps kept for the way back",
            f"Counted: {memory.assumptions}.",
        )
    )


class BatchMemoryRow(QWidget):
    """Shows what `batch_memory` says of an analysis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._analysis: Analysis | None = None
        self._fields = QWidget()
        self.said = ElidedLabel(style="caption")
        self.button = QToolButton()
        self.button.setStyleSheet("QToolButton { padding: 2px 4px; }")
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setAccessibleName("Batch size, bytes a number and optimiser")
        self.button.setToolTip("Batch size, bytes a number and optimiser")
        self.button.clicked.connect(lambda: self.show_fields(self._fields.isHidden()))
        self.batch = NumberBox(1, MAX_BATCH)
        self.batch.setAccessibleName("Pictures at once")
        self.batch.setToolTip("Batch size: pictures at once")
        self.batch.setFixedWidth(64)
        self.batch.show_value(USUAL_BATCH)
        self.bytes = ChoiceButton("Bytes a number", {str(size): f"{size} B" for size in BYTES}, "4")
        names = {name: _OPTIMIZERS[name] for name in OPTIMIZER_VALUES}
        self.optimizer = ChoiceButton("Whose memory is counted", names, "adamw")
        row = QHBoxLayout(self._fields)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(styled_label("Batch", style="caption"))
        row.addWidget(self.batch)
        row.addStretch(1)
        row.addWidget(self.bytes)
        row.addWidget(self.optimizer)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.said, 1)
        head.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._fields)
        self.batch.value_edited.connect(lambda *_: self._show())
        self.bytes.chosen.connect(lambda _: self._show())
        self.optimizer.chosen.connect(lambda _: self._show())
        self.show_fields(False)

    def show_fields(self, shown: bool) -> None:
        """Unfold the fields, or fold them away."""
        self._fields.setVisible(shown)
        self.button.setText("▴" if shown else "▾")

    def show_analysis(self, analysis: Analysis) -> None:
        """Of this network."""
        self._analysis = analysis
        self._show()

    @property
    def memory(self) -> BatchMemory | None:
        """What is shown."""
        if self._analysis is None:
            return None
        size, batch = int(self.bytes.current), int(self.batch.value or 1)
        return batch_memory(self._analysis, batch, size, self.optimizer.current)

    def _show(self) -> None:
        memory, numbers = self.memory, local_numbers()
        if memory is None:
            return
        batch = numbers.exact(memory.batch)
        run, train = numbers.size(memory.inference), numbers.size(memory.training)
        self.said.setText(f"Batch of {batch}: {train} to train, {run} to run")
        text = memory_text(memory, self.optimizer.current, numbers)
        self.said.setToolTip(text)
        self.said.setAccessibleDescription(text)
