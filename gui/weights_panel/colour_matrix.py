"""Nine sliders: the 3×3 matrix that a 1×1 convolution of three channels to three is."""

from itertools import count
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.look.theme import GRID
from gui.widgets.controls.quiet_slider import QuietSlider
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.surface import styled_label

_REACH: Final = 2.0
"""Sliders go from −2 to 2; fields further."""
_STEPS: Final = 100
"""Steps of a slider for each 1."""
_NAMES: Final = ("Red", "Green", "Blue")
_sweeps = count(1)


class ColourMatrix(QWidget):
    """For each colour that comes out, how much it takes of each that comes in."""

    value_edited = Signal(int, int, float, str)
    """(colour out, colour in, number, sweep)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: dict[tuple[int, int], QuietSlider] = {}
        self.boxes: dict[tuple[int, int], NumberBox] = {}
        self._sweep = ""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        line = 0
        for out, name in enumerate(_NAMES):
            grid.addWidget(styled_label(f"{name} out takes", style="caption"), line, 0, 1, 3)
            line += 1
            for into, source in enumerate(_NAMES):
                self._add(grid, line, out, into, f"{source} in, to {name.lower()} out")
                line += 1

    def _add(self, grid: QGridLayout, line: int, out: int, into: int, name: str) -> None:
        slider = QuietSlider(name)
        slider.setRange(int(-_REACH * _STEPS), int(_REACH * _STEPS))
        slider.setPageStep(_STEPS // 4)
        slider.setToolTip(f"{name}; a double step of 0.25 with Page Up and Page Down")
        box = NumberBox(-1e6, 1e6, whole=False)
        box.setAccessibleName(name)
        box.setFixedWidth(56)
        slider.sliderPressed.connect(self._begin)
        slider.valueChanged.connect(lambda value: self._on_slid(out, into, value / _STEPS))
        box.value_edited.connect(lambda value, sweep: self.value_edited.emit(out, into, value, sweep))
        grid.addWidget(styled_label(_NAMES[into][0], style="secondary"), line, 0)
        grid.addWidget(slider, line, 1)
        grid.addWidget(box, line, 2)
        self.sliders[out, into] = slider
        self.boxes[out, into] = box

    def show_values(self, matrix: npt.NDArray[np.float32]) -> None:
        """Show (3, 3) numbers, without telling anybody."""
        for at, slider in self.sliders.items():
            value = float(matrix[at])
            with QSignalBlocker(slider):
                slider.setValue(round(value * _STEPS))
            self.boxes[at].show_value(value)

    def _begin(self) -> None:
        self._sweep = f"colour {next(_sweeps)}"

    def _on_slid(self, out: int, into: int, value: float) -> None:
        slider = self.sliders[out, into]
        sweep = self._sweep if slider.isSliderDown() else f"colour keys {out} {into}"
        self.value_edited.emit(out, into, value, sweep)
