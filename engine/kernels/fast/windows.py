"""Micro-kernels that keep the channels apart: depthwise convolution, pooling, global pooling.

All work on a vector of channels at a time, so they need neither shuffles nor sums across lanes.
"""

from typing import Any, Final

from numba import types

from engine.kernels.fast.vector_ir import ADDRESS, FLOAT, VECTOR_BYTES, Value, Vectors, emitted

DEPTHWISE: Final = 0
MAXIMUM: Final = 1
SUM: Final = 2


@emitted
def depthwise_pixels(
    typing_context: Any, pixels: Any, stride: Any, kernel_width: Any, rows: Any, count: Any, spacing: Any,
    row_bytes: Any, weight: Any, blocks: Any, output: Any, output_spacing: Any, bias: Any, streams: Any,
    lowest: Any, highest: Any,
) -> Any:  # fmt: skip
    """`pixels` neighbouring outputs whose windows lie inside the map, side by side in registers.

    rows: table [count] of addresses of the first input pixel of each kernel row, `spacing` bytes between
    pixels; weight: [count][kernel_width][blocks] vectors. Each input vector is loaded once for all outputs
    that see it. What the next output row sees beside these rows, from `row_bytes` behind the last one on, is
    fetched meanwhile.
    """
    nx, step, kw = pixels.literal_value, stride.literal_value, kernel_width.literal_value
    span = (nx - 1) * step + kw

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, _, _, rows, count, spacing, row_bytes, weight, blocks, *others = arguments
        output, output_spacing, bias, streams, low, high = others
        v = Vectors(builder)
        floor, ceiling = v.splat(low), v.splat(high)
        tap_bytes = v.times(blocks, VECTOR_BYTES)

        def block(index: Value, carried: list[Value]) -> list[Value]:
            here = v.times(index, VECTOR_BYTES)
            shift = v.load(v.offset(bias, here))
            last = v.offset(v.load_address(v.offset(rows, v.times(count, 8), -8)), here)
            for further in range(1, step + 1):
                for column in range(nx * step):
                    v.prefetch(v.offset(last, v.times(row_bytes, further), v.times(spacing, column)), level=2)

            def row(y: Value, carried: list[Value]) -> list[Value]:
                taps, *sums = carried
                first = v.offset(v.load_address(v.offset(rows, v.times(y, 8))), here)
                w = [v.load(v.offset(taps, v.times(tap_bytes, kx))) for kx in range(kw)]
                for column in range(span):
                    x = v.load(v.offset(first, v.times(spacing, column)))
                    for p in range(nx):
                        if 0 <= column - p * step < kw:
                            sums[p] = v.multiply_add(x, w[column - p * step], sums[p])
                return [v.offset(taps, v.times(tap_bytes, kw)), *sums]

            _, *sums = v.loop(count, [v.offset(weight, here), *[shift] * nx], row)
            places = [v.offset(output, here, v.times(output_spacing, p)) for p in range(nx)]
            results = [v.clamp(total, floor, ceiling) for total in sums]
            with v.either(v.nonzero(streams), v.stream, v.store) as ways:
                for put in ways:
                    for result, place in zip(results, places, strict=True):
                        put(result, place)
            return []

        v.loop(blocks, [], block)
        return context.get_dummy_value()

    return types.void(pixels, stride, kernel_width, *[ADDRESS] * 10, FLOAT, FLOAT), code


@emitted
def max_pixels(
    typing_context: Any, pixels: Any, stride: Any, kernel_width: Any, rows: Any, count: Any, spacing: Any,
    blocks: Any, output: Any, output_spacing: Any,
) -> Any:  # fmt: skip
    """Maxima of `pixels` neighbouring windows that lie inside the map from left to right; NaN stays.

    rows: table [count] of addresses of the first input pixel of each row of the window inside the map.
    """
    nx, step, kw = pixels.literal_value, stride.literal_value, kernel_width.literal_value
    span = (nx - 1) * step + kw

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, _, _, rows, count, spacing, blocks, output, output_spacing = arguments
        v = Vectors(builder)
        lowest = v.constant(float("-inf"))

        def block(index: Value, carried: list[Value]) -> list[Value]:
            here = v.times(index, VECTOR_BYTES)

            def row(y: Value, seen: list[Value]) -> list[Value]:
                first = v.offset(v.load_address(v.offset(rows, v.times(y, 8))), here)
                loaded = [v.load(v.offset(first, v.times(spacing, column))) for column in range(span)]
                return [v.maximum(one, x) for one, x in zip(seen, loaded, strict=True)]

            tallest = v.loop(count, [lowest] * span, row)  # of each column; windows share their columns
            for p in range(nx):
                value = tallest[p * step]
                for column in range(1, kw):
                    value = v.maximum(value, tallest[p * step + column])
                v.store(value, v.offset(output, here, v.times(output_spacing, p)))
            return []

        v.loop(blocks, [], block)
        return context.get_dummy_value()

    return types.void(pixels, stride, kernel_width, *[ADDRESS] * 6), code


@emitted
def window_pixel(
    typing_context: Any, mode: Any, taps: Any, count: Any, blocks: Any, output: Any, bias: Any, scale: Any,
    lowest: Any, highest: Any,
) -> Any:  # fmt: skip
    """One output pixel from a list of taps: any window, any border.

    taps: table [count] of (pixel address, weight address) pairs; the weight counts for DEPTHWISE only.
    MAXIMUM starts at −∞ and keeps NaN; SUM is multiplied by `scale` (1 / number of values).
    """
    kind = mode.literal_value

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, taps, count, blocks, output, bias, scale, low, high = arguments
        v = Vectors(builder)
        floor, ceiling, factor = v.splat(low), v.splat(high), v.splat(scale)

        def block(index: Value, carried: list[Value]) -> list[Value]:
            here = v.times(index, VECTOR_BYTES)
            if kind == DEPTHWISE:
                start = v.load(v.offset(bias, here))
            else:
                start = v.constant(float("-inf") if kind == MAXIMUM else 0.0)

            def tap(i: Value, carried: list[Value]) -> list[Value]:
                (seen,) = carried
                entry = v.offset(taps, v.times(i, 16))
                x = v.load(v.offset(v.load_address(entry), here))
                if kind == MAXIMUM:
                    return [v.maximum(seen, x)]
                if kind == SUM:
                    return [v.add(seen, x)]
                w = v.load(v.offset(v.load_address(v.offset(entry, 8)), here))
                return [v.multiply_add(x, w, seen)]

            (result,) = v.loop(count, [start], tap)
            if kind == SUM:
                result = v.multiply(result, factor)
            v.store(v.clamp(result, floor, ceiling), v.offset(output, here))
            return []

        v.loop(blocks, [], block)
        return context.get_dummy_value()

    return types.void(mode, *[ADDRESS] * 5, FLOAT, FLOAT, FLOAT), code


@emitted
def global_pool(
    typing_context: Any, mode: Any, source: Any, row_bytes: Any, spacing: Any, height: Any, width: Any,
    blocks: Any, output: Any, scale: Any,
) -> Any:  # fmt: skip
    """Maximum or scaled sum over all pixels of `blocks` vectors of channels.

    Sums go row by row, then over the rows: the rounding error grows with height + width, not with their
    product (pairwise summation with two levels; Higham, "The accuracy of floating point summation", 1993).
    """
    kind = mode.literal_value

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, source, row_bytes, spacing, height, width, blocks, output, scale = arguments
        v = Vectors(builder)
        factor = v.splat(scale)
        start = v.constant(float("-inf") if kind == MAXIMUM else 0.0)
        join = v.maximum if kind == MAXIMUM else v.add

        def block(index: Value, carried: list[Value]) -> list[Value]:
            here = v.times(index, VECTOR_BYTES)

            def row(y: Value, carried: list[Value]) -> list[Value]:
                total, first = carried

                def pixel(x: Value, carried: list[Value]) -> list[Value]:
                    seen, place = carried
                    return [join(seen, v.load(place)), v.offset(place, spacing)]

                seen, _ = v.loop(width, [start, first], pixel)
                return [join(total, seen), v.offset(first, row_bytes)]

            total, _ = v.loop(height, [start, v.offset(source, here)], row)
            if kind == SUM:
                total = v.multiply(total, factor)
            v.store(total, v.offset(output, here))
            return []

        v.loop(blocks, [], block)
        return context.get_dummy_value()

    return types.void(mode, *[ADDRESS] * 7, FLOAT), code
