"""Pooling over windows and over spans of rows and columns, and the gradients: plane by plane."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange
from engine.shapes import Pair, Window

Array = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Spans:
    """Which rows and columns each output averages (from, up to), and how many values count as one mean."""

    rows: Indices
    """(H', 2)"""
    cols: Indices
    """(W', 2)"""
    counts: Array
    """(H', W')"""


def window_spans(window: Window, size: Pair, count_padding: bool) -> Spans:
    """The spans of a sliding window without dilation over a map of this size."""
    spans, counts = [], []
    for axis, out in enumerate(window.output_size(size)):
        before, after = window.pads(size)[axis]
        start = np.arange(out) * window.stride[axis] - before
        end = start + window.kernel_size[axis]
        inside = np.stack([start.clip(0, size[axis]), end.clip(0, size[axis])], axis=1)
        spans.append(inside)
        # What ceil mode adds beyond the padding does not count (PyTorch).
        counts.append(
            end.clip(max=size[axis] + after) - start if count_padding else inside[:, 1] - inside[:, 0]
        )
    return Spans(spans[0], spans[1], np.outer(*counts).astype(np.float32))


def adaptive_spans(size: Pair, output: Pair) -> Spans:
    """Spans from floor(o·n / N) up to ceil((o + 1)·n / N): N outputs that share n pixels evenly."""
    spans, counts = [], []
    for n, out in zip(size, output, strict=True):
        start = np.arange(out) * n // out
        end = -(-(np.arange(out) + 1) * n // out)
        spans.append(np.stack([start, end], axis=1))
        counts.append(end - start)
    return Spans(spans[0], spans[1], np.outer(*counts).astype(np.float32))


def max_pool(x: Array, window: Window) -> Array:
    """Largest value in each window; −∞ where a window sees nothing but padding."""
    size = (x.shape[2], x.shape[3])
    (top, _), (left, _) = window.pads(size)
    y = np.empty((*x.shape[:2], *window.output_size(size)), np.float32)
    _max_pool(_planes(x), *window.kernel_size, *window.stride, *window.dilation, top, left, _planes(y))
    return y


def max_pool_gradient(x: Array, y: Array, dy: Array, window: Window) -> Array:
    """Each output's gradient goes to the first of the largest values in its window."""
    (top, _), (left, _) = window.pads((x.shape[2], x.shape[3]))
    dx = np.zeros(x.shape, np.float32)
    sizes = (*window.kernel_size, *window.stride, *window.dilation, top, left)
    _max_pool_gradient(_planes(x), _planes(y), _planes(dy), *sizes, _planes(dx))
    return dx


def average(x: Array, spans: Spans) -> Array:
    """Mean over each span of rows and columns."""
    y = np.empty((*x.shape[:2], *spans.counts.shape), np.float32)
    _average(_planes(x), spans.rows, spans.cols, spans.counts, _planes(y))
    return y


def average_gradient(dy: Array, spans: Spans, size: Pair) -> Array:
    """Each output's gradient is shared by all values of its span."""
    dx = np.zeros((*dy.shape[:2], *size), np.float32)
    _average_gradient(_planes(dy), spans.rows, spans.cols, spans.counts, _planes(dx))
    return dx


def _planes(maps: Array) -> Array:
    return np.ascontiguousarray(maps, np.float32).reshape(-1, maps.shape[2], maps.shape[3])


@parallel_kernel
def _max_pool(x: Any, kh: int, kw: int, step_h: int, step_w: int, dilation_h: int, dilation_w: int,
              top: int, left: int, y: Any) -> None:  # fmt: skip
    planes, height, width = x.shape
    _, out_h, out_w = y.shape
    for c in prange(planes):
        for oh in range(out_h):
            best = y[c, oh]
            best[:] = -np.inf
            for i in range(kh):
                ih = oh * step_h + i * dilation_h - top
                if ih < 0 or ih >= height:
                    continue
                for j in range(kw):
                    start = j * dilation_w - left
                    lo = min(max((-start + step_w - 1) // step_w, 0), out_w)
                    hi = min(max((width - start + step_w - 1) // step_w, lo), out_w)
                    for ow in range(lo, hi):
                        value = x[c, ih, ow * step_w + start]
                        # A NaN stays, and a NaN that comes wins.
                        best[ow] = best[ow] if best[ow] >= value or best[ow] != best[ow] else value


@parallel_kernel
def _max_pool_gradient(x: Any, y: Any, dy: Any, kh: int, kw: int, step_h: int, step_w: int, dilation_h: int,
                       dilation_w: int, top: int, left: int, dx: Any) -> None:  # fmt: skip
    planes, height, width = x.shape
    _, out_h, out_w = y.shape
    for c in prange(planes):
        for oh in range(out_h):
            for ow in range(out_w):
                best = y[c, oh, ow]
                found = False
                for i in range(kh):
                    ih = oh * step_h + i * dilation_h - top
                    if found or ih < 0 or ih >= height:
                        continue
                    for j in range(kw):
                        iw = ow * step_w + j * dilation_w - left
                        if not found and 0 <= iw < width:
                            value = x[c, ih, iw]
                            if value == best or (value != value and best != best):
                                dx[c, ih, iw] += dy[c, oh, ow]
                                found = True


@parallel_kernel
def _average(x: Any, rows: Any, cols: Any, counts: Any, y: Any) -> None:
    planes = x.shape[0]
    _, out_h, out_w = y.shape
    for c in prange(planes):
        for oh in range(out_h):
            for ow in range(out_w):
                total = 0.0  # a double: a global pool of a photograph adds up a million values
                for ih in range(rows[oh, 0], rows[oh, 1]):
                    for iw in range(cols[ow, 0], cols[ow, 1]):
                        total += x[c, ih, iw]
                y[c, oh, ow] = total / counts[oh, ow] if total != 0.0 else 0.0


@parallel_kernel
def _average_gradient(dy: Any, rows: Any, cols: Any, counts: Any, dx: Any) -> None:
    planes, out_h, out_w = dy.shape
    for c in prange(planes):
        for oh in range(out_h):
            for ow in range(out_w):
                if counts[oh, ow] > 0:
                    share = dy[c, oh, ow] / counts[oh, ow]
                    for ih in range(rows[oh, 0], rows[oh, 1]):
                        for iw in range(cols[ow, 0], cols[ow, 1]):
                            dx[c, ih, iw] += share
