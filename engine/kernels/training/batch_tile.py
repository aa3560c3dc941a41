"""Register tiles of batches: pictures lie innermost, so that one vector holds one value of many pictures.

`correlation_tile` computes `kernels` output channels of one pixel for `vectors` vectors of pictures,

    y[k, :] = bias[k] + Σ_{row tap} Σ_{column tap} Σ_c w[tap, c, k] · x[place of the tap, c, :]

where the taps that lie inside the map, and where they read, stand in tables: stride, padding, dilation and
the way back are nothing but other tables. `gradient_tile` computes for one tap of a kernel

    dw[k, c] += Σ_{pixels} Σ_{pictures} b[pixel, k, :] · a[place of the pixel, c, :]

with a vector of partial sums for each weight. Neither copies patches (im2col); register blocking as in Goto &
van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008.
"""

from typing import Any, Final

from llvmlite import ir
from numba import types

from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors, address_constant, emitted
from engine.kernels.fast.host import host

TILE_VECTORS: Final = 4 if host().registers >= 32 else 2
"""Vectors of pictures in a tile, at most."""
TILE_KERNELS: Final = 6 if host().registers >= 32 else 4
"""Output channels of a tile, at most: accumulators, a tap's vectors and one splatted weight must fit."""
GRADIENT_TILE: Final = (6, 4) if host().registers >= 32 else (3, 3)
"""Output and input channels of a tile of weights' gradients."""

_PAIR: Final = 16
"""Bytes of a table's entry: two distances in bytes."""


@emitted
def correlation_tile(
    typing_context: Any, kernels: Any, vectors: Any, x: Any, w: Any, bias: Any, y: Any, y_step: Any,
    rows: Any, row_count: Any, columns: Any, column_count: Any, channels: Any, x_step: Any, valid: Any,
) -> Any:  # fmt: skip
    """Addresses and distances in bytes. rows, columns: tables of (distance in x, distance in w) of each tap;
    bias: `kernels` floats; y_step: to the next output channel; x_step: to the next input channel;
    valid: how many of the kernels there are."""
    count, width = kernels.literal_value, vectors.literal_value

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Vectors(builder)
        x, w, bias, y, y_step, rows, row_count, columns, column_count, channels, x_step, valid = arguments[2:]
        start = [v.splat(v.load_scalar(v.offset(bias, 4 * k))) for k in range(count)]
        sums = [start[k] for k in range(count) for _ in range(width)]

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

    return types.int64(kernels, vectors, *[types.int64] * 12), code


@emitted
def gradient_tile(
    typing_context: Any, kernels: Any, channels: Any, lanes: Any, a: Any, a_row: Any, a_column: Any,
    a_step: Any, b: Any, b_row: Any, b_column: Any, b_step: Any, rows: Any, columns: Any, vectors: Any,
    dw: Any, k_step: Any, c_step: Any, valid_kernels: Any, valid_channels: Any,
) -> Any:  # fmt: skip
    """Adds to dw, whose values lie `k_step` and `c_step` bytes apart.

    lanes: vectors that are gone through without a loop, a part of `vectors`;
    a, b: addresses of the first pixel's values, with the bytes to the next row, pixel and channel; rows ×
    columns pixels of `vectors` vectors. What lies beyond the valid channels is read and thrown away.
    """
    count, width, at_once = kernels.literal_value, channels.literal_value, lanes.literal_value

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Vectors(builder)
        (a, a_row, a_column, a_step, b, b_row, b_column, b_step, rows, columns, vectors, dw, k_step, c_step,
         valid_kernels, valid_channels) = arguments[3:]  # fmt: skip
        zero = v.constant(0.0)
        last = address_constant(1)

        def clipped(step: Value, valid: Value, most: int) -> list[Value]:
            """Distances of the channels; those that are not there read the last one that is."""
            found = []
            for number in range(most):
                there = builder.icmp_signed("<", address_constant(number), valid)
                index = builder.select(there, address_constant(number), builder.sub(valid, last))
                found.append(builder.mul(index, step))
            return found

        a_steps, b_steps = clipped(a_step, valid_channels, width), clipped(b_step, valid_kernels, count)

        def row(i: Value, carried: list[Value]) -> list[Value]:
            a_here, b_here, *acc = carried

            def pixel(j: Value, carried: list[Value]) -> list[Value]:
                a_now, b_now, *acc = carried

                def lanes(n: Value, acc: list[Value]) -> list[Value]:
                    shift = v.times(n, VECTOR_BYTES)
                    a_places = [v.offset(a_now, step, shift) for step in a_steps]
                    b_places = [v.offset(b_now, step, shift) for step in b_steps]
                    for part in range(at_once):
                        read = [v.load(v.offset(place, part * VECTOR_BYTES)) for place in a_places]
                        made = list(acc)
                        for k in range(count):
                            slope = v.load(v.offset(b_places[k], part * VECTOR_BYTES))
                            for c in range(width):
                                made[k * width + c] = v.multiply_add(slope, read[c], acc[k * width + c])
                        acc = made
                    return acc

                acc = v.loop(vectors, acc, lanes, step=at_once)
                return [v.offset(a_now, a_column), v.offset(b_now, b_column), *acc]

            acc = v.loop(columns, [a_here, b_here, *acc], pixel)[2:]
            return [v.offset(a_here, a_row), v.offset(b_here, b_row), *acc]

        sums = v.loop(rows, [a, b, *[zero] * (count * width)], row)[2:]
        for k in range(count):
            for c in range(width):
                both = builder.and_(
                    builder.icmp_signed("<", address_constant(k), valid_kernels),
                    builder.icmp_signed("<", address_constant(c), valid_channels),
                )
                with v.when(both):
                    total = v.total(sums[k * width + c])
                    place = v.offset(dw, v.times(k_step, k), v.times(c_step, c))
                    number = builder.extract_element(total, ir.Constant(ir.IntType(32), 0))
                    pointer = builder.inttoptr(place, ir.FloatType().as_pointer())
                    builder.store(builder.fadd(builder.load(pointer), number), pointer)
        return address_constant(0)

    return types.int64(kernels, channels, lanes, *[types.int64] * 16), code


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
        steps = []
        for k in range(count):
            there = builder.icmp_signed("<", address_constant(k), valid)
            index = builder.select(there, address_constant(k), builder.sub(valid, address_constant(1)))
            steps.append(builder.mul(index, b_step))

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
                number = builder.extract_element(v.total(sums[k]), ir.Constant(ir.IntType(32), 0))
                pointer = builder.inttoptr(v.offset(db, 4 * k), ir.FloatType().as_pointer())
                builder.store(builder.fadd(builder.load(pointer), number), pointer)
        return address_constant(0)

    return types.int64(kernels, lanes, *[types.int64] * 7), code
