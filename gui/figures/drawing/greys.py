"""A drawing without colours, for print: every colour as the grey of its luminance, so contrasts stay.

WCAG 2.2, W3C Recommendation, 2023: "relative luminance"; contrast ratios depend on nothing else.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from gui.figures.drawing.drawing import Drawing, Item, Picture, Text

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


def in_greys(drawing: Drawing) -> Drawing:
    """The same drawing in greys; pictures too."""
    background = None if drawing.background is None else grey_of(drawing.background)
    return replace(drawing, background=background, items=tuple(map(_grey, drawing.items)))


@cache
def grey_of(colour: str) -> str:
    """`#RRGGBB` of equal parts, as light as the colour."""
    pixel = np.frombuffer(bytes.fromhex(colour[1:]), np.uint8)
    level = int(grey_pixels(pixel[None, None])[0, 0, 0])
    return f"#{level:02X}{level:02X}{level:02X}"


def grey_pixels(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """(H, W, 3) of equal channels, each pixel as light as it was."""
    s = np.arange(256) / 255
    linear = np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)
    luminance = linear[pixels] @ _WEIGHTS
    grey = np.where(luminance <= 0.0031308, luminance * 12.92, 1.055 * luminance ** (1 / 2.4) - 0.055)
    return np.repeat(np.rint(grey * 255).astype(np.uint8)[..., None], 3, axis=2)


def _grey(item: Item) -> Item:
    if isinstance(item, Text):
        return replace(item, colour=grey_of(item.colour))
    if isinstance(item, Picture):
        return replace(item, pixels=grey_pixels(item.pixels))
    fill, stroke = (None if one is None else grey_of(one) for one in (item.fill, item.stroke))
    return replace(item, fill=fill, stroke=stroke)
