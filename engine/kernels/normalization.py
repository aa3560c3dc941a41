"""Mean 0 and variance 1, over groups of maps or over the channels of a pixel, and the gradient of both."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange

Array = npt.NDArray[np.float32]
TILE = 64
"""Pixels that one task normalises over their channels."""


def normalize_groups(x: Array, groups: int, eps: float) -> Array:
    """Each group of channels of maps (N, C, H, W) over all its pixels."""
    flat = np.ascontiguousarray(x, np.float32).reshape(x.shape[0] * groups, -1)
    y = np.empty_like(flat)
    _normalize_rows(flat, eps, y)
    return y.reshape(x.shape)


def normalize_channels(x: Array, eps: float) -> Array:
    """The channels of each pixel of maps (N, C, H, W), or the features of vectors (N, F)."""
    flat = np.ascontiguousarray(x, np.float32).reshape(*x.shape[:2], -1)
    y = np.empty_like(flat)
    _normalize_columns(flat, eps, y)
    return y.reshape(x.shape)


def normalize_gradient(x: Array, dy: Array, axis: int, eps: float) -> Array:
    """Gradient of normalising along `axis`: dy less its mean and less its part along the output.

    Ioffe & Szegedy, Batch normalization, 2015, section 3.
    """
    centred = x - x.mean(axis, keepdims=True, dtype=np.float64)
    scale = 1 / np.sqrt((centred * centred).mean(axis, keepdims=True) + eps)
    made = centred * scale
    along = (dy * made).mean(axis, keepdims=True)
    dx = scale * (dy - dy.mean(axis, keepdims=True, dtype=np.float64) - made * along)
    return np.asarray(dx, np.float32)


@parallel_kernel
def _normalize_rows(x: Any, eps: float, y: Any) -> None:
    rows, values = x.shape
    for row in prange(rows):
        total = 0.0
        for i in range(values):
            total += x[row, i]
        mean = total / values
        squares = 0.0
        for i in range(values):
            squares += (x[row, i] - mean) * (x[row, i] - mean)
        scale = 1.0 / np.sqrt(squares / values + eps)
        for i in range(values):
            y[row, i] = (x[row, i] - mean) * scale


@parallel_kernel
def _normalize_columns(x: Any, eps: float, y: Any) -> None:
    batch, channels, pixels = x.shape
    tiles = (pixels + TILE - 1) // TILE
    for task in prange(batch * tiles):
        n, tile = divmod(np.int64(task), tiles)
        p0 = tile * TILE
        width = min(TILE, pixels - p0)
        # A row of pixels at a time, in doubles: the loads stay in line with memory.
        mean, scale = np.zeros(width), np.zeros(width)
        for c in range(channels):
            for p in range(width):
                mean[p] += x[n, c, p0 + p]
        for p in range(width):
            mean[p] /= channels
        for c in range(channels):
            for p in range(width):
                difference = x[n, c, p0 + p] - mean[p]
                scale[p] += difference * difference
        for p in range(width):
            scale[p] = 1.0 / np.sqrt(scale[p] / channels + eps)
        for c in range(channels):
            for p in range(width):
                y[n, c, p0 + p] = (x[n, c, p0 + p] - mean[p]) * scale[p]
