"""Colours of figures: what papers use for which kind of layer, and mixtures of colours."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
