"""Pooling of batches whose pictures lie innermost: maps (H, W, C, L), all channels of a pixel at once.

A task is a row of what is written. Tables of int64: `rows` and `columns` (outputs, taps) tell what a window
reads, −1 beyond the edges; the way back has `rows` (n, 2) of (output row, tap's row), those of input row h
from row_starts[h] on, and columns likewise.
"""

from typing import Any

import numpy as np

from engine.kernels.jit import kernel
from engine.kernels.training.batch_task import batch_task, byte_pointer, carray, float_pointer, word_pointer


@batch_task("x y chosen rows columns taps_y taps_x height width out_height out_width values")
def max_pool_row(row: Any, number: int, thread: Any) -> int:
    """A row of y (H', W', C·L), and which tap of its window each value is. A NaN is kept."""
    out = (row.out_height, row.out_width, row.values)
    _max_pool(
        carray(float_pointer(row.x), (row.height, row.width, row.values)),
        carray(float_pointer(row.y), out),
        carray(byte_pointer(row.chosen), out),
        carray(word_pointer(row.rows), (row.out_height, row.taps_y)),
        carray(word_pointer(row.columns), (row.out_width, row.taps_x)),
        row.first + number,
    )
    return 0


@kernel
def _max_pool(x: Any, y: Any, chosen: Any, rows: Any, columns: Any, oh: int) -> None:
    _, width, values = y.shape
    for ow in range(width):
        out, index = y[oh, ow], chosen[oh, ow]
        begun = False
        for i in range(rows.shape[1]):
            ih = rows[oh, i]
            for j in range(columns.shape[1]):
                iw = columns[ow, j]
                if ih < 0 or iw < 0:
                    continue
                seen = x[ih, iw]
                tap = i * columns.shape[1] + j
                if not begun:
                    begun = True
                    for n in range(values):
                        out[n] = seen[n]
                        index[n] = tap
                else:
                    for n in range(values):
                        larger = seen[n] > out[n] or (seen[n] != seen[n] and out[n] == out[n])
                        out[n] = seen[n] if larger else out[n]
                        index[n] = tap if larger else index[n]


@batch_task(
    "dy chosen dx rows row_starts row_count columns column_starts column_count taps height width out_height"
    " out_width values"
)
def max_pool_back_row(row: Any, number: int, thread: Any) -> int:
    """A row of dx (H, W, C·L): it gathers from the windows that read it and chose it."""
    out = (row.out_height, row.out_width, row.values)
    _max_pool_back(
        carray(float_pointer(row.dy), out),
        carray(byte_pointer(row.chosen), out),
        carray(float_pointer(row.dx), (row.height, row.width, row.values)),
        carray(word_pointer(row.rows), (row.row_count, 2)),
        carray(word_pointer(row.row_starts), (row.height + 1,)),
        carray(word_pointer(row.columns), (row.column_count, 2)),
        carray(word_pointer(row.column_starts), (row.width + 1,)),
        row.taps,
        row.first + number,
    )
    return 0


@kernel
def _max_pool_back(
    dy: Any, chosen: Any, dx: Any, rows: Any, row_starts: Any, columns: Any, column_starts: Any, taps: int,
    ih: int,
) -> None:  # fmt: skip
    _, width, values = dx.shape
    for iw in range(width):
        into = dx[ih, iw]
        into[:] = 0
        for r in range(row_starts[ih], row_starts[ih + 1]):
            for c in range(column_starts[iw], column_starts[iw + 1]):
                slope, index = dy[rows[r, 0], columns[c, 0]], chosen[rows[r, 0], columns[c, 0]]
                tap = rows[r, 1] * taps + columns[c, 1]
                for n in range(values):
                    into[n] += slope[n] if index[n] == tap else np.float32(0)


@batch_task("x y share rows columns taps_y taps_x height width out_height out_width values")
def mean_pool_row(row: Any, number: int, thread: Any) -> int:
    """A row of y (H', W', C·L): sums of what lies in the window, times share (H', W')."""
    _mean_pool(
        carray(float_pointer(row.x), (row.height, row.width, row.values)),
        carray(float_pointer(row.y), (row.out_height, row.out_width, row.values)),
        carray(float_pointer(row.share), (row.out_height, row.out_width)),
        carray(word_pointer(row.rows), (row.out_height, row.taps_y)),
        carray(word_pointer(row.columns), (row.out_width, row.taps_x)),
        row.first + number,
    )
    return 0


@kernel
def _mean_pool(x: Any, y: Any, share: Any, rows: Any, columns: Any, oh: int) -> None:
    _, width, values = y.shape
    for ow in range(width):
        out = y[oh, ow]
        out[:] = 0
        for i in range(rows.shape[1]):
            for j in range(columns.shape[1]):
                ih, iw = rows[oh, i], columns[ow, j]
                if ih >= 0 and iw >= 0:
                    seen = x[ih, iw]
                    for n in range(values):
                        out[n] += seen[n]
        factor = share[oh, ow]
        for n in range(values):
            out[n] *= factor


@batch_task(
    "dy share dx rows row_starts row_count columns column_starts column_count height width out_height"
    " out_width values"
)
def mean_pool_back_row(row: Any, number: int, thread: Any) -> int:
    """A row of dx (H, W, C·L): the shares of all windows that read it."""
    _mean_pool_back(
        carray(float_pointer(row.dy), (row.out_height, row.out_width, row.values)),
        carray(float_pointer(row.share), (row.out_height, row.out_width)),
        carray(float_pointer(row.dx), (row.height, row.width, row.values)),
        carray(word_pointer(row.rows), (row.row_count, 2)),
        carray(word_pointer(row.row_starts), (row.height + 1,)),
        carray(word_pointer(row.columns), (row.column_count, 2)),
        carray(word_pointer(row.column_starts), (row.width + 1,)),
        row.first + number,
    )
    return 0


@kernel
def _mean_pool_back(
    dy: Any, share: Any, dx: Any, rows: Any, row_starts: Any, columns: Any, column_starts: Any, ih: int
) -> None:
    _, width, values = dx.shape
    for iw in range(width):
        into = dx[ih, iw]
        into[:] = 0
        for r in range(row_starts[ih], row_starts[ih + 1]):
            for c in range(column_starts[iw], column_starts[iw + 1]):
                slope, factor = dy[rows[r, 0], columns[c, 0]], share[rows[r, 0], columns[c, 0]]
                for n in range(values):
                    into[n] += slope[n] * factor


COLUMNS = 256
"""Values of every pixel that a task of the mean over whole maps takes."""


@batch_task("x y pixels values")
def mean_of_pixels(row: Any, number: int, thread: Any) -> int:
    """y (C·L) is the mean of x (pixels, C·L); a task takes COLUMNS of it."""
    first = (row.first + number) * COLUMNS
    count = min(COLUMNS, row.values - first)
    made = carray(float_pointer(row.y + 4 * first), (count,))
    made[:] = 0
    for pixel in range(row.pixels):
        _gather(carray(float_pointer(row.x + 4 * (pixel * row.values + first)), (count,)), made)
    for n in range(count):
        made[n] *= np.float32(1 / row.pixels)
    return 0


@kernel
def _gather(seen: Any, total: Any) -> None:
    for n in range(len(total)):
        total[n] += seen[n]


@batch_task("dy dx pixels values")
def mean_of_pixels_back(row: Any, number: int, thread: Any) -> int:
    """A pixel of dx (pixels, C·L)."""
    pixel = row.first + number
    _share_out(
        carray(float_pointer(row.dy), (row.values,)),
        carray(float_pointer(row.dx + 4 * pixel * row.values), (row.values,)),
        np.float32(1 / row.pixels),
    )
    return 0


@kernel
def _share_out(dy: Any, dx: Any, factor: Any) -> None:
    for n in range(len(dx)):
        dx[n] = dy[n] * factor
