"""What one map adds to the statistics of its channels: sums, extremes, histograms.

A histogram has `BINS` equal bins from −2^e to 2^e, and e grows with the values: two bins become one each
time, so that in the end every value stands where it would have stood had e been known from the beginning.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import address_of
from engine.kernels.jit import kernel

Map = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

BINS: Final = 128
"""Of a histogram; even, for half of them lie below 0."""
LEAST_EXPONENT: Final = -100
"""That of a histogram which has seen nothing but zeros."""
_POWERS: Final = 2.0 ** np.arange(LEAST_EXPONENT, 129)
LARGEST: Final = np.float32(3.4028235e38)
BLOCK: Final = 64
"""Channels whose histograms are filled together: they stay in a core's own cache."""


class Pixels:
    """A map (1, C, H, W) or (1, F) whose channels lie side by side: in place where they do, else copied."""

    def __init__(self, values: Map) -> None:
        shaped = values.reshape(1, -1, 1, 1) if values.ndim == 2 else values
        self.channels, self.height, self.width = shaped.shape[1:]
        memory = values.base
        is_flat = isinstance(memory, np.ndarray) and memory.ndim == 1 and memory.dtype == np.float32
        if values.ndim == 4 and is_flat and values.strides[1] == 4 and min(values.strides[2:]) > 0:
            assert isinstance(memory, np.ndarray)
            self.flat: Any = memory[(address_of(values) - address_of(memory)) // 4 :]
            self.row, self.pixel = values.strides[2] // 4, values.strides[3] // 4
        else:
            self.flat = np.ascontiguousarray(shaped[0].transpose(1, 2, 0)).reshape(-1)
            self.row, self.pixel = self.width * self.channels, self.channels

    @property
    def count(self) -> int:
        """H·W."""
        return int(self.height * self.width)


def add_statistics(
    pixels: Pixels,
    exponents: npt.NDArray[np.int32],
    counts: npt.NDArray[np.int64],
    squares: F64,
    cells: F64,
) -> tuple[Map, Map, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The channels' least and largest value (C,), where the largest is (H·W index, the first), and how many
    values are not finite, which take no part in anything.

    Adds to `exponents` (C,), `counts` (C, BINS) and `squares` (C,), and sets `cells` (rows, columns, C), the
    sums over a grid.
    """
    channels = pixels.channels
    low, high = np.full(channels, np.inf, np.float32), np.full(channels, -np.inf, np.float32)
    place, strange = np.full(channels, -1, np.int32), np.zeros(channels, np.int64)
    cells[...] = 0
    size = pixels.row, pixels.pixel, pixels.height, pixels.width, channels
    grid = cells.shape[0], cells.shape[1]
    flat_cells = cells.reshape(-1, channels)
    _sums(pixels.flat, *size, *grid, flat_cells, squares, low, high, strange)
    _histograms(pixels.flat, *size, low, high, exponents, counts, place)
    return low, high, place, strange


def coarser(counts: npt.NDArray[np.int64], steps: int) -> npt.NDArray[np.int64]:
    """(…, BINS): the histogram with a range 2^steps times as wide."""
    made = counts
    for _ in range(min(steps, BINS)):
        wider = np.zeros_like(made)
        wider[..., BINS // 4 : BINS * 3 // 4] = made[..., ::2] + made[..., 1::2]
        made = wider
    return made


@kernel
def _sums(flat: Any, row: int, pixel: int, height: int, width: int, channels: int,
          grid_rows: int, grid_columns: int, cells: Any, squares: Any, low: Any,
          high: Any, strange: Any) -> None:  # fmt: skip
    for h in range(height):
        line = (h * grid_rows // height) * grid_columns
        for column in range(grid_columns):
            sums = cells[line + column]
            # the pixels w with w * grid_columns // width == column
            begin = (column * width + grid_columns - 1) // grid_columns
            end = ((column + 1) * width + grid_columns - 1) // grid_columns
            for w in range(begin, end):
                at = h * row + w * pixel
                own = flat[at : at + channels]
                for c in range(channels):
                    x = own[c]
                    is_number = abs(x) <= LARGEST
                    wide = np.float64(x if is_number else np.float32(0))
                    sums[c] += wide
                    squares[c] += wide * wide
                    low[c] = min(low[c], x if is_number else np.float32(np.inf))
                    high[c] = max(high[c], x if is_number else np.float32(-np.inf))
                    strange[c] += 0 if is_number else 1


@kernel
def _histograms(flat: Any, row: int, pixel: int, height: int, width: int, channels: int, low: Any, high: Any,
                exponents: Any, counts: Any, place: Any) -> None:  # fmt: skip
    half = BINS // 2
    scales, wanted = np.zeros(channels, np.float32), np.zeros(channels, np.float32)
    for c in range(channels):
        most = max(abs(low[c]), abs(high[c])) if low[c] <= high[c] else np.float32(0)
        exponent = LEAST_EXPONENT
        while exponent < 128 and most >= _POWERS[exponent - LEAST_EXPONENT]:
            exponent += 1
        widen = counts[c]
        if exponents[c] == LEAST_EXPONENT:
            exponents[c] = exponent  # zeros, if anything, which stay where they are
        while exponents[c] < exponent:
            exponents[c] += 1
            # towards the middle: what is read lies further out than what is written
            for j in range(half, half + half // 2):
                widen[j] = widen[2 * j - half] + widen[2 * j - half + 1]
            for j in range(half - 1, half - half // 2 - 1, -1):
                widen[j] = widen[2 * j - half] + widen[2 * j - half + 1]
            widen[: half // 2] = 0
            widen[half + half // 2 :] = 0
        scales[c] = np.float32(half / _POWERS[exponents[c] - LEAST_EXPONENT])
        wanted[c] = high[c]
    bins = np.zeros(BLOCK, np.uint32)
    tally = np.zeros(BLOCK * (BINS + 1), np.uint32)  # one bin more, for what is no number
    for first in range(0, channels, BLOCK):
        count = min(BLOCK, channels - first)
        scale, largest = scales[first : first + count], wanted[first : first + count]
        tally[:] = 0
        for h in range(height):
            for w in range(width):
                at = h * row + w * pixel + first
                own = flat[at : at + count]
                found = np.int32(0)
                for c in range(count):
                    is_number = abs(own[c]) <= LARGEST
                    scaled = own[c] * scale[c] if is_number else np.float32(half)
                    own_bins = np.int32(half) + np.int32(c) * np.int32(BINS + 1)
                    bins[c] = np.uint32(np.int32(np.floor(scaled)) + own_bins)
                    found += np.int32(1) if own[c] == largest[c] else np.int32(0)
                if found > 0:
                    for c in range(count):
                        if own[c] == largest[c]:
                            place[first + c] = h * width + w
                            largest[c] = np.nan
                for c in range(count):
                    tally[bins[c]] += np.uint32(1)
        for c in range(count):
            for j in range(BINS):
                counts[first + c, j] += tally[c * (BINS + 1) + j]
