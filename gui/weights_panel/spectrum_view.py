"""How much of the maps a 1×1 to k channels can keep, over k: the best one, and one with random weights.

The error is that of the maps given back from the best k channels, relative to the maps: √(1 − kept).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.shapes import count_text
from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX, ROLE_COLOURS
from gui.widgets.surface import local_numbers, styled_label

if TYPE_CHECKING:
    from engine.fitting.spectrum import Spectrum

_HEIGHT: Final = 132


class SpectrumView(QWidget):
    """The curves, the number of channels kept as a line that can be dragged, and what it means."""

    channels_wanted = Signal(int)
    """The line was let go at so many channels."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._spectrum: Spectrum | None = None
        self._kept = 0
        self._cost: Callable[[int], str] = lambda kept: ""
        self.plot = pg.PlotWidget(background=None)
        self.plot.setFixedHeight(_HEIGHT)
        self.plot.setAccessibleName("Explained variance over channels kept")
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        item = self.plot.getPlotItem()
        item.setMouseEnabled(False, False)
        item.setYRange(0, 1.04, padding=0)
        item.getAxis("left").setTicks([[(0, "0"), (0.5, "50 %"), (1, "100 %")]])
        for side in ("left", "bottom"):
            item.getAxis(side).setStyle(tickFont=font(CAPTION_PX), tickLength=-4)
        self.best: Any = item.plot([], [])
        self.drawn: Any = item.plot([], [])
        self.error: Any = item.plot([], [])
        self.line: Any = pg.InfiniteLine(movable=True, angle=90)
        self.line.sigPositionChanged.connect(self._on_dragged)
        self.line.sigPositionChangeFinished.connect(self._on_let_go)
        item.addItem(self.line)
        self.legend = styled_label(style="caption", wrap=True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.text = styled_label(style="secondary", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self.legend, self.plot, self.text):
            column.addWidget(part)
        appearance.palette_changed.connect(self.recolour)
        self.recolour()

    def show_spectrum(self, spectrum: "Spectrum", kept: int, cost: Callable[[int], str]) -> None:
        """Show these curves, and the line at so many channels; `cost` tells what a width costs."""
        self._spectrum, self._cost = spectrum, cost
        over = np.arange(spectrum.channels + 1)
        self.best.setData(over, spectrum.best)
        self.drawn.setData(over, spectrum.drawn)
        self.error.setData(over, np.sqrt(np.maximum(0, 1 - spectrum.best)))
        item = self.plot.getPlotItem()
        # Of a thousand channels that ten hold almost whole, the ten are worth seeing.
        most = max(8, 2 * kept, 2 * spectrum.needed(0.999))
        item.setXRange(0, min(spectrum.channels, most), padding=0.02)
        self.line.setBounds((1, spectrum.channels))
        self.show_kept(kept)

    def show_kept(self, kept: int) -> None:
        """Put the line at so many channels."""
        if self._spectrum is not None:
            self._kept = kept
            with QSignalBlocker(self.line):
                self.line.setValue(min(kept, self._spectrum.channels))
            self._say(kept)

    def recolour(self) -> None:
        """Use the theme's colours."""
        palette = self._appearance.palette
        hero = ROLE_COLOURS["pointwise"]
        self.best.setPen(pg.mkPen(hero, width=2))
        self.drawn.setPen(pg.mkPen(palette.secondary, width=1.5, style=Qt.PenStyle.DashLine))
        self.error.setPen(pg.mkPen(palette.text, width=1.2, style=Qt.PenStyle.DotLine))
        self.line.setPen(pg.mkPen(palette.accent, width=1.5))
        self.line.setHoverPen(pg.mkPen(palette.accent, width=3))
        item = self.plot.getPlotItem()
        for side in ("left", "bottom"):
            item.getAxis(side).setPen(pg.mkPen(palette.line))
            item.getAxis(side).setTextPen(pg.mkPen(palette.secondary))
        self.legend.setText(
            f'<span style="color:{hero}">━</span> best (PCA)&nbsp;&nbsp;'
            f'<span style="color:{palette.secondary}">┅</span> random&nbsp;&nbsp;'
            f'<span style="color:{palette.text}">┈</span> error'
        )

    def _say(self, kept: int) -> None:
        found = self._spectrum
        assert found is not None
        numbers, at = local_numbers(), min(kept, found.channels)
        best, drawn = float(found.best[at]), float(found.drawn[at])
        what = "variance" if found.centred else "energy"
        self.text.setText(
            f"{at} of {count_text(found.channels, 'channel')} keep {_percent(best)} of the {what},"
            f" a random 1×1 {_percent(drawn)}. Maps given back from them are off by"
            f" {numbers.decimal(found.error(at))} (relative, PCA). {found.needed(0.99)} channels keep 99 %;"
            f" all of it takes {found.dimensions}. {self._cost(kept)}"
        )

    def _on_dragged(self) -> None:
        if self._spectrum is not None:
            self._say(max(1, round(self.line.value())))

    def _on_let_go(self) -> None:
        wanted = max(1, round(self.line.value()))
        if wanted != self._kept:
            self.channels_wanted.emit(wanted)
        else:
            self.show_kept(wanted)


def _percent(share: float) -> str:
    """With one decimal where it matters: 99.9 % is not 100 %."""
    number = 100 * share
    text = f"{number:.1f}" if number < 99.9 or share >= 1 - 1e-9 else f"{min(number, 99.999):.3f}"
    point = local_numbers().decimal_point
    return f"{text.removesuffix('.0').replace('.', point)} %"
