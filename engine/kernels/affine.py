"""A scale and a shift for each channel."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange

Array = npt.NDArray[np.float32]


def affine(x: Array, scale: Array, shift: Array) -> Array:
    """y[n, c] = scale[c] · x[n, c] + shift[c], for maps (N, C, H, W) or vectors (N, C)."""
    flat = np.ascontiguousarray(x, np.float32).reshape(*x.shape[:2], -1)
    y = np.empty(flat.shape, np.float32)
    _affine(flat, np.ascontiguousarray(scale, np.float32), np.ascontiguousarray(shift, np.float32), y)
    return y.reshape(x.shape)


@parallel_kernel
def _affine(x: Any, scale: Any, shift: Any, y: Any) -> None:
    batch, channels, pixels = x.shape
    for plane in prange(batch * channels):
        n, c = divmod(np.int64(plane), channels)
        a, b = scale[c], shift[c]
        for p in range(pixels):
            y[n, c, p] = a * x[n, c, p] + b
