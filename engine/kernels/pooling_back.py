"""The way back through max pooling where a pixel's channels lie side by side: many channels at once."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import kernel
from engine.shapes import Window

Array = npt.NDArray[np.float32]


def max_pool_back(x: Array, y: Array, dy: Array, window: Window, dx: Array) -> None:
    """Into `dx`: each output's gradient goes to the first of the largest values in its window.

    All are (1, C, H, W); those whose channels lie side by side are read as they are.
    """
    (top, _), (left, _) = window.pads((x.shape[2], x.shape[3]))
    sizes = (*window.kernel_size, *window.stride, *window.dilation, top, left)
    out = np.zeros((x.shape[2], x.shape[3], x.shape[1]), np.float32)
    _max_pool_back(_pixels(x), _pixels(y), _pixels(dy), *sizes, out)
    dx[0] = out.transpose(2, 0, 1)


def _pixels(maps: Array) -> Array:
    """(H, W, C), side by side in memory."""
    return np.ascontiguousarray(maps[0].transpose(1, 2, 0))


@kernel
def _max_pool_back(x: Any, y: Any, dy: Any, kh: int, kw: int, step_h: int, step_w: int, dilation_h: int,
                   dilation_w: int, top: int, left: int, dx: Any) -> None:  # fmt: skip
    # On one core: beside the team's threads a second set of them would only wait for cores.
    height, width, channels = x.shape
    out_h, out_w, _ = y.shape
    waiting = np.empty(channels, np.float32)
    for oh in range(out_h):
        for ow in range(out_w):
            for c in range(channels):
                waiting[c] = dy[oh, ow, c]
            for i in range(kh):
                ih = oh * step_h + i * dilation_h - top
                if ih < 0 or ih >= height:
                    continue
                for j in range(kw):
                    iw = ow * step_w + j * dilation_w - left
                    if iw < 0 or iw >= width:
                        continue
                    for c in range(channels):
                        value, best = x[ih, iw, c], y[oh, ow, c]
                        # without a branch, so that many channels are compared at once
                        is_first = (value == best) | ((value != value) & (best != best))
                        passed = waiting[c] if is_first else np.float32(0)
                        dx[ih, iw, c] += passed
                        waiting[c] -= passed
