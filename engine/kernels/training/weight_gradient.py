"""Gradient of a convolution's kernels: each weight meets the gradient at every place that it was used."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange
from engine.shapes import Pair, Window

Array = npt.NDArray[np.float32]


def slide_weight_gradient(
    x: Array, dy: Array, kernel_size: Pair, window: Window, start: Pair, groups: int
) -> Array:
    """dw[k, c, t] = Σ dy[n, k, o] · x[n, c, o·stride + t·dilation − start] over images n and outputs o.

    x: (N, C, H, W), dy: (N, K, H', W') → (K, C / groups, kernel_h, kernel_w). The gradient of the weights of
    `convolution.slide`; with x and dy exchanged, of those of `convolution.spread`.
    """
    made = np.zeros((dy.shape[1], x.shape[1] // groups, *kernel_size), np.float32)
    sizes = (*window.stride, *window.dilation, *start, groups)
    _weight_gradient(np.ascontiguousarray(x, np.float32), np.ascontiguousarray(dy, np.float32), *sizes, made)
    return made


@parallel_kernel
def _weight_gradient(x: Any, dy: Any, step_h: int, step_w: int, dilation_h: int, dilation_w: int,
                     top: int, left: int, groups: int, dw: Any) -> None:  # fmt: skip
    batch, _, height, width = x.shape
    kernels, channels, kh, kw = dw.shape
    out_h, out_w = dy.shape[2], dy.shape[3]
    for task in prange(kernels * channels):
        k, c = divmod(np.int64(task), channels)
        of = k // (kernels // groups) * channels + c
        for i in range(kh):
            for j in range(kw):
                # The outputs of a row whose column lies inside the map: lo ≤ ow < hi.
                shift = j * dilation_w - left
                lo = min(max((-shift + step_w - 1) // step_w, 0), out_w)
                hi = min(max((width - shift + step_w - 1) // step_w, lo), out_w)
                total = np.float64(0.0)
                for n in range(batch):
                    for oh in range(out_h):
                        ih = oh * step_h + i * dilation_h - top
                        if ih < 0 or ih >= height:
                            continue
                        row, gradient = x[n, of, ih], dy[n, k, oh]
                        part = np.float32(0.0)
                        for ow in range(lo, hi):
                            part += gradient[ow] * row[ow * step_w + shift]
                        total += part
                dw[k, c, i, j] = total
