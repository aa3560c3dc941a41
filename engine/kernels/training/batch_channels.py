"""Batch normalisation of batches whose pictures lie innermost: maps (pixels, C, L).

Sums are taken in chunks of pixels, whatever the number of threads: of a line of pictures in floats, of lines
in doubles. What is made of them stands in one array of doubles, `WORKED_OUT` rows of C.
"""

from typing import Any, Final

import numpy as np

from engine.kernels.jit import kernel
from engine.kernels.training.batch_task import batch_task, carray, double_pointer, float_pointer

WORKED_OUT: Final = 2
MEAN, SCALE = range(WORKED_OUT)
"""The mean, and 1 / √(variance + ε)."""
FACTORS: Final = 6
CENTRE, FACTOR, SHIFT, OF_X, OF_DY, REST = range(FACTORS)
"""Rows of an array of floats: with x about its rounded mean, the centre, so that large means cost no digits,
y = factor · (x − centre) + shift and dx = of_x · (x − centre) + of_dy · dy + rest."""
PIXELS: Final = 4
"""Of a task that works pixel by pixel."""


@kernel
def lines_at(address: int, pixels: int, channels: int, lanes: int) -> Any:
    """A map as (pixels, C, L)."""
    return carray(float_pointer(address), (pixels, channels, lanes))


@kernel
def doubles_at(address: int, rows: int, channels: int) -> Any:
    """(rows, C)."""
    return carray(double_pointer(address), (rows, channels))


@kernel
def floats_at(address: int, rows: int, channels: int) -> Any:
    """(rows, C)."""
    return carray(float_pointer(address), (rows, channels))


@kernel
def _centre(x: Any, c: int, batch: int) -> Any:
    """A number amid the channel's values: the mean of one pixel's."""
    line, total = x[x.shape[0] // 2, c], np.float32(0)
    for n in range(batch):
        total += line[n]
    return total / np.float32(batch)


@batch_task("x sums batch chunk chunks pixels channels lanes")
def measure_channels(row: Any, number: int, thread: Any) -> int:
    """sums (chunks, 2 C): over a chunk's pixels and pictures, x − centre and its square.

    About a number amid the values next to nothing cancels: Chan, Golub & LeVeque, "Algorithms for computing
    the sample variance", 1983, equation 1.7.
    """
    task = row.first + number
    x = lines_at(row.x, row.pixels, row.channels, row.lanes)
    sums = doubles_at(row.sums, row.chunks, 2 * row.channels)[task]
    sums[:] = 0
    centres = np.empty(row.channels, np.float32)
    for c in range(row.channels):
        centres[c] = _centre(x, c, row.batch)
    for p in range(task * row.chunk, min((task + 1) * row.chunk, row.pixels)):
        for c in range(row.channels):
            one, other = _about(x[p, c], centres[c], row.batch)
            sums[c] += one
            sums[row.channels + c] += other
    return 0


@kernel
def _about(line: Any, middle: Any, batch: int) -> Any:
    one, other = np.float32(0), np.float32(0)
    for n in range(batch):
        away = line[n] - middle
        one += away
        other += away * away
    return one, other


@batch_task(
    "x sums batch chunk chunks pixels channels lanes worked_out factors weight bias running_mean running_var"
    " epsilon momentum",
    floats="epsilon momentum",
)
def settle_statistics(row: Any, number: int, thread: Any) -> int:
    """The batch's mean and variance, what follows from them, and the running ones."""
    x = lines_at(row.x, row.pixels, row.channels, row.lanes)
    sums = doubles_at(row.sums, row.chunks, 2 * row.channels)
    running_mean = floats_at(row.running_mean, 1, row.channels)[0]
    running_var = floats_at(row.running_var, 1, row.channels)[0]
    count = np.float64(row.pixels * row.batch)
    for c in range(row.channels):
        one, other = np.float64(0), np.float64(0)
        for chunk in range(row.chunks):
            one += sums[chunk, c]
            other += sums[chunk, row.channels + c]
        away = one / count
        mean = np.float64(_centre(x, c, row.batch)) + away
        variance = max(other / count - away * away, np.float64(0)) if other == other else other
        unbiased = np.float32(variance * (count / (count - 1)))
        running_mean[c] += row.momentum * (np.float32(mean) - running_mean[c])
        running_var[c] += row.momentum * (unbiased - running_var[c])
        _settle(
            row.worked_out, row.factors, row.weight, row.bias, row.channels, c, mean, variance, row.epsilon
        )
    return 0


@batch_task("channels worked_out factors weight bias running_mean running_var epsilon", floats="epsilon")
def take_statistics(row: Any, number: int, thread: Any) -> int:
    """What follows from the running mean and variance."""
    means = floats_at(row.running_mean, 1, row.channels)[0]
    variances = floats_at(row.running_var, 1, row.channels)[0]
    for c in range(row.channels):
        mean, variance = np.float64(means[c]), np.float64(variances[c])
        _settle(
            row.worked_out, row.factors, row.weight, row.bias, row.channels, c, mean, variance, row.epsilon
        )
    return 0


@kernel
def _settle(
    worked_out: int, factors: int, weight: int, bias: int, channels: int, c: int, mean: Any, variance: Any,
    epsilon: Any,
) -> None:  # fmt: skip
    doubles, floats = doubles_at(worked_out, WORKED_OUT, channels), floats_at(factors, FACTORS, channels)
    scale = 1 / np.sqrt(variance + np.float64(epsilon))
    factor = floats_at(weight, 1, channels)[0, c] * scale
    doubles[MEAN, c] = mean
    doubles[SCALE, c] = scale
    floats[CENTRE, c] = mean
    floats[FACTOR, c] = factor
    away = mean - np.float64(floats[CENTRE, c])
    floats[SHIFT, c] = floats_at(bias, 1, channels)[0, c] - away * factor


@batch_task("x y factors low high pixels channels lanes", floats="low high")
def scale_channels(row: Any, number: int, thread: Any) -> int:
    """y = factor[c] · (x − centre[c]) + shift[c], held between the bounds; PIXELS pixels of it."""
    x = lines_at(row.x, row.pixels, row.channels, row.lanes)
    y = lines_at(row.y, row.pixels, row.channels, row.lanes)
    factors = floats_at(row.factors, FACTORS, row.channels)
    first = (row.first + number) * PIXELS
    for p in range(first, min(first + PIXELS, row.pixels)):
        for c in range(row.channels):
            _scale(
                x[p, c], y[p, c], factors[CENTRE, c], factors[FACTOR, c], factors[SHIFT, c], row.low, row.high
            )
    return 0


@kernel
def _scale(x: Any, y: Any, centre: Any, factor: Any, shift: Any, low: Any, high: Any) -> None:
    for n in range(len(x)):
        value = factor * (x[n] - centre) + shift
        raised = low if value < low else value
        y[n] = high if raised > high else raised


@batch_task("x dy sums factors gated low high batch chunk chunks pixels channels lanes", floats="low high")
def slope_sums(row: Any, number: int, thread: Any) -> int:
    """sums (chunks, 2 C): over a chunk's pixels and pictures, dy and dy · (x − mean), the mean rounded.

    gated: where y lies between the bounds; elsewhere, dy counts as 0.
    """
    task = row.first + number
    x = lines_at(row.x, row.pixels, row.channels, row.lanes)
    dy = lines_at(row.dy, row.pixels, row.channels, row.lanes)
    factors = floats_at(row.factors, FACTORS, row.channels)
    sums = doubles_at(row.sums, row.chunks, 2 * row.channels)[task]
    sums[:] = 0
    for p in range(task * row.chunk, min((task + 1) * row.chunk, row.pixels)):
        for c in range(row.channels):
            middle = factors[CENTRE, c]
            if row.gated:
                factor, shift = factors[FACTOR, c], factors[SHIFT, c]
                one, other = _along_gated(
                    x[p, c], dy[p, c], middle, factor, shift, row.low, row.high, row.batch
                )
            else:
                one, other = _along(x[p, c], dy[p, c], middle, row.batch)
            sums[c] += one
            sums[row.channels + c] += other
    return 0


@kernel
def _along(x: Any, dy: Any, middle: Any, batch: int) -> Any:
    one, other = np.float32(0), np.float32(0)
    for n in range(batch):
        one += dy[n]
        other += dy[n] * (x[n] - middle)
    return one, other


@kernel
def _along_gated(
    x: Any, dy: Any, middle: Any, factor: Any, shift: Any, low: Any, high: Any, batch: int
) -> Any:
    one, other = np.float32(0), np.float32(0)
    for n in range(batch):
        away, passed = x[n] - middle, dy[n]
        value = factor * away + shift
        slope = passed if (value > low) & (value < high) else np.float32(0)
        one += slope
        other += slope * away
    return one, other


@batch_task("sums worked_out factors weight d_weight d_bias count chunks channels")
def settle_slopes(row: Any, number: int, thread: Any) -> int:
    """The gradients of weight and bias are added, and what dx is made with is worked out."""
    channels = row.channels
    sums = doubles_at(row.sums, row.chunks, 2 * channels)
    doubles, floats = (
        doubles_at(row.worked_out, WORKED_OUT, channels),
        floats_at(row.factors, FACTORS, channels),
    )
    weight = floats_at(row.weight, 1, channels)[0]
    d_weight, d_bias = floats_at(row.d_weight, 1, channels)[0], floats_at(row.d_bias, 1, channels)[0]
    for c in range(channels):
        total, along = np.float64(0), np.float64(0)
        for chunk in range(row.chunks):
            total += sums[chunk, c]
            along += sums[chunk, channels + c]
        mean, scale = doubles[MEAN, c], doubles[SCALE, c]
        along = (along - total * (mean - np.float64(floats[CENTRE, c]))) * scale
        d_weight[c] += np.float32(along)
        d_bias[c] += np.float32(total)
        of_dy = np.float64(weight[c]) * scale
        of_x = -of_dy * scale * along / row.count
        floats[OF_X, c] = of_x
        floats[OF_DY, c] = of_dy
        floats[REST, c] = -of_dy * total / row.count - of_x * (mean - np.float64(floats[CENTRE, c]))
    return 0


@batch_task("x dy dx factors gated low high batch pixels channels lanes", floats="low high")
def combine_channels(row: Any, number: int, thread: Any) -> int:
    """dx = of_dy[c] · dy + of_x[c] · (x − centre[c]) + rest[c], PIXELS pixels of it; zeros behind the batch.

    gated: as in `slope_sums`.
    """
    x = lines_at(row.x, row.pixels, row.channels, row.lanes)
    dy = lines_at(row.dy, row.pixels, row.channels, row.lanes)
    dx = lines_at(row.dx, row.pixels, row.channels, row.lanes)
    factors = floats_at(row.factors, FACTORS, row.channels)
    first = (row.first + number) * PIXELS
    for p in range(first, min(first + PIXELS, row.pixels)):
        for c in range(row.channels):
            of_x, of_dy, rest, centre = (
                factors[OF_X, c],
                factors[OF_DY, c],
                factors[REST, c],
                factors[CENTRE, c],
            )
            if row.gated:
                factor, shift = factors[FACTOR, c], factors[SHIFT, c]
                _combine_gated(
                    x[p, c], dy[p, c], dx[p, c], centre, of_x, of_dy, rest, factor, shift, row.low, row.high,
                    row.batch,
                )  # fmt: skip
            else:
                _combine(x[p, c], dy[p, c], dx[p, c], centre, of_x, of_dy, rest, row.batch)
    return 0


@kernel
def _combine(x: Any, dy: Any, dx: Any, centre: Any, of_x: Any, of_dy: Any, rest: Any, batch: int) -> None:
    for n in range(batch):
        dx[n] = of_dy * dy[n] + of_x * (x[n] - centre) + rest
    for n in range(batch, len(dx)):
        dx[n] = np.float32(0)


@kernel
def _combine_gated(
    x: Any, dy: Any, dx: Any, centre: Any, of_x: Any, of_dy: Any, rest: Any, factor: Any, shift: Any,
    low: Any, high: Any, batch: int,
) -> None:  # fmt: skip
    for n in range(batch):
        away, passed = x[n] - centre, dy[n]
        value = factor * away + shift
        slope = passed if (value > low) & (value < high) else np.float32(0)
        dx[n] = of_dy * slope + of_x * away + rest
    for n in range(batch, len(dx)):
        dx[n] = np.float32(0)


@batch_task("dy db pixels channels lanes")
def sum_channel(row: Any, number: int, thread: Any) -> int:
    """db[c], of one channel, plus the sum of dy."""
    c = row.first + number
    dy = lines_at(row.dy, row.pixels, row.channels, row.lanes)
    total = np.float64(0)
    for p in range(row.pixels):
        total += _sum(dy[p, c])
    floats_at(row.db, 1, row.channels)[0, c] += np.float32(total)
    return 0


@kernel
def _sum(line: Any) -> Any:
    total = np.float32(0)
    for n in range(len(line)):
        total += line[n]
    return total
