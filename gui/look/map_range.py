"""Which range of values a map's colours cover: nearly all of them, its border apart.

Zero padding makes bright bands along the border, and a few extreme values take most of the scale: of fitted
and trained maps the 90th percentile of |v| is a tenth of the largest. So the range is that of all but one
value in a hundred at either end, inside of the border. What lies beyond it takes the ends, and is marked.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Maps = npt.NDArray[np.float32]
"""(C, H, W)."""
Floats = npt.NDArray[np.float32]

PERCENT: Final = 1.0
"""Of the values, left away at either end."""
LOOKED_AT: Final = 4096
"""So many values tell a map's range."""
SMALLEST_SIDE: Final = 6
"""Maps below this have no border to leave away."""
THICKEST: Final = 4


def inner(maps: Maps) -> Maps:
    """The maps without their border: a sixteenth of the side, 1 to 4 values; small ones as they are."""
    height, width = maps.shape[-2:]
    if min(height, width) < SMALLEST_SIDE:
        return maps
    down, across = (min(THICKEST, max(1, side // 16)) for side in (height, width))
    return maps[..., down : height - down, across : width - across]


def robust_range(maps: Maps, exact: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Each map's lowest and highest value but for the extremes; `exact` where hardly anything varies."""
    flat = inner(maps).reshape(len(maps), -1)
    flat = flat[:, :: max(1, flat.shape[1] // LOOKED_AT) | 1]
    finite = np.where(np.isfinite(flat), flat, np.nan)
    lows, highs = exact[0].copy(), exact[1].copy()
    some = np.isfinite(finite).any(axis=1)
    if some.any() and flat.shape[1] > 2:
        ordered = np.sort(finite[some], axis=1)  # NaN comes last
        counts = np.isfinite(ordered).sum(axis=1)
        skipped = np.floor(counts * (PERCENT / 100)).astype(np.intp)
        rows = np.arange(len(ordered))
        low, high = ordered[rows, skipped], ordered[rows, counts - 1 - skipped]
        varies = high > low
        lows[some] = np.where(varies, low, lows[some])
        highs[some] = np.where(varies, high, highs[some])
    return lows, highs
