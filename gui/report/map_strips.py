"""A layer's strongest maps side by side, as one small PNG."""

import io
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.image.photograph import without_normalization
from engine.model.network import Node
from gui.look.colormaps import Rgb, colour
from gui.look.map_range import inner, robust_range

SIDE: Final = 88
"""Pixels of a map's longer side, at most."""
MOST: Final = 8
_APART: Final = 4
_BARS: Final = 256
"""Most values of a vector that are drawn."""

Maps = npt.NDArray[np.float32]


def strip_png(node: Node, values: Maps) -> bytes:
    """The strongest of (1, C, H, W) from left to right; a vector (1, F) as one row of cells."""
    return _png(_strip(node, values))


def strongest(values: Maps, most: int = MOST) -> list[int]:
    """The channels of (C, H, W) that vary most inside of their border, in the order of their numbers."""
    with np.errstate(all="ignore"):
        spread = np.nan_to_num(inner(values).std(axis=(1, 2), dtype=np.float64), nan=-1.0, posinf=-1.0)
    best = np.argsort(-spread, kind="stable")[:most]
    return sorted(int(channel) for channel in best)


def _strip(node: Node, values: Maps) -> Rgb:
    if values.ndim == 2:
        cells = values[:, :_BARS]
        wide = max(1, (MOST * (SIDE + _APART)) // cells.shape[1])
        return np.repeat(np.repeat(colour(cells, "cividis"), 24, axis=0), wide, axis=1)
    layer = node.layer
    if layer.preprocessing is not None and values.shape[1] in (1, 3):
        picture = np.clip(without_normalization(values, layer.preprocessing)[0], 0, 1)
        seen = np.broadcast_to(picture.transpose(1, 2, 0), (*picture.shape[1:], 3))
        return _scaled(np.rint(seen * 255).astype(np.uint8))
    maps = values[0][strongest(values[0])]
    lowest = np.array([np.nanmin(one) if np.isfinite(one).any() else 0 for one in maps], dtype=np.float32)
    highest = np.array([np.nanmax(one) if np.isfinite(one).any() else 0 for one in maps], dtype=np.float32)
    ranges = zip(*robust_range(maps, (lowest, highest)), strict=True)
    drawn = [
        _scaled(colour(one, "cividis", float(low), float(high)))
        for one, (low, high) in zip(maps, ranges, strict=True)
    ]
    height = max(one.shape[0] for one in drawn)
    width = sum(one.shape[1] + _APART for one in drawn) - _APART
    ground = np.zeros((height, width, 4), dtype=np.uint8)
    left = 0
    for one in drawn:
        ground[: one.shape[0], left : left + one.shape[1], :3] = one
        ground[: one.shape[0], left : left + one.shape[1], 3] = 255
        left += one.shape[1] + _APART
    return ground


def _scaled(picture: Rgb) -> Rgb:
    """Nearest values; the longer side has at most `SIDE` pixels, small maps a whole number a value."""
    height, width = picture.shape[:2]
    longest = max(height, width)
    if longest <= SIDE:
        times = max(1, SIDE // longest)
        return np.repeat(np.repeat(picture, times, axis=0), times, axis=1)
    rows, columns = (
        np.arange(max(1, side * SIDE // longest)) * side // max(1, side * SIDE // longest)
        for side in (height, width)
    )
    return np.ascontiguousarray(picture[np.ix_(rows, columns)])


def _png(picture: Rgb) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG", optimize=True)
    return out.getvalue()
