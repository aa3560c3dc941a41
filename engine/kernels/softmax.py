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
        for p in range(tile * TILE, min(tile * TILE + TILE, pixels)):
            largest = x[n, 0, p]
            for c in range(1, channels):
                largest = max(largest, x[n, c, p])
            total = 0.0
            for c in range(channels):
                y[n, c, p] = math.exp(x[n, c, p] - largest)
                total += y[n, c, p]
            share = np.float32(1.0 / total)
            for c in range(channels):
                y[n, c, p] *= share
