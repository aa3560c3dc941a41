"""Work on every value of a batch, and on every channel of its maps, pictures innermost."""

from typing import Any

import numpy as np

from engine.kernels.jit import kernel

# Parts are sliced off first: numba takes an index that may be negative from the end, one value at a time.


@kernel
def clamp_values(x: Any, y: Any, low: Any, high: Any, first: int, last: int) -> None:
    """y = x held between the bounds; NaN stays."""
    read, made = x[first:last], y[first:last]
    for i in range(len(read)):
        raised = low if read[i] < low else read[i]
        made[i] = high if raised > high else raised


@kernel
def gate_values(y: Any, dy: Any, dx: Any, low: Any, high: Any, first: int, last: int) -> None:
    """dx = dy where y lies between the bounds, 0 elsewhere."""
    read, slope, made = y[first:last], dy[first:last], dx[first:last]
    for i in range(len(read)):
        passed, inside = slope[i], (read[i] > low) & (read[i] < high)
        made[i] = passed if inside else np.float32(0)


@kernel
def leak_values(x: Any, dy: Any, dx: Any, factor: Any, first: int, last: int) -> None:
    """dx = dy where x is above 0, factor · dy elsewhere: of x itself, the leaky ReLU."""
    read, slope, made = x[first:last], dy[first:last], dx[first:last]
    for i in range(len(read)):
        made[i] = slope[i] * (np.float32(1) if read[i] > 0 else factor)


@kernel
def channel_totals(
    x: Any, centre: Any, power: int, batch: int, sums: Any, chunk: int, first: int, last: int
) -> None:
    """sums[chunk, c]: over the pixels of a chunk of x (pixels, C, L) and its pictures, x or (x − centre)²."""
    pixels, channels, _ = x.shape
    for number in range(first, last):
        for c in range(channels):
            total, middle = np.float64(0.0), centre[c]
            for p in range(number * chunk, min((number + 1) * chunk, pixels)):
                line, part = x[p, c], np.float32(0)
                if power == 1:
                    for n in range(batch):
                        part += line[n]
                else:
                    for n in range(batch):
                        part += (line[n] - middle) * (line[n] - middle)
                total += part
            sums[number, c] = total


@kernel
def channel_slopes(
    x: Any, dy: Any, mean: Any, batch: int, sums: Any, chunk: int, first: int, last: int
) -> None:
    """sums[chunk, 0, c]: of dy; sums[chunk, 1, c]: of dy · (x − mean), as `channel_totals` has it."""
    pixels, channels, _ = x.shape
    for number in range(first, last):
        for c in range(channels):
            total, along, middle = np.float64(0.0), np.float64(0.0), mean[c]
            for p in range(number * chunk, min((number + 1) * chunk, pixels)):
                line, slope = x[p, c], dy[p, c]
                part, other = np.float32(0), np.float32(0)
                for n in range(batch):
                    part += slope[n]
                    other += slope[n] * (line[n] - middle)
                total += part
                along += other
            sums[number, 0, c] = total
            sums[number, 1, c] = along


@kernel
def scale_channels(x: Any, scale: Any, shift: Any, y: Any, first: int, last: int) -> None:
    """y = scale[c] · x + shift[c] for pixels first … last − 1 of (pixels, C, L)."""
    _, channels, lanes = x.shape
    for p in range(first, last):
        for c in range(channels):
            line, out, a, b = x[p, c], y[p, c], scale[c], shift[c]
            for n in range(lanes):
                out[n] = a * line[n] + b


@kernel
def combine_channels(
    x: Any, dy: Any, of_x: Any, of_dy: Any, shift: Any, batch: int, dx: Any, first: int, last: int
) -> None:
    """dx = of_dy[c] · dy + of_x[c] · x + shift[c]; zeros behind the batch."""
    _, channels, lanes = x.shape
    for p in range(first, last):
        for c in range(channels):
            line, slope, out = x[p, c], dy[p, c], dx[p, c]
            a, b, d = of_dy[c], of_x[c], shift[c]
            for n in range(batch):
                out[n] = a * slope[n] + b * line[n] + d
            for n in range(batch, lanes):
                out[n] = np.float32(0)
