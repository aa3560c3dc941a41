"""The machine's own limit: as many independent multiply–adds as its units take, nothing from memory."""

from typing import Any, Final

from engine.kernels.fast.vector_ir import ADDRESS, Value, Vectors, address_constant, emitted

ACCUMULATORS: Final = 12
"""Independent sums: latency times throughput of the multiply–add units, and then some."""


@emitted
def multiply_adds(typing_context: Any, turns: Any) -> Any:
    """`turns` times ACCUMULATORS multiply–adds of whole vectors; gives 0."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (turns,) = arguments
        v = Vectors(builder)
        factor, term = v.constant(0.999), v.constant(0.001)

        def turn(index: Value, sums: list[Value]) -> list[Value]:
            return [v.multiply_add(total, factor, term) for total in sums]

        sums = v.loop(turns, [v.constant(float(i)) for i in range(ACCUMULATORS)], turn)
        total = sums[0]
        for one in sums[1:]:
            total = v.add(total, one)
        # The result depends on every sum, so that none is optimised away; it is never NaN.
        return v.choose(v.any_nan(total), address_constant(1), address_constant(0))

    return ADDRESS(ADDRESS), code
