"""The theme as the canvas paints it: colours, pens and fonts made once, not in every paint."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from gui.look.appearance import font, icon_pixmap
from gui.look.theme import BASE_PX, CAPTION_PX, ROLE_COLOURS, ROLE_ICONS, Palette

ICON: Final = 14

# PySide looks a member of an enumeration up in 5 µs, which hundreds of items pay in every frame.
NO_PEN: Final = Qt.PenStyle.NoPen
NO_BRUSH: Final = Qt.BrushStyle.NoBrush
CENTRED: Final = Qt.AlignmentFlag.AlignCenter
RIGHT_CENTRED: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
LEFT_CENTRED: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
ANTIALIASED: Final = QPainter.RenderHint.Antialiasing
SMOOTH: Final = QPainter.RenderHint.SmoothPixmapTransform

FULL_CARD: Final = 0.55
"""Zoom from which cards are painted in full; below they are coloured blocks."""

BLOCK_MAP: Final = 0.44
"""Zoom from which blocks show their map."""

BLOCK_LABEL: Final = 0.2
"""Zoom from which blocks carry a label."""


class CanvasStyle:
    """What painting needs of one palette."""

    def __init__(self, palette: Palette, least_px: int = 0) -> None:
        """No letters of a card are smaller than `least_px`."""
        self.palette = palette
        self.canvas = QColor(palette.canvas)
        self.surface = QColor(palette.surface)
        self.text = QColor(palette.text)
        self.secondary = QColor(palette.secondary)
        self.accent = QColor(palette.accent)
        self.glow = faded(palette.accent, 70)
        self.band = faded(palette.accent, 30)
        self.warning = QColor(palette.warning)
        self.on_warning = QColor(palette.surface)
        self.selected = QColor(palette.selected)
        self.empty = QColor(palette.hover)
        self.shadow = QColor(0, 0, 0, 14 if palette.name == "light" else 60)
        self.hairline = QPen(QColor(palette.line), 1)
        self.outline = QPen(self.accent, 2)
        self.ring = QPen(self.accent, 1)
        self.band_edge = QPen(self.accent, 1)
        self.band_edge.setCosmetic(True)
        # Two pixels wide, square looks as round does, and is drawn in a tenth of the time.
        self.grid = QPen(QColor(palette.grid), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)
        self.grid.setCosmetic(True)
        self.wire = QPen(QColor(palette.wire), 1.5)
        self.wire_hovered = QPen(QColor(palette.secondary), 2)
        self.wire_selected = QPen(self.accent, 2.5)
        self.wire_passing = QPen(QColor(palette.wire), 1.5, Qt.PenStyle.DashLine)
        self.wire_far = QPen(QColor(palette.wire), 1)
        self.wire_far.setCosmetic(True)
        self.cut = QPen(self.warning, 1.5, Qt.PenStyle.DashLine)
        self.cut.setCosmetic(True)
        self.roles = {role: QColor(colour) for role, colour in ROLE_COLOURS.items()}
        self.on_roles = {role: _readable_on(colour) for role, colour in self.roles.items()}
        self.body: QFont = font(max(BASE_PX, least_px))
        self.title: QFont = font(max(BASE_PX, least_px), "semibold")
        self.small_title: QFont = font(max(BASE_PX - 1, least_px), "semibold")
        self.caption: QFont = font(max(CAPTION_PX, least_px))
        self.small: QFont = font(max(CAPTION_PX - 1, least_px))
        self.title_metrics = QFontMetricsF(self.title)
        self.small_title_metrics = QFontMetricsF(self.small_title)
        self.caption_metrics = QFontMetricsF(self.caption)
        # The same few shapes stand on hundreds of wires, and measuring one takes as long as drawing it.
        self.caption_width = _remembered(self.caption_metrics)
        self.title_width = _remembered(self.title_metrics)
        self.small_width = _remembered(QFontMetricsF(self.small))

    def role_icon(self, role: str, ratio: float) -> QPixmap:
        """The small icon of a kind of layer, sharp at this device pixel ratio."""
        return _icon(ROLE_ICONS[role], self.palette.secondary, ratio)

    def icon(self, name: str, ratio: float) -> QPixmap:
        """A small icon by its name, sharp at this device pixel ratio."""
        return _icon(name, self.palette.secondary, ratio)

    def warning_icon(self, ratio: float) -> QPixmap:
        """The sign in front of a reason."""
        return _icon("triangle-alert", self.on_warning.name(), ratio)


def faded(colour: str, alpha: int) -> QColor:
    """A colour with an opacity of 0 to 255."""
    color = QColor(colour)
    color.setAlpha(alpha)
    return color


def _remembered(metrics: QFontMetricsF) -> Callable[[str], float]:
    """The width of a text. Wrapping Qt's own function takes 30 ms: PySide writes its help for it first."""

    @lru_cache(maxsize=1024)
    def width(text: str) -> float:
        return metrics.horizontalAdvance(text)

    return width


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, ratio: float) -> QPixmap:
    return icon_pixmap(name, colour, ICON, ratio)


def _readable_on(colour: QColor) -> QColor:
    """White or near black, whichever stands out more (relative luminance of WCAG 2.2)."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return QColor("#FFFFFF") if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.063 else QColor("#1B1F24")
