"""Softmax over channels."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange

Array = npt.NDArray[np.float32]
TILE = 256
"""Pixels that one task computes."""


def softmax(x: Array) -> Array:
    """Over axis 1 of maps (N, C, H, W) or vectors (N, F)."""
    flat = np.ascontiguousarray(x, np.float32).reshape(*x.shape[:2], -1)
    y = np.empty_like(flat)
    _softmax(flat, y)
    return y.reshape(x.shape)


@parallel_kernel
def _softmax(x: Any, y: Any) -> None:
    batch, channels, pixels = x.shape
    tiles = (pixels + TILE - 1) // TILE
    for task in prange(batch * tiles):
        n, tile = divmod(np.int64(task), tiles)
        p0 = tile * TILE
        width = min(TILE, pixels - p0)
        # A row of pixels at a time: the loads stay in line with memory.
        largest, total = x[n, 0, p0 : p0 + width].copy(), np.zeros(width)
        for c in range(1, channels):
            for p in range(width):
                value = x[n, c, p0 + p]
                largest[p] = value if value > largest[p] or value != value else largest[p]
        for c in range(channels):
            for p in range(width):
                y[n, c, p0 + p] = math.exp(x[n, c, p0 + p] - largest[p])
                total[p] += y[n, c, p0 + p]
        for c in range(channels):
            for p in range(width):
                y[n, c, p0 + p] /= total[p]
