"""A signed heat map over a photograph: the photograph in greys, so that colour means heat and nothing else.

Heat is laid on as thick as it is strong, straight from nothing at 0 to `opacity` at the end of the scale;
what lies beyond the scale takes its end. Nothing is squeezed, squared or equalised on the way.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attribution.places import stretched
from gui.look.colormaps import NOT_A_NUMBER, Rgb, colour, on_ground

Map = npt.NDArray[np.float32]

LUMINANCE: Final = np.array([0.299, 0.587, 0.114], np.float32)
SPECKLED_PERCENT: Final = 98.0
"""Of a picture's pixels: a handful of extreme ones would leave all others pale."""


def heat_limit(values: Map, *, speckled: bool) -> float:
    """What takes the ends of the scale, ±: the largest magnitude, or for pixels a high percentile of it."""
    found = np.abs(values[np.isfinite(values)])
    if not found.size:
        return 1.0
    most = float(found.max())
    limit = float(np.percentile(found, SPECKLED_PERCENT)) if speckled else most
    return limit or most or 1.0


def beyond(values: Map, limit: float) -> float:
    """Share of the values that lie beyond the scale."""
    return float((np.abs(values) > limit * (1 + 1e-6)).mean()) if values.size else 0.0


def overlay(
    photograph: Rgb,
    heat: Map,
    limit: float,
    *,
    opacity: float = 0.85,
    threshold: float = 0.0,
    dark: bool = False,
) -> Rgb:
    """(H, W, 3): `heat` (h, w), of the same aspect, laid over the photograph.

    threshold: a share of the scale; weaker heat is left away. NaN is marked.
    """
    grown = stretched(heat, (photograph.shape[0], photograph.shape[1]))
    grey = (photograph @ LUMINANCE)[..., None]
    strength = np.minimum(np.abs(grown) / np.float32(limit), 1)
    thick = np.where(strength >= threshold, strength, 0) * np.float32(opacity)
    thick = np.nan_to_num(thick, nan=1.0)[..., None]
    ends = np.sign(np.nan_to_num(grown)) * np.float32(
        limit
    )  # the pure hue: how strong it is, thickness tells
    hue = colour(ends, on_ground("diverging", dark=dark), -limit, limit).astype(np.float32)
    hue[np.isnan(grown)] = NOT_A_NUMBER
    return np.asarray(np.rint(grey * (1 - thick) + hue * thick), np.uint8)


def signed_picture(heat: Map, limit: float, *, dark: bool = False) -> Rgb:
    """The heat alone, on the scale that `scale_strip` shows."""
    return colour(heat, on_ground("diverging", dark=dark), -limit, limit)


def scale_strip(length: int, width: int, *, dark: bool = False) -> Rgb:
    """(length, width, 3): the scale, its positive end at the top."""
    ramp = np.linspace(1, -1, length, dtype=np.float32)[:, None].repeat(width, axis=1)
    return colour(ramp, on_ground("diverging", dark=dark), -1, 1)
