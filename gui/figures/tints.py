"""Colours of figures: what papers use for which kind of layer, and mixtures of colours."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.errors import FormatError, quoted
from gui.figures.style import Options
from gui.look.theme import Palette

FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "input": "Input",
        "convolution": "Convolution",
        "pointwise": "1×1 convolution",
        "depthwise": "Depthwise convolution",
        "up": "Up-convolution, upsampling",
        "pooling": "Pooling",
        "dense": "Dense",
        "softmax": "Softmax",
        "normalization": "Normalisation",
        "activation": "Activation",
        "add": "Sum",
        "concat": "Concatenation",
        "multiply": "Product",
        "merge": "Junction",
        "reshape": "Reshaping",
    }
)
"""`Layer.family` → its name in a legend."""


OKABE_ITO: Final[Mapping[str, str]] = MappingProxyType(
    {
        "input": "#999999", "convolution": "#0072B2", "pointwise": "#56B4E9", "depthwise": "#009E73",
        "up": "#E69F00", "pooling": "#D55E00", "dense": "#CC79A7", "softmax": "#F0E442",
        "normalization": "#66C2A5", "activation": "#F0E442", "add": "#F7F7F7", "concat": "#7FCDBB",
        "multiply": "#F7F7F7", "merge": "#CC79A7", "reshape": "#BBBBBB",
    }
)  # fmt: skip
"""Eight colours that the colour-blind tell apart: Okabe & Ito, "Color universal design", 2008."""
GREYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "input": "#F2F2F2", "convolution": "#A6A6A6", "pointwise": "#D0D0D0", "depthwise": "#8C8C8C",
        "up": "#737373", "pooling": "#4D4D4D", "dense": "#606060", "softmax": "#E6E6E6",
        "normalization": "#C4C4C4", "activation": "#7A7A7A", "add": "#FFFFFF", "concat": "#B8B8B8",
        "multiply": "#FFFFFF", "merge": "#B8B8B8", "reshape": "#DCDCDC",
    }
)  # fmt: skip
"""Told apart by lightness alone."""


def colour_of_kind(text: str) -> tuple[str, str]:
    """(kind, `#RRGGBB`) of `pooling=#C0392B`; `FormatError` for an unknown kind or no colour."""
    kind, _, colour = (part.strip() for part in text.partition("="))
    if kind not in FAMILIES:
        raise FormatError(f"{quoted(kind)} is no kind of layer; there are {', '.join(FAMILIES)}")
    if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) is None:
        raise FormatError(f"{quoted(colour)} is no colour such as #C0392B")
    return kind, colour.upper()


def chosen(original: Mapping[str, str], options: Options) -> Mapping[str, str]:
    """The colour of each kind that a style colours: its own, those of a palette, or what was asked for."""
    palette = {"okabe-ito": OKABE_ITO, "greys": GREYS}.get(options.colours, original)
    return {kind: palette.get(kind, colour) for kind, colour in original.items()} | dict(options.colour)


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with this share of the other, 0…1."""
    a, b = (bytes.fromhex(one[1:]) for one in (colour, other))
    return "#" + "".join(f"{round(x + (y - x) * share):02X}" for x, y in zip(a, b, strict=True))


def luminance(colour: str) -> float:
    """Relative luminance, 0…1 (WCAG 2.2)."""
    channels = [byte / 255 for byte in bytes.fromhex(colour[1:])]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ink_on(fill: str) -> str:
    """Dark or light letters, whichever stand out more on this colour."""
    lum = luminance(fill)
    return "#1B1F24" if (lum + 0.05) / (0.0135 + 0.05) >= 1.05 / (lum + 0.05) else "#FFFFFF"


def paper(palette: Palette) -> str:
    """The ground of a figure."""
    return palette.surface


def line_on(fill: str, palette: Palette) -> str:
    """An outline for an area: darker than it, on dark ground lighter."""
    return mixed(fill, "#FFFFFF", 0.35) if palette.name == "dark" else mixed(fill, "#000000", 0.45)
