"""Kernels by hand: one kernel of a convolution, or the whole matrix of a 1×1, with the usual buttons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from engine.edits import kernel_edits
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.weights_panel.colour_matrix import ColourMatrix
from gui.weights_panel.kernel_atlas import LARGEST_KERNEL, KernelAtlas
from gui.weights_panel.kernel_table import KernelTable
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.surface import styled_label

F32 = npt.NDArray[np.float32]
Change = Callable[[F32], F32]

EDITABLE: Final = 1 << 18
"""Layers of more weights are not edited by hand: copying them takes longer than a frame."""


@dataclass(frozen=True)
class _Button:
    text: str
    tip: str
    kernel: Change
    matrix: Change


_BUTTONS: Final = (
    _Button("Zero", "All numbers 0", kernel_edits.zero, kernel_edits.zero),
    _Button("Identity", "What comes in goes out", kernel_edits.identity, kernel_edits.identity_matrix),
    _Button(
        "Symmetric", "The mean of it and its mirror images",
        kernel_edits.symmetric, kernel_edits.symmetric_matrix,
    ),
    _Button(
        "Normalise", "Scaled to add up to 1; a derivative to Σ|w| = 1",
        kernel_edits.normalised, kernel_edits.normalised_rows,
    ),
)  # fmt: skip


class KernelEditor(QWidget):
    """Shows the parameters of one layer and reports the ones that are wanted."""

    edited = Signal(object, str, str)
    """(parameters by name that change, what the step is called, sweep or "")."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weight: F32 = np.zeros((1, 1, 1, 1), dtype=np.float32)
        self._bias: F32 | None = None
        self._drawn = 0
        self.output_box, self.input_box = NumberBox(0), NumberBox(0)
        self.bias_box = NumberBox(-1e6, 1e6, whole=False)
        self.atlas = KernelAtlas(appearance)
        self.atlas.chosen.connect(self._on_kernel_chosen)
        self.table = KernelTable(appearance)
        self.colours = ColourMatrix()
        self.presets = QToolButton()
        self.buttons: dict[str, QPushButton] = {}
        self._pickers = QWidget()
        self._bias_line = QWidget()
        self._lay_out()
        self.output_box.value_edited.connect(lambda _value, _sweep: self._refresh())
        self.input_box.value_edited.connect(lambda _value, _sweep: self._refresh())
        self.bias_box.value_edited.connect(self._on_bias)
        self.table.value_edited.connect(self._on_value)
        self.table.cell_chosen.connect(lambda _row, _column: self._show_bias())
        self.colours.value_edited.connect(self._on_value)

    def _lay_out(self) -> None:
        pick = QHBoxLayout(self._pickers)
        for name, box in (("Output", self.output_box), ("Input", self.input_box)):
            box.setAccessibleName(f"{name} channel")
            box.setToolTip(f"Which {name.lower()} channel's kernel is shown, from 0")
            label = styled_label(name, style="secondary")
            pick.addWidget(label)
            pick.addWidget(box, 1)
            if box is self.input_box:
                self._input_label = label
        bias = QHBoxLayout(self._bias_line)
        self._bias_label = styled_label("Bias", style="secondary")
        self.bias_box.setAccessibleName("Bias")
        self.bias_box.setFixedWidth(88)
        bias.addWidget(self._bias_label, 1)
        bias.addWidget(self.bias_box)
        row = QHBoxLayout()
        for button in _BUTTONS:
            row.addWidget(self._button(button.text, button.tip, partial(self._on_button, button)))
        second = QHBoxLayout()
        second.addWidget(self._button("Random", "Drawn anew, as He's", self._on_random))
        menu = QMenu(self.presets)
        for name, matrix in kernel_edits.COLOUR_MATRICES.items():
            menu.addAction(name, partial(self._on_colours, name, matrix))
        self.presets.setText("Colours ▾")
        self.presets.setToolTip("Well-known colour matrices")
        self.presets.setMenu(menu)
        self.presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        second.addWidget(self.presets)
        second.addStretch(1)
        for line in (pick, bias, row, second):
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(GRID // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID - 2)
        column.addWidget(self.atlas, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._pickers, self.table, self.colours, self._bias_line):
            column.addWidget(part)
        column.addLayout(row)
        column.addLayout(second)

    def _button(self, text: str, tip: str, call: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("quiet", True)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: call())
        self.buttons[text] = button
        return button

    @property
    def is_matrix(self) -> bool:
        """Whether the layer is a 1×1 (or dense): one matrix, which is shown whole."""
        return self._weight.shape[2:] in ((), (1, 1)) and self._weight.shape[1] > 1

    @property
    def shown(self) -> F32:
        """The 2-D numbers that are shown: rows of the kernel, or outputs × inputs."""
        if self.is_matrix:
            return self._weight.reshape(self._weight.shape[:2])
        kernel: F32 = self._weight[self._at]
        return kernel

    @property
    def _at(self) -> tuple[int, int]:
        return int(self.output_box.value or 0), int(self.input_box.value or 0)

    def show_parameters(self, arrays: Mapping[str, F32]) -> None:
        """Show a layer's `weight` (out, in, kh, kw) or (out, in), and its `bias`, if it has one."""
        self._weight, self._bias = arrays["weight"], arrays.get("bias")
        for axis, box in enumerate((self.output_box, self.input_box)):
            most = self._weight.shape[axis] - 1
            box.set_range(0, most)
            box.show_value(min(box.value or 0, most))
        self._refresh()

    def _refresh(self) -> None:
        colours = self.is_matrix and self._weight.shape[:2] == (3, 3)
        self._pickers.setVisible(not self.is_matrix and self._weight.shape[:2] != (1, 1))
        for part in (self.input_box, self._input_label):
            part.setVisible(self._weight.shape[1] > 1)
        kernel = self._weight.shape[2:]
        several = not self.is_matrix and len(self._weight) > 1 and 1 < max(kernel) <= LARGEST_KERNEL
        self.atlas.setVisible(several)
        if several:
            self.atlas.show_weight(self._weight, self._at[1], self._at[0])
        self.table.setVisible(not colours)
        self.colours.setVisible(colours)
        self.presets.setVisible(colours)
        if colours:
            self.colours.show_values(self.shown)
        else:
            names = ("output", "input") if self.is_matrix else ("row", "column")
            self.table.show_values(self.shown, *names)
        self._show_bias()

    def _on_kernel_chosen(self, output: int) -> None:
        self.output_box.show_value(output)
        self._refresh()

    def _show_bias(self) -> None:
        self._bias_line.setVisible(self._bias is not None and not self.colours.isVisibleTo(self))
        if self._bias is not None:
            output = self._output
            self._bias_label.setText(f"Bias of output {output}")
            self.bias_box.show_value(float(self._bias[output]))

    @property
    def _output(self) -> int:
        if self.is_matrix:
            return max(0, self.table.currentIndex().row())
        return self._at[0]

    def _with(self, shown: F32) -> F32:
        """The whole weight with other numbers where it is shown."""
        made = self._weight.copy()
        if self.is_matrix:
            made[...] = shown.reshape(made.shape)
        else:
            made[self._at] = shown
        return made

    def _ask(self, shown: F32, text: str, sweep: str = "") -> None:
        if not np.array_equal(shown, self.shown):
            self.edited.emit({"weight": self._with(shown)}, text, sweep)

    def _on_value(self, row: int, column: int, value: float, sweep: str) -> None:
        made = self.shown.copy()
        made[row, column] = value
        self._ask(made, "Change a weight", sweep)

    def _on_bias(self, value: float, sweep: str) -> None:
        assert self._bias is not None
        made = self._bias.copy()
        made[self._output] = value
        self.edited.emit({"bias": made}, "Change a bias", sweep)

    def _on_button(self, button: _Button) -> None:
        change = button.matrix if self.is_matrix else button.kernel
        self._ask(change(self.shown), f"{button.text} kernel")

    def _on_random(self) -> None:
        self._drawn += 1
        self._ask(kernel_edits.random(self.shown, self._drawn), "Random kernel")

    def _on_colours(self, name: str, matrix: tuple[tuple[float, ...], ...]) -> None:
        self._ask(np.array(matrix, dtype=np.float32), f"Colours: {name.lower()}")
