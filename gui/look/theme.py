"""Colours, sizes and type of the program, as plain values without Qt: windows and figures share them.

Kinds of layers use the colour-blind safe set of Okabe & Ito, "Color Universal Design", 2008.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Palette:
    """One theme's colours as `#RRGGBB`. Every ink has at least 4.5 : 1 contrast on every ground."""

    name: str
    window: str
    surface: str
    canvas: str
    text: str
    secondary: str
    line: str
    accent: str
    on_accent: str
    hover: str
    selected: str
    grid: str
    wire: str
    warning: str
    good: str


LIGHT: Final = Palette(
    name="light",
    window="#F6F7F9",
    surface="#FFFFFF",
    canvas="#EEF1F5",
    text="#1B1F24",
    secondary="#5B6572",
    line="#D9DEE5",
    accent="#2A64C8",
    on_accent="#FFFFFF",
    hover="#EDF0F4",
    selected="#DCE8FB",
    grid="#D5DAE2",
    wire="#8A93A0",
    warning="#B14700",
    good="#007655",
)
DARK: Final = Palette(
    name="dark",
    window="#15181D",
    surface="#1D2127",
    canvas="#101317",
    text="#E6E9EE",
    secondary="#9AA5B4",
    line="#2C323B",
    accent="#6FA2FF",
    on_accent="#0C1220",
    hover="#272C34",
    selected="#24344F",
    grid="#23282F",
    wire="#707A88",
    warning="#FF9A5C",
    good="#3CC79B",
)
PALETTES: Final[Mapping[str, Palette]] = MappingProxyType({"light": LIGHT, "dark": DARK})

SYSTEM: Final = "system"
"""The name of no palette: that of the desktop."""

ROLE_COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "input": "#8A94A3",
        "convolution": "#0072B2",
        "pointwise": "#E69F00",
        "depthwise": "#56B4E9",
        "pooling": "#D55E00",
        "normalization": "#009E73",
        "activation": "#F0E442",
        "merge": "#CC79A7",
        "reshape": "#6B7280",
    }
)
"""One colour for each of `engine.layers.ROLES`, the same in both themes."""

ROLE_ICONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "input": "image",
        "convolution": "grid-3x3",
        "pointwise": "circle-dot",
        "depthwise": "layers",
        "pooling": "minimize-2",
        "normalization": "gauge",
        "activation": "activity",
        "merge": "combine",
        "reshape": "rows-3",
    }
)
"""The kind is told by icon and text too, never by colour alone."""

FRAME_COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "grey": "#8A94A3",
        "blue": "#0072B2",
        "green": "#009E73",
        "yellow": "#F0E442",
        "orange": "#E69F00",
        "red": "#D55E00",
        "purple": "#CC79A7",
    }
)
"""One colour for each of `engine.model.annotations.FRAME_COLOURS`, faint in both themes."""

FONT_FAMILIES: Final = ("Inter", "DejaVu Sans")
"""DejaVu Sans behind Inter brings the signs that Inter lacks."""

CAPTION_PX: Final = 11
BASE_PX: Final = 13
TITLE_PX: Final = 15
FIGURE_PX: Final = 20
"""Type sizes in device-independent pixels."""

GRID: Final = 8
RADIUS: Final = 6
CARD_WIDTH: Final = 176
CARD_HEIGHT: Final = 72
THUMBNAIL: Final = 48
