"""Indices into a colour table as a picture on the screen."""

from PySide6.QtGui import QColor, QImage

from gui.look.colormaps import lookup_table
from gui.widgets.maps.atlas import Indices, colour_table


def indexed_image(indices: Indices, colours: str, gap: str, ratio: float) -> QImage:
    """An 8-bit image of (H, W) indices; `gap` is the colour between tiles, `ratio` device pixels a pixel."""
    height, width = indices.shape
    made = QImage(indices.data, width, height, indices.strides[0], QImage.Format.Format_Indexed8)
    ground = QColor(gap)
    made.setColorTable(colour_table(colours, (ground.red(), ground.green(), ground.blue())))
    made = made.copy()  # the image would look at memory that numpy frees
    made.setDevicePixelRatio(ratio)
    return made


def colour_bar(colours: str) -> list[str]:
    """The colour map's 256 colours as #RRGGBB."""
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in lookup_table(colours).tolist()]
