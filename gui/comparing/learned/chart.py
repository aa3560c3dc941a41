"""Accuracy against parameters or MACs, with its bars."""

from collections.abc import Sequence
from math import log10
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.training.comparing.comparison import Learned
from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX
from gui.widgets.charts.axes import quiet_axes
from gui.widgets.charts.round_axes import LogAxis, RoundAxis
from gui.widgets.controls.choice_button import ChoiceButton
from gui.widgets.surface import local_numbers, styled_label

AMOUNTS: Final = {"parameters": "Parameters", "macs": "MACs"}
_NAMES: Final = {"parameters": "parameters", "macs": "MACs"}
WAIT: Final = "A network is shown as soon as it was trained once."
INVITATION: Final = "Add networks and train them, or compare a 3×3 with a 1×1 before it: one click."


class LearnedChart(QWidget):
    """A dot for each network, with its name."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._learned: Sequence[Learned] = ()
        self.caption = styled_label(style="caption")
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.amount = ChoiceButton("What is to the right", AMOUNTS, "parameters")
        self.amount.chosen.connect(lambda _: self._draw())
        self.invitation = styled_label(INVITATION, style="secondary", wrap=True)
        self.invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        across = LogAxis("bottom", text=lambda count: local_numbers().short(round(count)), room=64)
        self.plot: Any = pg.PlotWidget(axisItems={"bottom": across, "left": RoundAxis("left")})
        self.plot.setAccessibleName("Accuracy on held-out pictures against the size of each network")
        self.plot.setMinimumSize(220, 130)
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(False, False)
        self.plot.hideButtons()
        self.bars: Any = pg.ErrorBarItem()
        self.dots: Any = pg.ScatterPlotItem(size=9)
        self.names: list[Any] = []
        self.plot.addItem(self.bars)
        self.plot.addItem(self.dots)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(self.caption, 1)
        head.addWidget(self.amount)
        column.addLayout(head)
        column.addWidget(self.invitation, 1)
        column.addWidget(self.plot, 1)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    def show_learned(self, learned: Sequence[Learned], *, is_running: bool = False) -> None:
        """These; an invitation where there are none."""
        self._learned = learned
        self.invitation.setText(WAIT if is_running else INVITATION)
        self.plot.setVisible(bool(learned))
        self.amount.setVisible(bool(learned))
        self.invitation.setVisible(not learned)
        self._draw()

    def _draw(self) -> None:
        palette, learned = self._appearance.palette, self._learned
        for name in self.names:
            self.plot.removeItem(name)
        self.names = []
        classes = bool(learned) and learned[0].runs[0].held_out.accuracy is not None
        factor, unit = (100.0, "%") if classes else (1.0, "dB")
        across = np.array([log10(max(1, getattr(one, self.amount.current))) for one in learned])
        up = np.array([factor * one.mean for one in learned])
        low, high = (np.array([factor * one.bar[end] for one in learned]) for end in (0, 1))
        pen = pg.mkPen(palette.accent, width=1.5)
        beam = 0.03 * (np.ptp(across) or 1.0) if learned else 0.0
        self.bars.setData(x=across, y=up, bottom=up - low, top=high - up, beam=beam, pen=pen)
        self.dots.setData(across, up, brush=pg.mkBrush(palette.accent), pen=pg.mkPen(None))
        middle = (across.min() + across.max()) / 2 if learned else 0.0
        for one, x, y in zip(learned, across, up, strict=True):
            anchor = (1.05, 1.05) if x > middle else (-0.05, 1.05)
            name = pg.TextItem(one.name, color=palette.text, anchor=anchor)
            name.setFont(font(CAPTION_PX))
            name.setPos(x, y)
            self.names.append(name)
            self.plot.addItem(name, ignoreBounds=True)
        if learned:
            self._frame(across, low, high)
        bar = learned[0].bar_text if learned else ""
        told = f"Held out, {unit}, against {_NAMES[self.amount.current]}" + (f"; bars: {bar}" if bar else "")
        self.caption.setText(told if learned else "")

    def _frame(self, across: Any, low: Any, high: Any) -> None:
        """Room for the names at both sides."""
        wide, tall = np.ptp(across) or 1.0, high.max() - low.min() or 1.0
        self.plot.setXRange(across.min() - 0.3 * wide, across.max() + 0.3 * wide, padding=0)
        self.plot.setYRange(low.min() - 0.15 * tall, high.max() + 0.25 * tall, padding=0)

    def on_palette_changed(self) -> None:
        """Quiet axes."""
        quiet_axes(self.plot, self._appearance.palette, left_width=48)
        self._draw()
