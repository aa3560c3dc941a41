"""Layer normalisation over the channels of each pixel, a vector of them at a time.

The mean is found in two steps, and so is the variance: what is left of the mean after the first pass over the
distances from it is taken off both. That is as good as a sum in double precision; Chan, Golub & LeVeque,
"Algorithms for computing the sample variance", 1983, equation (1.7).
"""

from engine.kernels.fast.emit.micro_kernel import Float, Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors


@micro_kernel()
def layer_norm_run(
    v: Vectors, *, source: Word, spacing: Word, scales: Word, shifts: Word, pixels: Word, whole: Word,
    lanes: Word, channels: Word, output: Word, output_spacing: Word, epsilon: Float,
) -> None:  # fmt: skip
    """(x − mean) / √(variance + ε) · scale + shift, on `pixels` pixels of `channels` channels.

    Those are `whole` vectors and, behind them, `lanes` lanes (at least one) of one more. What lies in its
    other lanes reaches no sum.
    """
    used, zero, one = v.first_lanes(lanes), v.constant(0.0), v.constant(1.0)
    count, added = v.number(channels), v.splat(epsilon)
    behind = v.times(whole, VECTOR_BYTES)

    def pixel(index: Value, carried: list[Value]) -> list[Value]:
        x, out = carried

        def sums(i: Value, so_far: list[Value]) -> list[Value]:
            return [v.add(so_far[0], v.load(v.offset(x, v.times(i, VECTOR_BYTES))))]

        last = v.builder.select(used, v.load(v.offset(x, behind)), zero)
        (total,) = v.loop(whole, [last], sums)
        rough = v.divide(v.total(total), count)

        def distances(i: Value, so_far: list[Value]) -> list[Value]:
            distance = v.subtract(v.load(v.offset(x, v.times(i, VECTOR_BYTES))), rough)
            return [v.add(so_far[0], distance), v.multiply_add(distance, distance, so_far[1])]

        last = v.builder.select(used, v.subtract(last, rough), zero)
        left, squares = v.loop(whole, [last, v.multiply(last, last)], distances)
        rest = v.divide(v.total(left), count)
        variance = v.subtract(v.divide(v.total(squares), count), v.multiply(rest, rest))
        factor = v.divide(one, v.square_root(v.add(variance, added)))

        def normalized(here: Value) -> None:
            distance = v.subtract(v.subtract(v.load(v.offset(x, here)), rough), rest)
            scale, shift = v.load(v.offset(scales, here)), v.load(v.offset(shifts, here))
            v.store(v.multiply_add(v.multiply(distance, factor), scale, shift), v.offset(out, here))

        def block(i: Value, nothing: list[Value]) -> list[Value]:
            normalized(v.times(i, VECTOR_BYTES))
            return []

        v.loop(whole, [], block)
        normalized(behind)
        return [v.offset(x, spacing), v.offset(out, output_spacing)]

    v.loop(pixels, [source, output], pixel)
