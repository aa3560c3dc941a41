"""Convolution, its input gradient, and transposed convolution: all of them `correlate` with other taps."""

import numpy as np
import numpy.typing as npt

from engine.kernels.correlate import correlate
from engine.shapes import Pair, Window

Array = npt.NDArray[np.float32]
Taps = npt.NDArray[np.int64]


def convolve(x: Array, weight: Array, bias: Array | None, window: Window, groups: int) -> Array:
    """Maps (N, C, H, W) seen through kernels (out_channels, C / groups, kernel_h, kernel_w)."""
    size = (x.shape[2], x.shape[3])
    (top, _), (left, _) = window.pads(size)
    return slide(x, weight, bias, window, (top, left), window.output_size(size), groups)


def convolve_input_gradient(
    dy: Array, weight: Array, shape: tuple[int, ...], window: Window, groups: int
) -> Array:
    """Gradient with respect to the (N, C, H, W) input of `convolve`, whose shape is given."""
    (top, _), (left, _) = window.pads((shape[2], shape[3]))
    return spread(dy, weight, None, window, (top, left), (shape[2], shape[3]), groups)


def slide(
    x: Array, weight: Array, bias: Array | None, window: Window, start: Pair, size: Pair, groups: int
) -> Array:
    """y[k, o] = Σ w[k, c, t] · x[c, o·stride + t·dilation − start], for outputs o of the given size."""
    kernels, _, kh, kw = weight.shape
    rows = np.arange(kh) * window.dilation[0] - start[0]
    cols = np.arange(kw) * window.dilation[1] - start[1]
    y = _filled((x.shape[0], kernels, *size), bias)
    _correlate(x, weight, rows, cols, window.stride, y, groups)
    return y


def spread(
    x: Array, weight: Array, bias: Array | None, window: Window, start: Pair, size: Pair, groups: int
) -> Array:
    """y[c, i] = Σ w[k, c, t] · x[k, o] over all o, t with o·stride + t·dilation − start = i.

    The transpose of `slide`. Outputs whose index leaves the same remainder by the stride read through the
    same taps: for each remainder this is a convolution with stride 1 and a part of the kernel.
    """
    y = _filled((x.shape[0], weight.shape[1] * groups, *size), bias)
    for r in range(min(window.stride[0], size[0])):
        taps_h, rows = _taps(r, weight.shape[2], window.stride[0], window.dilation[0], start[0])
        for s in range(min(window.stride[1], size[1])):
            taps_w, cols = _taps(s, weight.shape[3], window.stride[1], window.dilation[1], start[1])
            if not rows.size or not cols.size:
                continue
            phase = y[:, :, r :: window.stride[0], s :: window.stride[1]]
            part = np.ascontiguousarray(phase)
            kernels = _transposed(weight[:, :, taps_h][:, :, :, taps_w], groups)
            _correlate(x, kernels, rows, cols, (1, 1), part, groups)
            if part is not phase:
                phase[...] = part
    return y


def _taps(remainder: int, kernel: int, stride: int, dilation: int, start: int) -> tuple[Taps, Taps]:
    """The taps that reach outputs of this remainder, and where in the input each one reads for the first."""
    taps = np.arange(kernel)
    position = remainder + start - taps * dilation
    reaching = position % stride == 0
    return taps[reaching], position[reaching] // stride


def _transposed(weight: Array, groups: int) -> Array:
    """Kernels with their two channel axes exchanged inside each group."""
    kernels, channels, kh, kw = weight.shape
    grouped = weight.reshape(groups, kernels // groups, channels, kh, kw)
    return grouped.transpose(0, 2, 1, 3, 4).reshape(groups * channels, kernels // groups, kh, kw)


def _filled(shape: tuple[int, ...], bias: Array | None) -> Array:
    y = np.zeros(shape, np.float32)
    if bias is not None:
        y += bias[:, None, None]
    return y


def _correlate(x: Array, weight: Array, rows: Taps, cols: Taps, step: Pair, y: Array, groups: int) -> None:
    kernels, channels, kh, kw = weight.shape
    batch, _, height, width = y.shape
    correlate(
        np.ascontiguousarray(x, np.float32),
        np.ascontiguousarray(weight, np.float32).reshape(groups, kernels // groups, channels * kh * kw),
        np.repeat(rows, kw),
        np.tile(cols, kh),
        step[0],
        step[1],
        y.reshape(batch, groups, kernels // groups, height * width),
        width,
    )
