"""One quantity over a layer's width, and the width that is chosen as a line to be dragged."""

from collections.abc import Sequence
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.look.appearance import Appearance
from gui.look.theme import ROLE_COLOURS
from gui.widgets.charts.axes import quiet_axes
from gui.widgets.surface import local_numbers, styled_label

HEIGHT: Final = 96


class ShortAxis(pg.AxisItem):
    """Counts as everywhere else: `120.4 M`; what is below 1 as it is."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Captions of the ticks."""
        numbers = local_numbers()
        return [numbers.decimal(value, 1) if spacing < 1 else numbers.short(round(value)) for value in values]


class WidthPlot(QWidget):
    """The curve, its caption with the value at the line, and the line. Scales stay while the line moves."""

    width_wanted = Signal(float)
    """Where the line is dragged to, or where the plot is clicked."""
    let_go = Signal()
    """The drag is over."""

    def __init__(self, title: str, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._appearance = appearance
        self.caption = styled_label(title, style="caption")
        self.plot: Any = pg.PlotWidget(axisItems={"left": ShortAxis("left")})
        self.plot.setAccessibleName("Curve over the width")
        self.plot.setMinimumHeight(HEIGHT)
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(False, False)
        self.plot.hideButtons()
        self.curve: Any = self.plot.plot([], [])
        self.line: Any = pg.InfiniteLine(movable=True, angle=90)
        self.plot.addItem(self.line, ignoreBounds=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.caption)
        column.addWidget(self.plot, 1)
        self.line.sigDragged.connect(lambda line: self.width_wanted.emit(float(line.value())))
        self.line.sigPositionChangeFinished.connect(lambda _: self.let_go.emit())
        self.plot.scene().sigMouseClicked.connect(self._on_clicked)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    def show_curve(self, widths: Sequence[int], values: Sequence[float]) -> None:
        """Another curve: the scales follow it."""
        self.curve.setData(list(widths), list(values))
        self.line.setBounds((widths[0], widths[-1]))
        self.plot.setXRange(0, widths[-1], padding=0.02)
        self.plot.setYRange(0, max(*values, 1e-9), padding=0.06)

    def show_width(self, width: int, value: str) -> None:
        """The line at this width, and what the curve says there."""
        if not self.line.moving:
            self.line.setValue(width)
        self.caption.setText(f"{self._title}  <b>{value}</b>")
        self.setAccessibleName(f"{self._title} over the width: {value} at {width}")

    def on_palette_changed(self) -> None:
        """Quiet axes, the curve in the colour of 1×1 convolutions."""
        palette = self._appearance.palette
        quiet_axes(self.plot, palette, left_width=52)
        self.curve.setPen(pg.mkPen(ROLE_COLOURS["pointwise"], width=2))
        self.line.setPen(pg.mkPen(palette.accent, width=2))
        self.line.setHoverPen(pg.mkPen(palette.accent, width=4))

    def _on_clicked(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not event.double():
            place = self.plot.getViewBox().mapSceneToView(event.scenePos())
            self.width_wanted.emit(float(place.x()))
            self.let_go.emit()
