"""How often each value occurs in a map. pyqtgraph is imported when the first one is wanted."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX
from gui.words.number_format import MINUS

BINS = 48


class Histogram(QWidget):
    """Bars over the values; the plot is made after the view it stands in has been painted."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._plot: Any = None
        self._bars: Any = None
        self.bars: tuple[npt.NDArray[Any], npt.NDArray[Any]] = (np.zeros(0), np.zeros(1))
        """Counts, and the edges of the bins."""
        self.setAccessibleName("Histogram of the map")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._make_plot)
        appearance.palette_changed.connect(self._show)

    @property
    def is_ready(self) -> bool:
        """Whether there is a plot."""
        return self._plot is not None

    def show_values(self, values: npt.NDArray[Any]) -> None:
        """Count these values; those that are not finite are left out."""
        finite = values[np.isfinite(values)]
        if finite.size:
            # A range beyond float32 would overflow in the bins' edges.
            self.bars = np.histogram(finite.astype(np.float64), bins=BINS)
        else:
            self.bars = (np.zeros(0), np.zeros(1))
        if self._plot is None:
            self._later.start(0)
        self._show()

    def _make_plot(self) -> None:
        # 0.2 s once: not before there is something to look at meanwhile.
        import pyqtgraph as pg

        if self._plot is None:
            self._plot = pg.PlotWidget(parent=self)
            self._plot.setAccessibleName("Histogram")
            self._plot.setMouseEnabled(x=False, y=False)
            self._plot.setMenuEnabled(False)
            self._plot.hideButtons()
            self._plot.hideAxis("left")
            axis = self._plot.getAxis("bottom")
            axis.setTickFont(font(CAPTION_PX))
            plain = axis.tickStrings
            axis.tickStrings = lambda *ticks: [text.replace("-", MINUS) for text in plain(*ticks)]
            self._bars = pg.BarGraphItem(x0=[], x1=[], height=[])
            self._plot.addItem(self._bars)
            self._column.addWidget(self._plot)
        self._show()

    def _show(self) -> None:
        if self._plot is None:
            return
        colours = self._appearance.palette
        counts, edges = self.bars
        self._plot.setBackground(colours.surface)
        axis = self._plot.getAxis("bottom")
        axis.setPen(colours.line)
        axis.setTextPen(colours.secondary)
        self._bars.setOpts(x0=edges[:-1], x1=edges[1:], height=counts, brush=colours.wire, pen=None)
        if len(counts):
            self._plot.setXRange(float(edges[0]), float(edges[-1]), padding=0.02)
            self._plot.setYRange(0, float(counts.max()), padding=0.02)
