"""What one map adds to the statistics of its channels: sums, extremes, histograms, products of channels.

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
LANES: Final = 16
"""Channels that are looked at together: one line of the processor's cache."""


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


def add_products(pixels: Pixels, mean: F64, products: F64) -> None:
    """Add Σ x·xᵀ over the pixels to the lower triangle of `products` (C, C).

    mean: of this map's channels. What lies about it is added up in float32, 64 pixels at a time, and the
    mean's own part in float64: nothing is lost where channels hardly vary.
    """
    _products(
        pixels.flat,
        pixels.row,
        pixels.pixel,
        pixels.height,
        pixels.width,
        mean.astype(np.float32),
        products,
    )


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
    x, sums, total = np.zeros(LANES, np.float32), np.zeros(LANES), np.zeros(LANES)
    least, most, odd = np.zeros(LANES, np.float32), np.zeros(LANES, np.float32), np.zeros(LANES, np.int32)
    for first in range(0, channels, LANES):
        lanes = min(LANES, channels - first)
        least[:], most[:], total[:], odd[:] = np.inf, -np.inf, 0, 0
        for h in range(height):
            line = (h * grid_rows // height) * grid_columns
            for column in range(grid_columns):
                sums[:] = 0
                # the pixels w with w * grid_columns // width == column
                begin = (column * width + grid_columns - 1) // grid_columns
                end = ((column + 1) * width + grid_columns - 1) // grid_columns
                for w in range(begin, end):
                    at = h * row + w * pixel + first
                    if lanes == LANES:
                        for c in range(LANES):
                            x[c] = flat[at + c]
                    else:
                        for c in range(lanes):
                            x[c] = flat[at + c]
                    for c in range(LANES):
                        is_number = abs(x[c]) <= LARGEST
                        value = x[c] if is_number else np.float32(0)
                        wide = np.float64(value)
                        sums[c] += wide
                        total[c] += wide * wide
                        least[c] = min(least[c], x[c] if is_number else np.float32(np.inf))
                        most[c] = max(most[c], x[c] if is_number else np.float32(-np.inf))
                        odd[c] += 0 if is_number else 1
                for c in range(lanes):
                    cells[line + column, first + c] += sums[c]
        for c in range(lanes):
            squares[first + c] += total[c]
            low[first + c], high[first + c], strange[first + c] = least[c], most[c], odd[c]


@kernel
def _histograms(flat: Any, row: int, pixel: int, height: int, width: int, channels: int, low: Any, high: Any,
                exponents: Any, counts: Any, place: Any) -> None:  # fmt: skip
    half = BINS // 2
    x, scales = np.zeros(LANES, np.float32), np.zeros(LANES, np.float32)
    bins, wanted = np.zeros(LANES, np.uint32), np.zeros(LANES, np.float32)
    tally = np.zeros(LANES * (BINS + 1), np.uint32)  # one bin more, for what is no number
    for first in range(0, channels, LANES):
        lanes = min(LANES, channels - first)
        wanted[:] = np.nan
        tally[:] = 0
        for c in range(first, first + lanes):
            most = max(abs(low[c]), abs(high[c])) if low[c] <= high[c] else np.float32(0)
            exponent = LEAST_EXPONENT
            while exponent < 128 and most >= _POWERS[exponent - LEAST_EXPONENT]:
                exponent += 1
            own = counts[c]
            if exponents[c] == LEAST_EXPONENT:
                exponents[c] = exponent  # zeros, if anything, which stay where they are
            while exponents[c] < exponent:
                exponents[c] += 1
                # towards the middle: what is read lies further out than what is written
                for j in range(half, half + half // 2):
                    own[j] = own[2 * j - half] + own[2 * j - half + 1]
                for j in range(half - 1, half - half // 2 - 1, -1):
                    own[j] = own[2 * j - half] + own[2 * j - half + 1]
                own[: half // 2] = 0
                own[half + half // 2 :] = 0
            scales[c - first] = np.float32(half / _POWERS[exponents[c] - LEAST_EXPONENT])
            wanted[c - first] = high[c]
        for h in range(height):
            for w in range(width):
                at = h * row + w * pixel + first
                if lanes == LANES:
                    for c in range(LANES):
                        x[c] = flat[at + c]
                else:
                    for c in range(lanes):
                        x[c] = flat[at + c]
                found = 0
                for c in range(LANES):
                    is_number = abs(x[c]) <= LARGEST
                    scaled = x[c] * scales[c] if is_number else np.float32(half)
                    towards_zero = np.int32(scaled)
                    below = np.int32(1) if scaled < np.float32(towards_zero) else np.int32(0)
                    bins[c] = np.uint32(towards_zero - below + (half + c * (BINS + 1)))
                    found += 1 if x[c] == wanted[c] else 0
                if found > 0:
                    for c in range(lanes):
                        if x[c] == wanted[c]:
                            place[first + c] = h * width + w
                            wanted[c] = np.nan
                for c in range(LANES):
                    tally[bins[c]] += np.uint32(1)
        for c in range(lanes):
            for j in range(BINS):
                counts[first + c, j] += tally[c * (BINS + 1) + j]


@kernel
def _products(flat: Any, row: int, pixel: int, height: int, width: int, mean: Any, products: Any) -> None:
    channels = len(mean)
    pixels = height * width
    # So many rows of the sums at a time as stay in a core's own cache.
    rows = min(channels, max(16, 32768 // channels))
    block = np.zeros((8, channels), np.float32)
    part = np.zeros((rows, channels), np.float32)
    b0, b1, b2, b3, b4, b5, b6, b7 = (
        block[0], block[1], block[2], block[3], block[4], block[5], block[6], block[7],
    )  # fmt: skip
    for begin in range(0, channels, rows):
        end = min(begin + rows, channels)
        for first in range(0, pixels, 8):
            for k in range(8):
                index = first + k
                own = block[k]
                if index < pixels:
                    at = (index // width) * row + (index % width) * pixel
                    for c in range(end):
                        own[c] = flat[at + c] - mean[c]
                else:
                    own[:] = 0
            # Eight pixels at a time: a row of the sums is read and written once for eight products.
            for i in range(begin, end):
                a0, a1, a2, a3, a4, a5, a6, a7 = b0[i], b1[i], b2[i], b3[i], b4[i], b5[i], b6[i], b7[i]
                line = part[i - begin]
                for j in range(i + 1):
                    line[j] += (
                        a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j]
                        + a4 * b4[j] + a5 * b5[j] + a6 * b6[j] + a7 * b7[j]
                    )  # fmt: skip
            if first % 64 == 56 or first + 8 >= pixels:
                for i in range(begin, end):
                    line, total = part[i - begin], products[i]
                    for j in range(i + 1):
                        total[j] += np.float64(line[j])
                        line[j] = 0
        for i in range(begin, end):
            own_part = np.float64(pixels) * np.float64(mean[i])
            for j in range(i + 1):
                products[i, j] += own_part * np.float64(mean[j])
