"""The machine's own limit: as many independent multiply–adds as its units take, nothing from memory."""

from typing import Final

from engine.kernels.fast.emit.micro_kernel import Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import Value, Vectors, address_constant

ACCUMULATORS: Final = 12
"""Independent sums: latency times throughput of the multiply–add units, and then some."""


@micro_kernel()
def multiply_adds(v: Vectors, *, turns: Word) -> Value:
    """`turns` times ACCUMULATORS multiply–adds of whole vectors; gives 0."""
    factor, term = v.constant(0.999), v.constant(0.001)

    def turn(index: Value, sums: list[Value]) -> list[Value]:
        return [v.multiply_add(total, factor, term) for total in sums]

    sums = v.loop(turns, [v.constant(float(i)) for i in range(ACCUMULATORS)], turn)
    total = sums[0]
    for part in sums[1:]:
        total = v.add(total, part)
    # The result depends on every sum, so that none is optimised away; it is never NaN.
    return v.choose(v.any_nan(total), address_constant(1), address_constant(0))
