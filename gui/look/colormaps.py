"""Numbers as colours: tables of 256 colours, perceptually uniform, and their use on arrays.

`viridis` and `cividis` are read from `assets/colormaps` (sources stand there), `greys` and `diverging` are
computed here. The diverging table is for signed values: blue below zero, vermilion above, and nearly white
between; both ends are told apart with any colour vision (Okabe & Ito, "Color universal design", 2008).
On dark ground it has a twin with a dark middle and lighter ends, so that what responds stands out there too.
"""

from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assets import colormap_path

Rgb = npt.NDArray[np.uint8]
"""(…, 3), 8 bits a channel."""

NAMES: Final = ("viridis", "cividis", "greys", "diverging")

NOT_A_NUMBER: Final = (255, 0, 255)
"""Colour of NaN, which is in no table: worth seeing."""
INFINITE: Final = (0, 230, 118)
"""Of +∞ where it is told apart from the largest value…"""
MINUS_INFINITE: Final = (0, 105, 60)
"""…and of −∞."""

DIVERGING_DARK: Final = "diverging dark"
"""The twin of `diverging` for dark ground, chosen by `on_ground`."""

_DIVERGING: Final = {
    "diverging": ("#0072B2", "#F4F4F4", "#D55E00"),
    DIVERGING_DARK: ("#56B4E9", "#272C34", "#FF8A4C"),
}
"""Below zero, zero, above."""


def on_ground(name: str, *, dark: bool) -> str:
    """The table to use for this one on light or dark ground."""
    return DIVERGING_DARK if dark and name == "diverging" else name


def colour(
    values: npt.NDArray[Any], name: str = "viridis", low: float | None = None, high: float | None = None
) -> Rgb:
    """The values as (…, 3) uint8 RGB; `low` and `high` take the ends of the table.

    They default to the smallest and largest finite value, and for `diverging` to ∓ the largest
    magnitude, so that zero is neutral. A constant array takes the table's low end (diverging: by value).
    """
    values = np.asarray(values, dtype=np.float32)
    if low is None or high is None:
        own_low, own_high = value_range(values, signed=name in _DIVERGING)
        low = own_low if low is None else low
        high = own_high if high is None else high
    span = high - low if high > low else 1.0
    # A value beyond float32 after scaling is infinite here and clipped to an end of the table below.
    with np.errstate(over="ignore", invalid="ignore"):
        position = (values - np.float32(low)) * np.float32(255.0 / span)
    missing = np.isnan(position)
    index = np.rint(np.clip(np.where(missing, 0, position), 0, 255)).astype(np.uint8)
    made: Rgb = lookup_table(name)[index]
    if missing.any():
        made[missing] = NOT_A_NUMBER
    return made


def value_range(values: npt.NDArray[Any], *, signed: bool = False) -> tuple[float, float]:
    """Smallest and largest finite value; `signed` makes the range symmetric around zero. (0, 1) if none."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return (-1.0, 1.0) if signed else (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    if signed:
        reach = max(abs(low), abs(high)) or 1.0
        return -reach, reach
    return low, high


@cache
def lookup_table(name: str) -> Rgb:
    """The (256, 3) uint8 table, read-only; `ValueError` for a name that is none of them."""
    if name not in (*NAMES, DIVERGING_DARK):
        raise ValueError(f"no colour map is called {name!r}; there are {', '.join(NAMES)}")
    if name == "greys":
        table = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    elif name in _DIVERGING:
        table = _diverging(*_DIVERGING[name])
    else:
        lines = colormap_path(name).read_text(encoding="ascii").split()
        table = np.array([tuple(bytes.fromhex(line[1:])) for line in lines], dtype=np.uint8)
    table.flags.writeable = False
    return table


def _diverging(below: str, zero: str, above: str) -> Rgb:
    """Straight lines in Oklab from both ends to the neutral middle, where equal steps look equal."""
    ends = _oklab(np.array([tuple(bytes.fromhex(c[1:])) for c in (below, zero, above)], np.uint8))
    t = np.linspace(-1, 1, 256)[:, None]
    weight = np.abs(t)
    return _srgb(np.where(t < 0, ends[0], ends[2]) * weight + ends[1] * (1 - weight))


# Björn Ottosson, "A perceptual color space for image processing", 2020: linear sRGB → cone responses → Oklab.
_TO_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _oklab(rgb: Rgb) -> npt.NDArray[np.float64]:
    s = rgb / 255.0
    linear = np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T)


def _srgb(lab: npt.NDArray[np.float64]) -> Rgb:
    linear = np.clip((lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_CONES).T, 0, 1)
    s = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(s * 255), dtype=np.uint8)
