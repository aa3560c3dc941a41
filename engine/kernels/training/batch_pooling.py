"""Pooling of batches whose pictures lie innermost: maps (H, W, C, L), all channels of a pixel at once."""

from typing import Any

import numpy as np

from engine.kernels.jit import kernel


@kernel
def max_pool_rows(x: Any, y: Any, chosen: Any, rows: Any, columns: Any, first: int, last: int) -> None:
    """Rows first … last − 1 of y (H', W', C·L), and which tap of its window each value is, row by row.

    rows, columns: (outputs, taps) of the input's rows and columns, −1 beyond its edges. A NaN is kept.
    """
    _, width, values = y.shape
    for oh in range(first, last):
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


@kernel
def max_pool_back_rows(
    dy: Any, chosen: Any, dx: Any, rows: Any, row_starts: Any, columns: Any, column_starts: Any, taps: int,
    first: int, last: int,
) -> None:  # fmt: skip
    """Rows first … last − 1 of dx (H, W, C·L): each gathers from the windows that read it and chose it.

    rows: (n, 2) of (output row, tap's row), those of input row h from row_starts[h] on; columns likewise.
    """
    _, width, values = dx.shape
    for ih in range(first, last):
        for iw in range(width):
            into = dx[ih, iw]
            into[:] = 0
            for r in range(row_starts[ih], row_starts[ih + 1]):
                for c in range(column_starts[iw], column_starts[iw + 1]):
                    slope, index = dy[rows[r, 0], columns[c, 0]], chosen[rows[r, 0], columns[c, 0]]
                    tap = rows[r, 1] * taps + columns[c, 1]
                    for n in range(values):
                        into[n] += slope[n] if index[n] == tap else np.float32(0)


@kernel
def mean_pool_rows(x: Any, y: Any, share: Any, rows: Any, columns: Any, first: int, last: int) -> None:
    """Rows of y (H', W', C·L): sums of what lies in the window, times share (H', W')."""
    _, width, values = y.shape
    for oh in range(first, last):
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


@kernel
def mean_pool_back_rows(
    dy: Any, share: Any, dx: Any, rows: Any, row_starts: Any, columns: Any, column_starts: Any, first: int,
    last: int,
) -> None:  # fmt: skip
    """Rows of dx (H, W, C·L): the shares of all windows that read it."""
    _, width, values = dx.shape
    for ih in range(first, last):
        for iw in range(width):
            into = dx[ih, iw]
            into[:] = 0
            for r in range(row_starts[ih], row_starts[ih + 1]):
                for c in range(column_starts[iw], column_starts[iw + 1]):
                    slope, factor = dy[rows[r, 0], columns[c, 0]], share[rows[r, 0], columns[c, 0]]
                    for n in range(values):
                        into[n] += slope[n] * factor
