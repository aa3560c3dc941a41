"""Axes that stay behind the curve."""

import pyqtgraph as pg

from gui.look.appearance import font
from gui.look.theme import CAPTION_PX, Palette


def quiet_axes(plot: pg.PlotWidget, palette: Palette, *, left_width: int) -> None:
    """Give both axes thin lines and the type of captions; the numbers at the left have `left_width` px."""
    plot.setBackground(palette.surface)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(palette.line))
        axis.setTextPen(pg.mkPen(palette.secondary))
        axis.setTickFont(font(CAPTION_PX))
        axis.enableAutoSIPrefix(False)
    plot.getAxis("left").setWidth(left_width)
