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

from collections.abc import Callable
from itertools import product
from typing import Final

from engine.kernels.fast.emit.limits import limits
from engine.kernels.fast.emit.micro_kernel import Float, Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH, Value, Vectors, address_constant
from engine.kernels.fast.host import host
from engine.kernels.fast.micro_kernels.blocked_sums import BlockedSums, ends_of_run, scaled
from engine.kernels.fast.variants import TILE_PIXELS, UNROLL

LINE_BYTES: Final = 64


@micro_kernel(product(TILE_PIXELS[host().tile_pixels], (1, 2)))
def gemm_tile(
    v: Vectors, pixels: int, vectors: int, *, inputs: Word, base: Word, taps: Word, depth: Word, weight: Word,
    outputs: Word, column: Word, bias: Word, scale: Word, shift: Word, residuals: Word, residual_column: Word,
    ahead: Word, following: Word, lanes: Word, streams: Word, run: Word, runs_a_block: Word, low: Float,
    high: Float,
) -> None:  # fmt: skip
    """One register tile. Addresses are integers, counts in elements.

    inputs: table [taps][pixels] of addresses of `depth` floats, relative to `base`;
    weight: [taps][depth][vectors] vectors; outputs, residuals: tables [pixels] of addresses relative to
    `column` and `residual_column` (residuals = 0: none); bias: `vectors` vectors; ahead: bytes from these
    outputs to those of the next tile; following: bytes from these weights to those that are needed next,
    which are fetched into L2 meanwhile (0: none); lanes: how many floats of the last vector may be written;
    streams: whether outputs go past the caches; run, runs_a_block: see `blocked_sums`, a run is some steps
    over input channels; scale, shift: `vectors` vectors, the sums are multiplied by and increased by in the
    end (0: are not).
    """
    summing = BlockedSums.of(v, pixels, 2 * vectors, runs_a_block)
    with v.when(v.zero(streams)):
        for p in range(pixels):  # the next tile's lines are fetched while these sums are computed
            line = v.offset(v.load_address(v.offset(outputs, 8 * p)), column, ahead)
            for j in range(vectors):
                v.prefetch(v.offset(line, j * VECTOR_BYTES), write=True)
    with v.when(v.nonzero(residuals)):
        for p in range(pixels):
            line = v.offset(v.load_address(v.offset(residuals, 8 * p)), residual_column)
            for j in range(vectors):
                v.prefetch(v.offset(line, j * VECTOR_BYTES))

    def tap(index: Value, carried: list[Value]) -> list[Value]:
        table = v.offset(inputs, v.times(index, 8 * pixels))
        pointers = [v.offset(v.load_address(v.offset(table, 8 * p)), base) for p in range(pixels)]

        def steps(count: int) -> Callable[[Value, list[Value]], list[Value]]:
            def turn(k: Value, carried: list[Value]) -> list[Value]:
                w, *acc = carried
                here = v.times(k, 4)
                for line in range(0, count * vectors * VECTOR_BYTES if count > 1 else 0, LINE_BYTES):
                    v.prefetch(v.offset(w, following, line), level=2)
                for u in range(count):
                    row = [v.load(v.offset(w, (u * vectors + j) * VECTOR_BYTES)) for j in range(vectors)]
                    for p in range(pixels):
                        x = v.splat(v.load_scalar(v.offset(pointers[p], here, 4 * u)))
                        for j in range(vectors):
                            acc[p * vectors + j] = v.multiply_add(x, row[j], acc[p * vectors + j])
                return [v.offset(w, count * vectors * VECTOR_BYTES), *acc]

            return turn

        def part(start: Value, carried: list[Value]) -> list[Value]:
            w, *carried = carried
            sums, rest = summing.ready(carried)
            end, whole = ends_of_run(v, start, run, depth)
            carried = v.loop(whole, [w, *sums], steps(UNROLL), start=start, step=UNROLL)
            w, *sums = v.loop(end, carried, steps(1), start=whole)
            return [w, *summing.after(sums, rest)]

        return v.loop(depth, carried, part, step=run)

    _, *carried = v.loop(taps, [weight, *summing.begun(bias)], tap)
    sums = scaled(v, summing.ended(carried), vectors, scale, shift)

    def with_residual() -> list[Value]:
        added = []
        for p in range(pixels):
            row = v.offset(v.load_address(v.offset(residuals, 8 * p)), residual_column)
            for j in range(vectors):
                added.append(v.add(sums[p * vectors + j], v.load(v.offset(row, j * VECTOR_BYTES))))
        return added

    sums = v.when_changing(v.nonzero(residuals), sums, with_residual)
    rows = [v.offset(v.load_address(v.offset(outputs, 8 * p)), column) for p in range(pixels)]
    results = limits(v, low, high)(sums)
    last = (vectors - 1) * VECTOR_BYTES
    full = v.builder.icmp_signed(">=", lanes, address_constant(WIDTH))
    with v.builder.if_else(full) as (then, otherwise):
        with then, v.either(v.nonzero(streams), v.stream, v.store) as ways:
            for put in ways:
                for index, result in enumerate(results):
                    put(result, v.offset(rows[index // vectors], index % vectors * VECTOR_BYTES))
        with otherwise:
            mask = v.first_lanes(lanes)
            for p in range(pixels):
                for j in range(vectors - 1):
                    v.store(results[p * vectors + j], v.offset(rows[p], j * VECTOR_BYTES))
                v.store_lanes(results[p * vectors + vectors - 1], v.offset(rows[p], last), mask)
