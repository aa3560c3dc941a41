"""Enlarging maps by whole factors, and the gradient."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange
from engine.shapes import Pair

Array = npt.NDArray[np.float32]


def enlarge(x: Array, factor: Pair, mode: str, align_corners: bool) -> Array:
    """Maps (N, C, H, W) with height and width multiplied."""
    batch, channels, height, width = x.shape
    if mode == "nearest":
        return x.repeat(factor[0], axis=2).repeat(factor[1], axis=3)
    rows = _places(height, factor[0], align_corners)
    cols = _places(width, factor[1], align_corners)
    y = np.empty((batch, channels, height * factor[0], width * factor[1]), np.float32)
    _mix(_planes(x), *rows, *cols, _planes(y))
    return y


def enlarge_gradient(dy: Array, factor: Pair, mode: str, align_corners: bool) -> Array:
    """Each output's gradient goes to the values it was mixed of."""
    batch, channels, out_h, out_w = dy.shape
    height, width = out_h // factor[0], out_w // factor[1]
    if mode == "nearest":
        blocks = dy.reshape(batch, channels, height, factor[0], width, factor[1])
        return np.asarray(blocks.sum(axis=(3, 5)), np.float32)
    dx = np.zeros((batch, channels, height, width), np.float32)
    rows = _places(height, factor[0], align_corners)
    cols = _places(width, factor[1], align_corners)
    _unmix(_planes(dy), *rows, *cols, _planes(dx))
    return dx


def _places(n: int, factor: int, align_corners: bool) -> tuple[Any, Any, Array]:
    """For each output: the two inputs around it, and the share of the second."""
    out = np.arange(n * factor)
    # The place of an output in the input, as a fraction: exact, so that a share of nothing is nothing.
    if align_corners:
        part, whole = out * (n - 1), max(n * factor - 1, 1)
    else:
        whole = 2 * factor
        part = (2 * out + 1 - factor).clip(0, (n - 1) * whole)
    first = part // whole
    share = (part % whole / whole).astype(np.float32)
    # Where the share is zero the second is not looked at: it may be a NaN.
    return first, np.where(share > 0, np.minimum(first + 1, n - 1), first), share


def _planes(maps: Array) -> Array:
    return np.ascontiguousarray(maps, np.float32).reshape(-1, maps.shape[2], maps.shape[3])


@parallel_kernel
def _mix(x: Any, r0: Any, r1: Any, rt: Any, c0: Any, c1: Any, ct: Any, y: Any) -> None:
    one = np.float32(1)
    for c in prange(x.shape[0]):
        for h in range(r0.size):
            above, below, t = x[c, r0[h]], x[c, r1[h]], rt[h]
            for w in range(c0.size):
                a, b, s = c0[w], c1[w], ct[w]
                upper = above[a] * (one - s) + above[b] * s
                lower = below[a] * (one - s) + below[b] * s
                y[c, h, w] = upper * (one - t) + lower * t


@parallel_kernel
def _unmix(dy: Any, r0: Any, r1: Any, rt: Any, c0: Any, c1: Any, ct: Any, dx: Any) -> None:
    one = np.float32(1)
    for c in prange(dx.shape[0]):
        for h in range(r0.size):
            above, below, t = dx[c, r0[h]], dx[c, r1[h]], rt[h]
            for w in range(c0.size):
                a, b, s = c0[w], c1[w], ct[w]
                upper, lower = dy[c, h, w] * (one - t), dy[c, h, w] * t
                above[a] += upper * (one - s)
                above[b] += upper * s
                below[a] += lower * (one - s)
                below[b] += lower * s
