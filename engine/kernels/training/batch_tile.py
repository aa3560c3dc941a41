"""Register tiles of batches: pictures lie innermost, so that one vector holds one value of many pictures.

`correlation_tile` computes `kernels` output channels of one pixel for `vectors` vectors of pictures,

    y[k, :] = bias[k] + Σ_{row tap} Σ_{column tap} Σ_c w[tap, c, k] · x[place of the tap, c, :]

where the taps that lie inside the map, and where they read, stand in tables: stride, padding, dilation and
the way back are nothing but other tables. `gradient_tile` computes for neighbouring taps of a kernel

    dw[k, c, tap] += Σ_{pixels} Σ_{pictures} b[pixel, k, :] · a[place of the pixel's tap, c, :]

with a vector of partial sums for each weight. Neither copies patches (im2col); register blocking as in Goto &
van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008.
"""

from itertools import product
from typing import Any, Final

from llvmlite import ir
from numba import types

from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors, address_constant, emitted
from engine.kernels.fast.host import host

TILE_VECTORS: Final = 4 if host().registers >= 32 else 2
"""Vectors of pictures in a tile, at most."""
TILE_KERNELS: Final = 6 if host().registers >= 32 else 4
"""Output channels of a tile, at most: accumulators, a tap's vectors and one splatted weight must fit."""
GRADIENT_TILES: Final = tuple(
    (kernels, channels, taps)
    for kernels, channels, taps in product(range(1, 7), range(1, 5), range(1, 6))
    if kernels * channels * taps + channels * taps + 1 < host().registers
)
"""Output channels, input channels and taps of tiles of weights' gradients: sums and inputs must fit."""

_PAIR: Final = 16
"""Bytes of a table's entry: two distances in bytes."""


@emitted
def correlation_tile(
    typing_context: Any, kernels: Any, vectors: Any, x: Any, w: Any, bias: Any, onto: Any, y: Any,
    y_step: Any, rows: Any, row_count: Any, columns: Any, column_count: Any, channels: Any, x_step: Any,
    valid: Any,
) -> Any:  # fmt: skip
    """Addresses and distances in bytes. rows, columns: tables of (distance in x, distance in w) of each tap;
    bias: `kernels` floats; onto: what lies like y and is added in place of it, or 0; y_step: to the next
    output channel; x_step: to the next input channel; valid: how many of the kernels there are."""
    count, width = kernels.literal_value, vectors.literal_value

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Vectors(builder)
        x, w, bias, onto, y, y_step, rows, row_count, columns, column_count, channels, x_step, valid = (
            arguments[2:]
        )
        start = [v.splat(v.load_scalar(v.offset(bias, 4 * k))) for k in range(count)]

        def others() -> list[Value]:
            steps = _clipped(v, y_step, valid, count)
            return [v.load(v.offset(onto, step, n * VECTOR_BYTES)) for step in steps for n in range(width)]

        sums = [start[k] for k in range(count) for _ in range(width)]
        sums = v.when_changing(v.nonzero(onto), sums, others)

        def row(i: Value, carried: list[Value]) -> list[Value]:
            entry = v.offset(rows, v.times(i, _PAIR))
            x_row, w_row = v.load_address(entry), v.load_address(v.offset(entry, 8))
            x_base, w_base = v.offset(x, x_row), v.offset(w, w_row)

            def column(j: Value, carried: list[Value]) -> list[Value]:
                entry = v.offset(columns, v.times(j, _PAIR))
                x_first = v.offset(x_base, v.load_address(entry))
                w_first = v.offset(w_base, v.load_address(v.offset(entry, 8)))

                def channel(c: Value, carried: list[Value]) -> list[Value]:
                    x_now, w_now, *acc = carried
                    read = [v.load(v.offset(x_now, n * VECTOR_BYTES)) for n in range(width)]
                    for k in range(count):
                        weight = v.splat(v.load_scalar(v.offset(w_now, 4 * k)))
                        for n in range(width):
                            acc[k * width + n] = v.multiply_add(weight, read[n], acc[k * width + n])
                    return [v.offset(x_now, x_step), v.offset(w_now, 4 * count), *acc]

                return v.loop(channels, [x_first, w_first, *carried], channel)[2:]

            return v.loop(column_count, carried, column)

        sums = v.loop(row_count, sums, row)
        for k in range(count):
            there = builder.icmp_signed("<", address_constant(k), valid)
            with v.when(there):
                line = v.offset(y, v.times(y_step, k))
                for n in range(width):
                    v.store(sums[k * width + n], v.offset(line, n * VECTOR_BYTES))
        return address_constant(0)

    return types.int64(kernels, vectors, *[types.int64] * 13), code


@emitted
def gradient_tile(
    typing_context: Any, kernels: Any, channels: Any, taps: Any, lanes: Any, a: Any, a_row: Any, a_step: Any,
    places: Any, place_step: Any, zeros: Any, b: Any, b_row: Any, b_column: Any, b_step: Any, rows: Any,
    columns: Any, vectors: Any, dw: Any, k_step: Any, c_step: Any, valid_kernels: Any, valid_channels: Any,
    valid_taps: Any,
) -> Any:  # fmt: skip
    """Adds to dw, whose values lie `k_step` and `c_step` bytes apart, and those of neighbouring taps 4.

    lanes: vectors that are gone through without a loop, a part of `vectors`; a, b: addresses of the first
    row's values, with the bytes to the next row and channel, of b also to the next pixel; places: for each
    column of b, `place_step` bytes apart, where in a's row its taps read (int64 distances; −1: outside, where
    there are `zeros`, as many as a's channels have); rows × columns pixels of `vectors` vectors. What lies
    beyond the valid channels is read and thrown away.
    """
    count, width, across, at_once = (n.literal_value for n in (kernels, channels, taps, lanes))

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Vectors(builder)
        (a, a_row, a_step, places, place_step, zeros, b, b_row, b_column, b_step, rows, columns, vectors, dw,
         k_step, c_step, valid_kernels, valid_channels, valid_taps) = arguments[4:]  # fmt: skip
        a_steps = _clipped(v, a_step, valid_channels, width)
        b_steps = _clipped(v, b_step, valid_kernels, count)

        def row(i: Value, carried: list[Value]) -> list[Value]:
            a_here, b_here, *acc = carried

            def pixel(j: Value, carried: list[Value]) -> list[Value]:
                places_now, b_now, *acc = carried
                starts = []
                for tap in range(across):
                    place = v.load_address(v.offset(places_now, 8 * tap))
                    inside = builder.icmp_signed(">=", place, address_constant(0))
                    starts.append(v.choose(inside, v.offset(a_here, place), zeros))

                def lanes(n: Value, acc: list[Value]) -> list[Value]:
                    shift = v.times(n, VECTOR_BYTES)
                    a_places = [v.offset(start, step, shift) for step in a_steps for start in starts]
                    b_places = [v.offset(b_now, step, shift) for step in b_steps]
                    for part in range(at_once):
                        read = [v.load(v.offset(place, part * VECTOR_BYTES)) for place in a_places]
                        made = []
                        for k in range(count):
                            slope = v.load(v.offset(b_places[k], part * VECTOR_BYTES))
                            for number, x in enumerate(read, start=k * len(read)):
                                made.append(v.multiply_add(slope, x, acc[number]))
                        acc = made
                    return acc

                acc = v.loop(vectors, acc, lanes, step=at_once)
                return [v.offset(places_now, place_step), v.offset(b_now, b_column), *acc]

            acc = v.loop(columns, [places, b_here, *acc], pixel)[2:]
            return [v.offset(a_here, a_row), v.offset(b_here, b_row), *acc]

        sums = v.loop(rows, [a, b, *[v.constant(0.0)] * (count * width * across)], row)[2:]
        for (k, c, tap), total in zip(product(range(count), range(width), range(across)), sums, strict=True):
            limits = ((k, valid_kernels), (c, valid_channels), (tap, valid_taps))
            bits = [builder.icmp_signed("<", address_constant(number), valid) for number, valid in limits]
            there = builder.and_(builder.and_(bits[0], bits[1]), bits[2])
            with v.when(there):
                _add_total(v, total, v.offset(dw, v.times(k_step, k), v.times(c_step, c), 4 * tap))
        return address_constant(0)

    return types.int64(kernels, channels, taps, lanes, *[types.int64] * 19), code


def _clipped(v: Vectors, step: Value, valid: Value, most: int) -> list[Value]:
    """Distances of the channels; those that are not there read the last one that is."""
    found = []
    for number in range(most):
        there = v.builder.icmp_signed("<", address_constant(number), valid)
        last = v.builder.sub(valid, address_constant(1))
        found.append(v.builder.mul(v.choose(there, address_constant(number), last), step))
    return found


def _add_total(v: Vectors, lanes: Value, place: Value) -> None:
    """The sum of all lanes is added to the float there."""
    number = v.builder.extract_element(v.total(lanes), ir.Constant(ir.IntType(32), 0))
    pointer = v.builder.inttoptr(place, ir.FloatType().as_pointer())
    v.builder.store(v.builder.fadd(v.builder.load(pointer), number), pointer)


@emitted
def line_totals(
    typing_context: Any, kernels: Any, lanes: Any, b: Any, b_pixel: Any, b_step: Any, pixels: Any,
    vectors: Any, db: Any, valid: Any,
) -> Any:  # fmt: skip
    """Adds to db[k], floats, the sum of what stands in b's channel k; arguments as of `gradient_tile`."""
    count, at_once = kernels.literal_value, lanes.literal_value

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Vectors(builder)
        b, b_pixel, b_step, pixels, vectors, db, valid = arguments[2:]
        steps = _clipped(v, b_step, valid, count)

        def pixel(j: Value, carried: list[Value]) -> list[Value]:
            b_now, *acc = carried

            def vector(n: Value, acc: list[Value]) -> list[Value]:
                here = v.offset(b_now, v.times(n, VECTOR_BYTES))
                for part in range(at_once):
                    read = [v.load(v.offset(here, step, part * VECTOR_BYTES)) for step in steps]
                    acc = [v.add(total, one) for total, one in zip(acc, read, strict=True)]
                return acc

            return [v.offset(b_now, b_pixel), *v.loop(vectors, acc, vector, step=at_once)]

        sums = v.loop(pixels, [b, *[v.constant(0.0)] * count], pixel)[1:]
        for k in range(count):
            with v.when(builder.icmp_signed("<", address_constant(k), valid)):
                _add_total(v, sums[k], v.offset(db, 4 * k))
        return address_constant(0)

    return types.int64(kernels, lanes, *[types.int64] * 7), code
