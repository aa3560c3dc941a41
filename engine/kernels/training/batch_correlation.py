"""Convolutions of batches whose pictures lie innermost: forward, back, and the gradient of the weights.

A *correlation* joins maps `a` (H, W, groups · C, L) and `b` (H', W', groups · K, L) by weights (groups · K,
C, kernel height, kernel width): b[o, k] = Σ w[k, c, t] · a[o · stride + t · dilation − start, c]. A
convolution goes from a to b and its gradient back; a transposed convolution the other way round. What is laid
here are rows of a `Program`; every task writes a part of its own, in an order that does not depend on who
does it: the same bytes for any number of threads.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.emit.vector_ir import WIDTH
from engine.kernels.training.batch_tile import GRADIENT_TILES, TILE_KERNELS, TILE_VECTORS
from engine.kernels.training.batch_values import blocks
from engine.kernels.training.correlation_tasks import (
    add_chunks,
    correlation_task,
    pack_weights,
    weight_task,
)
from engine.kernels.training.program import Program
from engine.shapes import Pair

Array = npt.NDArray[np.float32]
Table = npt.NDArray[np.int64]

CHUNK_BYTES: Final = 1 << 19
"""Rows of both maps that a task goes through for the weights' gradient: they stay in the second cache."""
LEAST_TASKS: Final = 8
"""Into which the weights' gradient is split if it can be: a multiple of the usual numbers of threads."""
FEW_ROWS: Final = 4
UNROLLED: Final = 4
"""Vectors of a pixel that are gone through without a loop."""


class BatchCorrelation:
    """One correlation for maps of given sizes; the batch may change from program to program."""

    def __init__(
        self, a: tuple[int, int, int], b: tuple[int, int, int], kernel_size: Pair, stride: Pair,
        dilation: Pair, start: Pair, groups: int,
    ) -> None:  # fmt: skip
        """a, b: (channels, height, width) of both maps."""
        self.a, self.b, self.kernel_size, self.groups = a, b, kernel_size, groups
        self.channels, self.kernels = a[0] // groups, b[0] // groups
        self._geometry = list(zip(a[1:], b[1:], kernel_size, stride, dilation, start, strict=True))
        self.flops = 2.0 * b[1] * b[2] * b[0] * self.channels * kernel_size[0] * kernel_size[1]
        """Of one picture."""

    def slide(
        self, program: Program, a: Array, w: Array, bias: Array | None, b: Array, onto: Array | None = None
    ) -> None:
        """Into b, from a. onto: what lies like b, and is added where no bias is."""
        self._correlate(program, a, w, bias, b, onto, back=False)

    def spread(
        self, program: Program, b: Array, w: Array, bias: Array | None, a: Array, onto: Array | None = None
    ) -> None:
        """Into a, from b: the transpose of `slide`."""
        self._correlate(program, b, w, bias, a, onto, back=True)

    def weights(
        self, program: Program, a: Array, b: Array, dw: Array, db: Array | None, *, waits: bool = True
    ) -> None:
        """Adds to dw what each weight multiplies in a, times what stands in b; to db the sums of b. Lanes
        behind the batch must be 0 in one of them (for db: in b), and numbers in the other.

        waits: whether the row before must be done.
        """
        lanes = a.shape[-1]
        (kh, kw), rows = self.kernel_size, self.b[1]
        tile = _best_tile(self.kernels, self.channels, kw)
        pairs = self.groups * -(-self.kernels // tile[0])
        chunks, parts = self._shares(lanes, pairs)
        chunk = -(-rows // chunks)
        chunks = -(-rows // chunk)
        total = db if db is not None else np.zeros(self.b[0], np.float32)
        sums = (dw, total)
        if chunks > 1:
            sums = np.zeros((chunks, *dw.shape), np.float32), np.zeros((chunks, *total.shape), np.float32)
        unrolled = UNROLLED if lanes % (UNROLLED * WIDTH) == 0 else 1
        program.row(
            weight_task(*tile, unrolled), chunks * parts, self.flops * lanes,
            dict(
                a=a, b=b, dw=sums[0], db=sums[1], biased=db is not None, fresh=chunks > 1,
                taps=np.array([_meeting(i, self._geometry[0]) for i in range(kh)], np.int64),
                places=self._places(4 * lanes * self.a[0], tile[2]),
                zeros=np.zeros(tile[1] * lanes, np.float32),
                groups=self.groups, kernels=self.kernels, channels=self.channels, kh=kh, kw=kw,
                a_width=self.a[2], b_height=rows, b_width=self.b[2], lanes=lanes,
                stride_h=self._geometry[0][3], chunk=chunk, parts=parts,
            ),
            waits=waits,
        )  # fmt: skip
        if chunks > 1:
            for of_chunks, made in zip(sums, (dw, db), strict=True):
                if made is not None:
                    program.row(
                        add_chunks, blocks(made.size), 8.0 * of_chunks.size,
                        dict(
                            sums=of_chunks, total=made, chunks=chunks, size=made.size,
                        ),
                        waits=made is dw,
                    )  # fmt: skip

    def _places(self, pixel_bytes: int, at_once: int) -> Table:
        """Where in a row of a each column of b has its taps: distances, −1 outside; and as many −1 behind all
        as are read `at_once`."""
        a_size, b_size, kernel, stride, dilation, start = self._geometry[1]
        read = np.arange(b_size)[:, None] * stride + np.arange(kernel)[None] * dilation - start
        places = np.where((read < 0) | (read >= a_size), -1, read * pixel_bytes).reshape(-1)
        return np.concatenate([places, np.full(at_once, -1)]).astype(np.int64)

    def _shares(self, lanes: int, pairs: int) -> tuple[int, int]:
        """Into how many chunks of rows, and parts of the kernels, the weights' gradient is split."""
        rows = self.b[1]
        row_bytes = 4 * lanes * (self.b[2] * self.b[0] + self.a[2] * self.a[0] * self._geometry[0][3])
        chunks = min(rows, -(-rows * row_bytes // CHUNK_BYTES)) if rows > FEW_ROWS else 1
        if rows > FEW_ROWS and chunks * pairs < LEAST_TASKS:
            chunks = min(rows, -(-LEAST_TASKS // pairs))
        return chunks, min(pairs, -(-LEAST_TASKS // chunks)) if chunks > 1 else pairs

    def _correlate(
        self, program: Program, x: Array, w: Array, bias: Array | None, y: Array, onto: Array | None, *,
        back: bool,
    ) -> None:  # fmt: skip
        lanes = x.shape[-1]
        vectors = lanes // WIDTH
        kernels, channels = (self.channels, self.kernels) if back else (self.kernels, self.channels)
        count, at_once = _tile_of(kernels, vectors)
        blocks = -(-kernels // count)
        rows, row_starts, columns, column_starts = self._table(back, lanes, count)
        packed = np.zeros((self.groups * blocks, *self.kernel_size, channels, count), np.float32)
        shift = np.zeros((self.groups, blocks * count), np.float32)
        program.row(
            pack_weights, self.groups * blocks, 8.0 * packed.size,
            dict(
                w=w, bias=0 if bias is None else bias, packed=packed, shift=shift, back=back,
                blocks=blocks, kh=self.kernel_size[0], kw=self.kernel_size[1], channels=channels, count=count,
                kernels=kernels,
            ),
            early=True,
        )  # fmt: skip
        height, width = y.shape[:2] if y.ndim == 4 else (1, 1)
        parts = self.groups * blocks if height <= FEW_ROWS else 1
        program.row(
            correlation_task(count, at_once), height * parts, self.flops * lanes,
            dict(
                x=x, w=packed, bias=shift, onto=0 if onto is None else onto, y=y, rows=rows, columns=columns,
                row_starts=row_starts,
                column_starts=column_starts, groups=self.groups, blocks=blocks, kernels=kernels,
                channels=channels, width=width, vectors=vectors, parts=parts, block_bytes=packed[0].size * 4,
            ),
        )  # fmt: skip

    def _table(self, back: bool, lanes: int, count: int) -> tuple[Table, ...]:
        """For the rows and for the columns of the output: distances of the taps inside, and where each
        output's begin."""
        read = self.b if back else self.a
        channels = self.kernels if back else self.channels
        pixel = 4 * lanes * read[0]
        tap = 4 * count * channels
        steps = ((pixel * read[2], tap * self.kernel_size[1]), (pixel, tap))
        made: list[Table] = []
        for geometry, (step, w_step) in zip(self._geometry, steps, strict=True):
            made += _taps(geometry, back, step, w_step)
        return tuple(made)


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


def _tile_of(kernels: int, vectors: int) -> tuple[int, int]:
    at_once = next(n for n in (4, 2, 1) if n <= TILE_VECTORS and vectors % n == 0)
    return _least_waste(kernels, TILE_KERNELS), at_once


def _least_waste(kernels: int, most: int) -> int:
    """Output channels of a tile: the number that wastes the least, the larger one of equals."""
    most = min(most, kernels)
    return min(range(most, max(0, most - 3), -1), key=lambda count: (-(-kernels // count) * count, -count))


def _best_tile(kernels: int, channels: int, taps: int) -> tuple[int, int, int]:
    """Of the weights' gradient: the one whose estimated cycles are the fewest, wasted ones among them."""

    def cycles(tile: tuple[int, int, int]) -> tuple[float, int]:
        k, c, t = tile
        tiles = -(-kernels // k) * -(-channels // c) * -(-taps // t)
        # A multiply-add a cycle, a load a cycle, and three for a line out of the second cache, where
        # neighbouring taps find the same lines.
        return tiles * (1 + max(k * c * t, k + c * t, 3 * (k + c))), k * c * t

    return min(GRADIENT_TILES, key=cycles)
