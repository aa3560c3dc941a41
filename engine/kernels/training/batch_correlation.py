"""Convolutions of batches whose pictures lie innermost: forward, back, and the gradient of the weights.

A *correlation* joins maps `a` (H, W, groups · C, L) and `b` (H', W', groups · K, L) by weights (groups · K,
C, kernel height, kernel width): b[o, k] = Σ w[k, c, t] · a[o · stride + t · dilation − start, c]. A
convolution goes from a to b and its gradient back; a transposed convolution the other way round. Every task
writes a part of its own, in an order that does not depend on who does it: the same bytes for any number of
threads.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import address_of
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH
from engine.kernels.jit import kernel
from engine.kernels.training.batch_tile import (
    GRADIENT_TILE,
    TILE_KERNELS,
    TILE_VECTORS,
    correlation_tile,
    gradient_tile,
)
from engine.shapes import Pair

Array = npt.NDArray[np.float32]
Table = npt.NDArray[np.int64]

Task = Callable[[int, int], None]
"""Does the tasks first … last − 1."""
Runner = Callable[[Task, int, float], None]
"""(task, how many, floating-point operations of all): does all of them, on whatever threads there are."""

CHUNK_BYTES: Final = 1 << 19
"""Rows of both maps that a task goes through for the weights' gradient: they stay in the second cache."""
FEW_ROWS: Final = 4
UNROLLED: Final = 4
"""Vectors of a pixel that are gone through without a loop."""


class BatchCorrelation:
    """One correlation for maps of given sizes; the batch may change from call to call."""

    def __init__(
        self, a: tuple[int, int, int], b: tuple[int, int, int], kernel_size: Pair, stride: Pair,
        dilation: Pair, start: Pair, groups: int,
    ) -> None:  # fmt: skip
        """a, b: (channels, height, width) of both maps."""
        self.a, self.b, self.kernel_size, self.groups = a, b, kernel_size, groups
        self.channels, self.kernels = a[0] // groups, b[0] // groups
        self._geometry = list(zip(a[1:], b[1:], kernel_size, stride, dilation, start, strict=True))
        self._tables: dict[tuple[bool, int, int], tuple[Table, ...]] = {}
        self.flops = 2.0 * b[1] * b[2] * b[0] * self.channels * kernel_size[0] * kernel_size[1]
        """Of one picture."""

    def slide(self, a: Array, w: Array, bias: Array | None, b: Array, run: Runner) -> None:
        """Into b, from a."""
        self._correlate(a, w, bias, b, run, back=False)

    def spread(self, b: Array, w: Array, bias: Array | None, a: Array, run: Runner) -> None:
        """Into a, from b: the transpose of `slide`."""
        self._correlate(b, w, bias, a, run, back=True)

    def weights(self, a: Array, b: Array, dw: Array, run: Runner) -> None:
        """Adds to dw what each weight multiplies in a, times what stands in b. Lanes behind the batch must be
        0 in one of them, and numbers in the other."""
        lanes = a.shape[-1]
        step = 4 * lanes
        kh, kw = self.kernel_size
        taps = np.array([_meeting(i, self._geometry[0]) for i in range(kh)], np.int64)
        columns = np.array([_meeting(j, self._geometry[1]) for j in range(kw)], np.int64)
        rows = self.b[1]
        row_bytes = step * (self.b[2] * self.b[0] + self.a[2] * self.a[0] * self._geometry[0][3])
        chunk = max(1, CHUNK_BYTES // row_bytes) if rows > FEW_ROWS else rows
        chunks = -(-rows // chunk)
        tile = _least_waste(self.kernels, GRADIENT_TILE[0]), min(self.channels, GRADIENT_TILE[1])
        parts = -(-self.kernels // tile[0]) if chunks == 1 else 1
        sums = dw.reshape(1, *dw.shape) if chunks == 1 else np.zeros((chunks, *dw.shape), np.float32)
        sizes = np.array(
            [self.groups, self.kernels, self.channels, kh, kw, *self.a[1:], *self.b[1:], lanes,
             self._geometry[0][3], self._geometry[1][3], chunk, parts],
            np.int64,
        )  # fmt: skip
        addresses = np.array([address_of(a), address_of(b), address_of(sums)], np.int64)
        kernel_of = _weight_tasks(*tile, UNROLLED if lanes % (UNROLLED * WIDTH) == 0 else 1)

        def task(first: int, last: int) -> None:
            kernel_of(addresses, sizes, taps, columns, first, last)

        run(task, chunks * parts, self.flops * lanes)
        if chunks > 1:
            dw += sums.sum(axis=0)

    def _correlate(
        self, x: Array, w: Array, bias: Array | None, y: Array, run: Runner, *, back: bool
    ) -> None:
        lanes = x.shape[-1]
        vectors = lanes // WIDTH
        at_once = next(n for n in (4, 2, 1) if n <= TILE_VECTORS and vectors % n == 0)
        kernels, channels = (self.channels, self.kernels) if back else (self.kernels, self.channels)
        count = _least_waste(kernels, TILE_KERNELS)
        blocks = -(-kernels // count)
        rows, row_starts, columns, column_starts = self._table(back, lanes, count)
        packed = np.zeros((self.groups, blocks, *self.kernel_size, channels, count), np.float32)
        _pack(np.ascontiguousarray(w), self.groups, back, packed)
        shift = np.zeros((self.groups, blocks * count), np.float32)
        if bias is not None:
            shift[:, :kernels] = bias.reshape(self.groups, kernels)
        height, width = y.shape[:2] if y.ndim == 4 else (1, 1)
        parts = self.groups * blocks if height <= FEW_ROWS else 1
        sizes = np.array(
            [self.groups, blocks, kernels, channels, width, vectors, parts, packed[0, 0].size * 4], np.int64
        )
        places = [address_of(array) for array in (x, packed, shift, y, rows, columns)]
        addresses = np.array(places, np.int64)
        kernel_of = _correlation_tasks(count, at_once)

        def task(first: int, last: int) -> None:
            kernel_of(addresses, sizes, row_starts, column_starts, first, last)

        run(task, height * parts, self.flops * lanes)

    def _table(self, back: bool, lanes: int, count: int) -> tuple[Table, ...]:
        """For the rows and for the columns of the output: distances of the taps inside, and where each
        output's begin."""
        key = back, lanes, count
        if key not in self._tables:
            read = self.b if back else self.a
            channels = self.kernels if back else self.channels
            pixel = 4 * lanes * read[0]
            tap = 4 * count * channels
            steps = ((pixel * read[2], tap * self.kernel_size[1]), (pixel, tap))
            made: list[Table] = []
            for geometry, (step, w_step) in zip(self._geometry, steps, strict=True):
                made += _taps(geometry, back, step, w_step)
            self._tables[key] = tuple(made)
        return self._tables[key]


def _taps(geometry: tuple[int, ...], back: bool, step: int, w_step: int) -> tuple[Table, Table]:
    a_size, b_size, kernel, stride, dilation, start = geometry
    entries: list[tuple[int, int]] = []
    starts = [0]
    for output in range(a_size if back else b_size):
        for tap in range(kernel):
            if back:
                place, rest = divmod(output + start - tap * dilation, stride)
                inside = rest == 0 and 0 <= place < b_size
            else:
                place = output * stride + tap * dilation - start
                inside = 0 <= place < a_size
            if inside:
                entries.append((place * step, tap * w_step))
        starts.append(len(entries))
    return np.array(entries, np.int64).reshape(-1, 2), np.array(starts, np.int64)


def _meeting(tap: int, geometry: tuple[int, ...]) -> tuple[int, int, int]:
    """The outputs first … last − 1 that meet an input at this tap, and where the first reads."""
    a_size, b_size, _, stride, dilation, start = geometry
    shift = tap * dilation - start
    first = max(0, -(shift // stride))
    last = min(b_size, (a_size - 1 - shift) // stride + 1)
    return first, max(first, last), first * stride + shift


def _least_waste(kernels: int, most: int) -> int:
    """Output channels of a tile: the number that wastes the least, the larger one of equals."""
    most = min(most, kernels)
    return min(range(most, max(0, most - 3), -1), key=lambda count: (-(-kernels // count) * count, -count))


@kernel
def _pack(w: Any, groups: int, back: Any, packed: Any) -> None:
    _, blocks, kh, kw, channels, count = packed.shape
    per_group = w.shape[0] // groups
    for g in range(groups):
        for block in range(blocks):
            for i in range(kh):
                for j in range(kw):
                    for c in range(channels):
                        for k in range(count):
                            number = block * count + k
                            if back:
                                if number < w.shape[1]:
                                    packed[g, block, i, j, c, k] = w[g * per_group + c, number, i, j]
                            elif number < per_group:
                                packed[g, block, i, j, c, k] = w[g * per_group + number, c, i, j]


@cache
def _correlation_tasks(count: int, at_once: int) -> Any:
    """Compiled for tiles of `count` kernels and `at_once` vectors. A task is a row, or some kernels of it."""

    def correlation_tasks(
        addresses: Any, sizes: Any, row_starts: Any, column_starts: Any, first: int, last: int
    ) -> None:
        x, w, bias, y, rows, columns = (
            addresses[0], addresses[1], addresses[2], addresses[3], addresses[4], addresses[5],
        )  # fmt: skip
        groups, blocks, kernels, channels = sizes[0], sizes[1], sizes[2], sizes[3]
        width, vectors, parts, block_bytes = sizes[4], sizes[5], sizes[6], sizes[7]
        step = vectors * VECTOR_BYTES
        pairs = groups * blocks
        for task in range(first, last):
            row, part = divmod(task, parts)
            r0, r1 = row_starts[row], row_starts[row + 1]
            for column in range(width):
                c0, c1 = column_starts[column], column_starts[column + 1]
                pixel = y + (row * width + column) * groups * kernels * step
                for pair in range(part * pairs // parts, (part + 1) * pairs // parts):
                    g, block = divmod(pair, blocks)
                    for n in range(0, vectors, at_once):
                        correlation_tile(
                            count, at_once,
                            x + g * channels * step + n * VECTOR_BYTES,
                            w + pair * block_bytes,
                            bias + pair * count * 4,
                            pixel + (g * kernels + block * count) * step + n * VECTOR_BYTES,
                            step, rows + 16 * r0, r1 - r0, columns + 16 * c0, c1 - c0, channels, step,
                            kernels - block * count,
                        )  # fmt: skip

    correlation_tasks.__qualname__ = f"correlation_tasks_{count}_{at_once}"
    return kernel(correlation_tasks)


@cache
def _weight_tasks(tile_kernels: int, tile_channels: int, at_once: int) -> Any:
    """Compiled for tiles of so many weights. A task is a chunk of rows, or some kernels of all rows."""

    def weight_tasks(addresses: Any, sizes: Any, taps: Any, tap_columns: Any, first: int, last: int) -> None:
        groups, kernels, channels, kh, kw = sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]
        a_width, b_height, b_width, lanes = sizes[6], sizes[7], sizes[8], sizes[9]
        stride_h, stride_w, chunk, parts = sizes[10], sizes[11], sizes[12], sizes[13]
        step = 4 * lanes
        a_pixel, b_pixel = groups * channels * step, groups * kernels * step
        k_blocks = (kernels + tile_kernels - 1) // tile_kernels
        k_step = channels * kh * kw * 4
        for task in range(first, last):
            number, part = divmod(task, parts)
            low, high = number * chunk, min((number + 1) * chunk, b_height)
            for g in range(groups):
                for k_block in range(part * k_blocks // parts, (part + 1) * k_blocks // parts):
                    k0 = k_block * tile_kernels
                    for c0 in range(0, channels, tile_channels):
                        dw = addresses[2] + (number * groups * kernels + g * kernels + k0) * k_step
                        for i in range(kh):
                            o0, o1 = max(low, taps[i, 0]), min(high, taps[i, 1])
                            ih = taps[i, 2] + (o0 - taps[i, 0]) * stride_h
                            for j in range(kw):
                                p0, p1, iw = tap_columns[j, 0], tap_columns[j, 1], tap_columns[j, 2]
                                if o0 < o1 and p0 < p1:
                                    gradient_tile(
                                        tile_kernels, tile_channels, at_once,
                                        addresses[0] + (ih * a_width + iw) * a_pixel
                                        + (g * channels + c0) * step,
                                        stride_h * a_width * a_pixel, stride_w * a_pixel, step,
                                        addresses[1] + (o0 * b_width + p0) * b_pixel
                                        + (g * kernels + k0) * step,
                                        b_width * b_pixel, b_pixel, step,
                                        o1 - o0, p1 - p0, step // VECTOR_BYTES,
                                        dw + ((c0 * kh + i) * kw + j) * 4,
                                        k_step, kh * kw * 4, kernels - k0, channels - c0,
                                    )  # fmt: skip

    weight_tasks.__qualname__ = f"weight_tasks_{tile_kernels}_{tile_channels}_{at_once}"
    return kernel(weight_tasks)
