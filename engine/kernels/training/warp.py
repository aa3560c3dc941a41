"""Pictures moved, turned and scaled, each in its own way: for augmentation."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import kernel

Array = npt.NDArray[np.float32]


def warp(pictures: Array, ways: Array) -> Array:
    """(N, H, W, C) → the same shape; `ways` (N, 2, 3) lead from (row, column, 1) of the new picture to the
    place that it reads, between pixels bilinearly, zeros beyond the edges."""
    made = np.empty_like(pictures, order="C")
    _warp(np.ascontiguousarray(pictures, np.float32), ways, made)
    return made


@kernel
def _warp(x: Any, ways: Any, y: Any) -> None:
    count, height, width, channels = x.shape
    for n in range(count):
        a = ways[n]
        for h in range(height):
            for w in range(width):
                row = a[0, 0] * h + a[0, 1] * w + a[0, 2]
                column = a[1, 0] * h + a[1, 1] * w + a[1, 2]
                top, left = int(np.floor(row)), int(np.floor(column))
                down, right = row - top, column - left
                for c in range(channels):
                    total = np.float32(0.0)
                    for i in range(2):
                        for j in range(2):
                            ih, iw = top + i, left + j
                            if ih >= 0 and ih < height and iw >= 0 and iw < width:
                                share = (down if i else 1 - down) * (right if j else 1 - right)
                                total += share * x[n, ih, iw, c]
                    y[n, h, w, c] = total
