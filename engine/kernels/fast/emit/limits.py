"""The clamp at the end of a convolution: ReLU, ReLU6 or, most often of all, none."""

from collections.abc import Callable, Sequence

from engine.kernels.fast.emit.vector_ir import Value, Vectors


def limits(v: Vectors, low: Value, high: Value) -> Callable[[Sequence[Value]], list[Value]]:
    """Emits the clamp of some vectors to low … high, NaN staying NaN, each time it is called.

    A processor that does half a wide vector at a time is busy with both comparisons of a register tile for as
    long as with two or three of its steps. They are left out where they change nothing, which on Zen 4 is 2 %
    of a product of 64 steps, 4 % of one of 32.
    """
    floor, ceiling = v.splat(low), v.splat(high)
    raises = v.builder.fcmp_ordered(">", low, v.scalar(float("-inf")))
    cuts = v.builder.fcmp_ordered("<", high, v.scalar(float("inf")))

    def limited(values: Sequence[Value]) -> list[Value]:
        raised = v.when_changing(raises, values, lambda: [v.at_least(x, floor) for x in values])
        return v.when_changing(cuts, raised, lambda: [v.at_most(x, ceiling) for x in raised])

    return limited
