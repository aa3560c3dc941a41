"""Micro-kernels that keep the channels apart: depthwise convolution, pooling, global pooling.

All work on a vector of channels at a time, so they need no sums across lanes. Groups of a few channels are
depthwise convolutions, too: each channel of a group in turn is spread over the group's lanes.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

from engine.kernels.fast.emit.limits import limits
from engine.kernels.fast.emit.micro_kernel import Float, Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors
from engine.kernels.fast.host import host
from engine.kernels.fast.operations import Pooling
from engine.kernels.fast.variants import (
    DEPTHWISE_PIXELS,
    DEPTHWISE_WINDOWS,
    GROUP_CHANNELS,
    GROUPED_WINDOWS,
    LEAST_GROUPED_PIXELS,
    POOLING_WINDOWS,
    WINDOW_PIXELS,
)

POOLED_PIXELS: Final = 16
POOLED_ROWS: Final = 8
"""Of a global average that are summed from zero, before they are added to those before them."""
SPREAD: Final = 4 if host().registers >= 32 else 1
"""Channels of a group whose weights are in registers at once."""


def _variants() -> Iterator[tuple[int, int, int, int]]:
    sizes = DEPTHWISE_PIXELS[host().tile_pixels]
    for window in DEPTHWISE_WINDOWS:
        yield from ((1, pixels, *window) for pixels in sizes[window[1]])
    for group, window in product(GROUP_CHANNELS, GROUPED_WINDOWS):
        if host().width % group == 0:
            at_once = (pixels for pixels in sizes[window[1]] if pixels >= LEAST_GROUPED_PIXELS)
            yield from ((group, pixels, *window) for pixels in at_once)


@micro_kernel(_variants())
def depthwise_pixels(
    v: Vectors, group: int, pixels: int, kernel_width: int, stride: int, *, columns: Word, count: Word,
    nearest: Word, row_bytes: Word, weight: Word, weight_spacing: Word, blocks: Word, output: Word,
    output_spacing: Word, bias: Word, streams: Word, low: Float, high: Float,
) -> None:  # fmt: skip
    """`pixels` neighbouring outputs, side by side in registers.

    columns: table [count] of the addresses of all input pixels that the windows see in a row of the kernel,
    of a row of zeros where there is none; weight: [count][kernel_width][group] vectors for each block, so
    many bytes before those of the next. Each input vector is loaded once for all outputs that see it. What
    the next output row sees beside these rows, from `row_bytes` behind the one with its table at `nearest`
    on, is fetched meanwhile.
    """
    span = (pixels - 1) * stride + kernel_width
    limited = limits(v, low, high)
    together = min(group, SPREAD)

    def block(index: Value, carried: list[Value]) -> list[Value]:
        here = v.times(index, VECTOR_BYTES)
        shift = v.load(v.offset(bias, here))
        for column in range(pixels * stride):
            last = v.offset(v.load_address(v.offset(nearest, 8 * column)), here)
            for further in range(1, stride + 1):
                v.prefetch(v.offset(last, v.times(row_bytes, further)), level=2)

        def row(y: Value, carried: list[Value]) -> list[Value]:
            taps, table, *sums = carried
            for first in range(0, group, together):
                w = {
                    (kx, k): v.load(v.offset(taps, (kx * group + k) * VECTOR_BYTES))
                    for kx in range(kernel_width)
                    for k in range(first, first + together)
                }
                for column in range(span):
                    x = v.load(v.offset(v.load_address(v.offset(table, 8 * column)), here))
                    for k in range(first, first + together):
                        spread = v.spread_in_groups(x, group, k) if group > 1 else x
                        for p in range(pixels):
                            if 0 <= column - p * stride < kernel_width:
                                sums[p] = v.multiply_add(spread, w[column - p * stride, k], sums[p])
            return [v.offset(taps, kernel_width * group * VECTOR_BYTES), v.offset(table, 8 * span), *sums]

        own = v.offset(weight, v.builder.mul(index, weight_spacing))
        _, _, *sums = v.loop(count, [own, columns, *[shift] * pixels], row)
        places = [v.offset(output, here, v.times(output_spacing, p)) for p in range(pixels)]
        results = limited(sums)
        with v.either(v.nonzero(streams), v.stream, v.store) as ways:
            for put in ways:
                for result, place in zip(results, places, strict=True):
                    put(result, place)
        return []

    v.loop(blocks, [], block)


@micro_kernel()
def depthwise_taps(
    v: Vectors, *, taps: Word, count: Word, weight_spacing: Word, blocks: Word, output: Word, bias: Word,
    low: Float, high: Float,
) -> None:  # fmt: skip
    """One output pixel from a list of taps: any window, any border.

    taps: table [count] of (pixel address, weight address) pairs; weights of a block of channels lie so many
    bytes before those of the next.
    """
    floor, ceiling = v.splat(low), v.splat(high)

    def block(index: Value, carried: list[Value]) -> list[Value]:
        here, own = v.times(index, VECTOR_BYTES), v.builder.mul(index, weight_spacing)

        def tap(i: Value, carried: list[Value]) -> list[Value]:
            entry = v.offset(taps, v.times(i, 16))
            x = v.load(v.offset(v.load_address(entry), here))
            w = v.load(v.offset(v.load_address(v.offset(entry, 8)), own))
            return [v.multiply_add(x, w, carried[0])]

        (total,) = v.loop(count, [v.load(v.offset(bias, here))], tap)
        v.store(v.clamp(total, floor, ceiling), v.offset(output, here))
        return []

    v.loop(blocks, [], block)


@micro_kernel((pooling, *window) for pooling, window in product(Pooling, POOLING_WINDOWS))
def pool_pixels(
    v: Vectors, pooling: int, kernel_width: int, stride: int, *, rows: Word, count: Word, spacing: Word,
    row_bytes: Word, blocks: Word, output: Word, output_spacing: Word, scale: Float,
) -> None:  # fmt: skip
    """WINDOW_PIXELS neighbouring windows that lie inside the map from left to right.

    rows: table [count] of addresses of the first input pixel of each row of the window inside the map. A
    maximum starts at −∞ and keeps NaN; a sum is multiplied by `scale`. The `stride` rows behind the last one,
    each `row_bytes` behind the one before, are fetched meanwhile: the next output row needs them.
    """
    last = v.load_address(v.offset(rows, v.times(count, 8), -8))
    span = (WINDOW_PIXELS - 1) * stride + kernel_width
    factor = v.splat(scale)
    join, start = _joined(v, pooling)

    def block(index: Value, carried: list[Value]) -> list[Value]:
        here = v.times(index, VECTOR_BYTES)
        for further in range(1, stride + 1):
            below = v.offset(last, here, v.times(row_bytes, further))
            for column in range(WINDOW_PIXELS * stride):
                v.prefetch(v.offset(below, v.times(spacing, column)), level=2)

        def row(y: Value, joined: list[Value]) -> list[Value]:
            first = v.offset(v.load_address(v.offset(rows, v.times(y, 8))), here)
            loaded = [v.load(v.offset(first, v.times(spacing, column))) for column in range(span)]
            return [join(so_far, x) for so_far, x in zip(joined, loaded, strict=True)]

        columns = v.loop(count, [start] * span, row)  # windows share their columns
        for p in range(WINDOW_PIXELS):
            value = columns[p * stride]
            for column in range(1, kernel_width):
                value = join(value, columns[p * stride + column])
            if pooling == Pooling.AVERAGE:
                value = v.multiply(value, factor)
            v.store(value, v.offset(output, here, v.times(output_spacing, p)))
        return []

    v.loop(blocks, [], block)


@micro_kernel((pooling,) for pooling in Pooling)
def pool_taps(
    v: Vectors, pooling: int, *, taps: Word, count: Word, blocks: Word, output: Word, scale: Float
) -> None:
    """One output pixel from a list of taps: any window, any border.

    taps: table [count] of (pixel address, nothing) pairs. A maximum starts at −∞ and keeps NaN; a sum is
    multiplied by `scale`.
    """
    factor = v.splat(scale)
    join, start = _joined(v, pooling)

    def block(index: Value, carried: list[Value]) -> list[Value]:
        here = v.times(index, VECTOR_BYTES)

        def tap(i: Value, carried: list[Value]) -> list[Value]:
            x = v.load(v.offset(v.load_address(v.offset(taps, v.times(i, 16))), here))
            return [join(carried[0], x)]

        (result,) = v.loop(count, [start], tap)
        if pooling == Pooling.AVERAGE:
            result = v.multiply(result, factor)
        v.store(result, v.offset(output, here))
        return []

    v.loop(blocks, [], block)


@micro_kernel((pooling,) for pooling in Pooling)
def global_pool(
    v: Vectors, pooling: int, *, source: Word, row_bytes: Word, spacing: Word, height: Word, width: Word,
    blocks: Word, output: Word, scale: Float,
) -> None:  # fmt: skip
    """Maximum or scaled sum over all pixels of `blocks` vectors of channels.

    Sums go over some pixels of a row, those over the row, and likewise over the rows: the rounding error
    hardly grows with their number (pairwise summation with four levels; Higham, "The accuracy of floating
    point summation", 1993).
    """
    factor = v.splat(scale)
    join, start = _joined(v, pooling)

    def block(index: Value, carried: list[Value]) -> list[Value]:
        here = v.times(index, VECTOR_BYTES)

        def pixel(x: Value, carried: list[Value]) -> list[Value]:
            so_far, place = carried
            return [join(so_far, v.load(place)), v.offset(place, spacing)]

        def row(y: Value, carried: list[Value]) -> list[Value]:
            so_far, first = carried
            of_row, _ = _in_parts(v, width, POOLED_PIXELS, join, start, first, pixel)
            return [join(so_far, of_row), v.offset(first, row_bytes)]

        total, _ = _in_parts(v, height, POOLED_ROWS, join, start, v.offset(source, here), row)
        if pooling == Pooling.AVERAGE:
            total = v.multiply(total, factor)
        v.store(total, v.offset(output, here))
        return []

    v.loop(blocks, [], block)


def _in_parts(
    v: Vectors, count: Value, part: int, join: Callable[[Value, Value], Value], start: Value, place: Value,
    body: Callable[[Value, list[Value]], list[Value]],
) -> list[Value]:  # fmt: skip
    """[What `count` turns come to, the place after them]: each part from `start` on, then joined."""

    def one(first: Value, carried: list[Value]) -> list[Value]:
        so_far, place = carried
        end = v.offset(first, part)
        end = v.choose(v.builder.icmp_signed("<", end, count), end, count)
        of_part, place = v.loop(end, [start, place], body, start=first)
        return [join(so_far, of_part), place]

    return v.loop(count, [start, place], one, step=part)


def _joined(v: Vectors, pooling: int) -> tuple[Callable[[Value, Value], Value], Value]:
    """How two values become one, and what to begin with."""
    if pooling == Pooling.MAXIMUM:
        return v.maximum, v.constant(float("-inf"))
    return v.add, v.constant(0.0)
