"""Local response normalisation across channels, a vector of them at a time.

y[c] = x[c] / (k + α/n · Σ x[j]²)^β over the n channels around c. The powers that occur in practice are taken
by square roots: β = 3/4 is √t · √√t, β = 1/2 is √t. Krizhevsky, Sutskever & Hinton, 2012, section 3.3.
"""

from engine.kernels.fast.emit.micro_kernel import Float, Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors
from engine.kernels.fast.variants import POWER_QUARTERS


@micro_kernel((quarters,) for quarters in POWER_QUARTERS)
def response_pixel(
    v: Vectors, quarters: int, *, source: Word, squares: Word, before: Word, size: Word, blocks: Word,
    output: Word, scale: Float, offset: Float,
) -> None:  # fmt: skip
    """One pixel. `squares`: the squares of its channels, with zeros around them; `before` bytes of those
    zeros belong to the window of the first channel, which is `size` channels wide."""
    factor, base = v.splat(scale), v.splat(offset)
    start = v.builder.sub(squares, before)

    def block(index: Value, carried: list[Value]) -> list[Value]:
        here = v.times(index, VECTOR_BYTES)

        def channel(j: Value, carried: list[Value]) -> list[Value]:
            return [v.add(carried[0], v.load(v.offset(start, here, v.times(j, 4))))]

        (total,) = v.loop(size, [v.constant(0.0)], channel)
        t = v.multiply_add(total, factor, base)
        root = v.square_root(t)
        power = {2: root, 3: v.multiply(root, v.square_root(root)), 4: t}[quarters]
        v.store(v.divide(v.load(v.offset(source, here)), power), v.offset(output, here))
        return []

    v.loop(blocks, [], block)
