"""Local response normalisation across channels, a vector of them at a time.

y[c] = x[c] / (k + α/n · Σ x[j]²)^β over the n channels around c. The powers that occur in practice are taken
by square roots: β = 3/4 is √t · √√t, β = 1/2 is √t. Krizhevsky, Sutskever & Hinton, 2012, section 3.3.
"""

from typing import Any, Final

from numba import types

from engine.kernels.fast.vector_ir import ADDRESS, FLOAT, VECTOR_BYTES, Value, Vectors, emitted

QUARTERS: Final = (2, 3, 4)
"""β in quarters, for which there is a kernel."""


@emitted
def response_pixel(
    typing_context: Any, quarters: Any, source: Any, squares: Any, before: Any, size: Any, blocks: Any,
    output: Any, scale: Any, offset: Any,
) -> Any:  # fmt: skip
    """One pixel. `squares`: the squares of its channels, with zeros around them; `before` bytes of those
    zeros belong to the window of the first channel, which is `size` channels wide."""
    beta = quarters.literal_value

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, source, squares, before, size, blocks, output, scale, offset = arguments
        v = Vectors(builder)
        factor, base = v.splat(scale), v.splat(offset)
        start = builder.sub(squares, before)

        def block(index: Value, carried: list[Value]) -> list[Value]:
            here = v.times(index, VECTOR_BYTES)

            def channel(j: Value, carried: list[Value]) -> list[Value]:
                return [v.add(carried[0], v.load(v.offset(start, here, v.times(j, 4))))]

            (total,) = v.loop(size, [v.constant(0.0)], channel)
            t = v.multiply_add(total, factor, base)
            root = v.square_root(t)
            power = {2: root, 3: v.multiply(root, v.square_root(root)), 4: t}[beta]
            v.store(v.divide(v.load(v.offset(source, here)), power), v.offset(output, here))
            return []

        v.loop(blocks, [], block)
        return context.get_dummy_value()

    return types.void(quarters, *[ADDRESS] * 6, FLOAT, FLOAT), code
