"""Local response normalisation across channels."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange

Array = npt.NDArray[np.float32]


def local_response(x: Array, size: int, alpha: float, beta: float, k: float) -> Array:
    """x / (k + alpha / size · Σ x²)^beta over `size` neighbouring channels (N, C, H, W)."""
    flat = np.ascontiguousarray(x, np.float32).reshape(*x.shape[:2], -1)
    y = np.empty_like(flat)
    _neighbours(flat * flat, size // 2, y)
    return x * _powered(y, size, alpha, -beta, k).reshape(x.shape)


def local_response_gradient(x: Array, dy: Array, size: int, alpha: float, beta: float, k: float) -> Array:
    """A value's own term, less what it adds to the divisors of its neighbours."""
    flat = np.ascontiguousarray(x, np.float32).reshape(*x.shape[:2], -1)
    passed = np.ascontiguousarray(dy, np.float32).reshape(flat.shape)
    sums, shared = np.empty_like(flat), np.empty_like(flat)
    _neighbours(flat * flat, size // 2, sums)
    _neighbours(passed * flat * _powered(sums, size, alpha, -beta - 1, k), size // 2, shared)
    own = passed * _powered(sums, size, alpha, -beta, k)
    return (own - np.float32(2 * alpha * beta / size) * flat * shared).reshape(x.shape)


def _powered(sums: Array, size: int, alpha: float, power: float, k: float) -> Array:
    return (np.float32(k) + np.float32(alpha / size) * sums) ** np.float32(power)


@parallel_kernel
def _neighbours(x: Any, half: int, y: Any) -> None:
    """y[n, c] = Σ x[n, j] over c − half ≤ j ≤ c + half."""
    batch, channels, pixels = x.shape
    for plane in prange(batch * channels):
        n, c = divmod(np.int64(plane), channels)
        y[n, c, :] = 0.0
        for j in range(max(c - half, 0), min(c + half + 1, channels)):
            for p in range(pixels):
                y[n, c, p] += x[n, j, p]
