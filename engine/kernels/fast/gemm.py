"""The register-blocked micro-kernel behind every convolution and dense layer: an indirect GEMM.

For `pixels` output pixels and one panel of `vectors` vectors of output channels it computes

    out[p, :] = clamp(bias + Σ_tap Σ_k input[tap, p][k] · weight[tap, k, :] (+ residual[p, :]))

where the inputs are given as a table of addresses, one for each tap and pixel; a tap outside of the image
points to a row of zeros. So one kernel serves 1×1 and K×K at any stride, padding and dilation, dense layers
and the products inside Winograd's algorithm, without ever copying patches (im2col).
Dukhan, "The Indirect Convolution Algorithm", 2019; register blocking as in Goto & van de Geijn, "Anatomy of
High-Performance Matrix Multiplication", 2008.

Plain form, for p, tap, k and lane: `acc[p][lane] += load(inputs[tap][p] + k) * weight[tap][k][lane]`.
"""

from typing import Any, Final

from numba import types

from engine.kernels.fast.vector_ir import (
    ADDRESS,
    FLOAT,
    VECTOR_BYTES,
    WIDTH,
    Value,
    Vectors,
    address_constant,
    emitted,
)

LINE_BYTES: Final = 64
UNROLL: Final = 4
"""Steps over input channels a turn of the inner loop: hides its bookkeeping, leaves a short tail."""


@emitted
def gemm_tile(
    typing_context: Any, pixels: Any, vectors: Any, inputs: Any, base: Any, taps: Any, depth: Any,
    weight: Any, outputs: Any, column: Any, bias: Any, residuals: Any, ahead: Any, following: Any,
    lanes: Any, streams: Any, lowest: Any, highest: Any,
) -> Any:  # fmt: skip
    """One register tile. `pixels` and `vectors` are literal; addresses are integers, counts in elements.

    inputs: table [taps][pixels] of addresses of `depth` floats, relative to `base`;
    weight: [taps][depth][vectors] vectors; outputs, residuals: tables [pixels] of addresses relative to
    `column` (residuals = 0: none); bias: `vectors` vectors; ahead: bytes from these outputs to those of
    the next tile; following: bytes from these weights to those that are needed next, which are fetched
    into L2 meanwhile (0: none); lanes: how many floats of the last vector may be written; streams: whether
    outputs go past the caches.
    """
    mr, nv = pixels.literal_value, vectors.literal_value
    signature = types.void(pixels, vectors, *[ADDRESS] * 13, FLOAT, FLOAT)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, _, inputs, base, taps, depth, weight, outputs, column, bias, residuals, *others = arguments
        ahead, following, lanes, streams, low, high = others
        v = Vectors(builder)
        start = [v.load(v.offset(bias, j * VECTOR_BYTES)) for j in range(nv)]
        sums = [start[j] for _ in range(mr) for j in range(nv)]
        with v.when(v.zero(streams)):
            for p in range(mr):  # the next tile's lines are fetched while these sums are computed
                line = v.offset(v.load_address(v.offset(outputs, 8 * p)), column, ahead)
                for j in range(nv):
                    v.prefetch(v.offset(line, j * VECTOR_BYTES), write=True)
        with v.when(v.nonzero(residuals)):
            for p in range(mr):
                line = v.offset(v.load_address(v.offset(residuals, 8 * p)), column)
                for j in range(nv):
                    v.prefetch(v.offset(line, j * VECTOR_BYTES))
        whole = v.times(builder.sdiv(depth, address_constant(UNROLL)), UNROLL)

        def tap(index: Value, carried: list[Value]) -> list[Value]:
            table = v.offset(inputs, v.times(index, 8 * mr))
            pointers = [v.offset(v.load_address(v.offset(table, 8 * p)), base) for p in range(mr)]
            weights, *accumulators = carried

            def steps(count: int) -> Any:
                def turn(k: Value, carried: list[Value]) -> list[Value]:
                    w, *acc = carried
                    here = v.times(k, 4)
                    for line in range(0, count * nv * VECTOR_BYTES if count > 1 else 0, LINE_BYTES):
                        v.prefetch(v.offset(w, following, line), level=2)
                    for u in range(count):
                        row = [v.load(v.offset(w, (u * nv + j) * VECTOR_BYTES)) for j in range(nv)]
                        for p in range(mr):
                            x = v.splat(v.load_scalar(v.offset(pointers[p], here, 4 * u)))
                            for j in range(nv):
                                acc[p * nv + j] = v.multiply_add(x, row[j], acc[p * nv + j])
                    return [v.offset(w, count * nv * VECTOR_BYTES), *acc]

                return turn

            carried = v.loop(whole, [weights, *accumulators], steps(UNROLL), step=UNROLL)
            return v.loop(depth, carried, steps(1), start=whole)

        _, *sums = v.loop(taps, [weight, *sums], tap)

        def with_residual() -> list[Value]:
            added = []
            for p in range(mr):
                row = v.offset(v.load_address(v.offset(residuals, 8 * p)), column)
                for j in range(nv):
                    added.append(v.add(sums[p * nv + j], v.load(v.offset(row, j * VECTOR_BYTES))))
            return added

        sums = v.when_changing(v.nonzero(residuals), sums, with_residual)
        floor, ceiling = v.splat(low), v.splat(high)
        rows = [v.offset(v.load_address(v.offset(outputs, 8 * p)), column) for p in range(mr)]
        results = [v.clamp(total, floor, ceiling) for total in sums]
        last = (nv - 1) * VECTOR_BYTES
        full = builder.icmp_signed(">=", lanes, address_constant(WIDTH))
        with builder.if_else(full) as (then, otherwise):
            with then, v.either(v.nonzero(streams), v.stream, v.store) as ways:
                for put in ways:
                    for index, result in enumerate(results):
                        put(result, v.offset(rows[index // nv], index % nv * VECTOR_BYTES))
            with otherwise:
                mask = v.first_lanes(lanes)
                for p in range(mr):
                    for j in range(nv - 1):
                        v.store(results[p * nv + j], v.offset(rows[p], j * VECTOR_BYTES))
                    v.store_lanes(results[p * nv + nv - 1], v.offset(rows[p], last), mask)
        return context.get_dummy_value()

    return signature, code
