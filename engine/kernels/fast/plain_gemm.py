"""The micro-kernel of plain matrix products: a run of register tiles over rows that lie at equal distances.

    out[p, :] = clamp(bias + Σ_k input[p][k] · weight[k, :] (+ residual[p, :])),  p < pixels · tiles

1×1 convolutions at stride 1, the products inside Winograd's algorithm and the windows along a row of a padded
photograph need no tables of addresses: from a few base addresses all rows of a tile are reached with the
processor's scaled addressing, and a run of tiles needs one call. Against the indirect kernel of `gemm` this
saves some 20 ns a tile, a sixth of the time at 16 input channels. While a tile is computed, the lines of the
next one are fetched, and others that are needed later.
"""

from typing import Any, Final

from numba import types

from engine.kernels.fast.gemm import LINE_BYTES, UNROLL
from engine.kernels.fast.vector_ir import (
    ADDRESS,
    FLOAT,
    VECTOR_BYTES,
    Value,
    Vectors,
    address_constant,
    emitted,
)

SHARED_BASE: Final = 3
"""Rows that are reached from one base address: base, base + spacing, base + 2·spacing."""
LINES: Final = ((8, False), (4, False), (2, True))
"""Lines asked for in a turn of the inner loop, and whether to be written: of following, ahead, claimed."""


@emitted
def gemm_run(
    typing_context: Any, pixels: Any, vectors: Any, inputs: Any, spacing: Any, taps: Any, tap_bytes: Any,
    depth: Any, weight: Any,
    outputs: Any, output_spacing: Any, bias: Any, residuals: Any, residual_spacing: Any, tiles: Any,
    following: Any, following_step: Any, ahead: Any, ahead_step: Any, claimed: Any, claimed_step: Any,
    streams: Any, lowest: Any, highest: Any,
) -> Any:  # fmt: skip
    """`tiles` register tiles of `pixels` rows, one after the other. `pixels` and `vectors` are literal.

    inputs, outputs, residuals (0: none): address of the first row, with the bytes between rows; a row's
    values are `taps` runs of `depth`, `tap_bytes` apart; weight: [taps][depth][vectors] vectors; bias:
    `vectors` vectors. Meanwhile lines are fetched that are needed later, so many bytes further in each turn
    of the inner loop: weights from `following` on, inputs from `ahead` on and, to be written, outputs from
    `claimed` on. streams: whether the outputs go past the caches.
    """
    mr, nv = pixels.literal_value, vectors.literal_value
    signature = types.void(pixels, vectors, *[ADDRESS] * 19, FLOAT, FLOAT)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, _, inputs, spacing, taps, tap_bytes, depth, weight, outputs, output_spacing, *others = arguments
        bias, residuals, residual_spacing, tiles, *sources, past_caches, low, high = others
        steps_of = sources[1::2]
        v = Vectors(builder)
        floor, ceiling = v.splat(low), v.splat(high)
        whole = v.times(builder.sdiv(depth, address_constant(UNROLL)), UNROLL)
        twice = v.times(spacing, 2)
        has_residual = v.nonzero(residuals)
        to_next_tap = builder.sub(tap_bytes, v.times(depth, 4))

        def tile(index: Value, carried: list[Value]) -> list[Value]:
            first, place, other, *fetched = carried
            start = [v.load(v.offset(bias, j * VECTOR_BYTES)) for j in range(nv)]
            sums = [start[j] for _ in range(mr) for j in range(nv)]
            next_place = v.offset(place, v.times(output_spacing, mr))
            with v.when(v.zero(past_caches)):
                _fetch_rows(v, mr, nv, next_place, output_spacing, write=True)
            with v.when(has_residual):
                _fetch_rows(v, mr, nv, other, residual_spacing)
            next_rows = v.offset(first, v.times(spacing, mr))
            bases = v.opaque([v.offset(first, v.times(spacing, p)) for p in range(0, mr, SHARED_BASE)])

            def steps(count: int) -> Any:
                def turn(k: Value, carried: list[Value]) -> list[Value]:
                    w, *state = carried
                    fetched, state = state[: len(LINES)], state[len(LINES) :]
                    rows, acc = state[: len(bases)], state[len(bases) :]
                    if count > 1:
                        for stream, (lines, write) in zip(fetched, LINES, strict=True):
                            for line in range(lines):
                                at = v.offset(stream, line * LINE_BYTES)
                                v.prefetch(at, level=1 if write else 2, write=write)
                        fetched = [v.offset(one, step) for one, step in zip(fetched, steps_of, strict=True)]
                    for u in range(count):
                        row = [v.load(v.offset(w, (u * nv + j) * VECTOR_BYTES)) for j in range(nv)]
                        for p in range(mr):
                            base = rows[p // SHARED_BASE]
                            further = (None, spacing, twice)[p % SHARED_BASE]
                            at = base if further is None else v.offset(base, further)
                            x = v.splat(v.load_scalar(v.offset(at, 4 * u)))
                            for j in range(nv):
                                acc[p * nv + j] = v.multiply_add(x, row[j], acc[p * nv + j])
                    moved = [v.offset(one, 4 * count) for one in rows]
                    return [v.offset(w, count * nv * VECTOR_BYTES), *fetched, *moved, *acc]

                return turn

            def tap(number: Value, state: list[Value]) -> list[Value]:
                state = v.loop(whole, state, steps(UNROLL), step=UNROLL)
                w, *state = v.loop(depth, state, steps(1), start=whole)
                fetched, state = state[: len(LINES)], state[len(LINES) :]
                rows = [v.offset(one, to_next_tap) for one in state[: len(bases)]]
                return [w, *fetched, *rows, *state[len(bases) :]]

            _, *state = v.loop(taps, [weight, *fetched, *bases, *sums], tap)
            fetched, sums = state[: len(LINES)], state[len(LINES) + len(bases) :]

            def with_residual() -> list[Value]:
                added = []
                for p in range(mr):
                    row = v.offset(other, v.times(residual_spacing, p))
                    for j in range(nv):
                        added.append(v.add(sums[p * nv + j], v.load(v.offset(row, j * VECTOR_BYTES))))
                return added

            sums = v.when_changing(has_residual, sums, with_residual)
            rows = [v.offset(place, v.times(output_spacing, p)) for p in range(mr)]
            results = [v.clamp(total, floor, ceiling) for total in sums]
            with v.either(v.nonzero(past_caches), v.stream, v.store) as ways:
                for put in ways:
                    for index, result in enumerate(results):
                        put(result, v.offset(rows[index // nv], index % nv * VECTOR_BYTES))
            return [next_rows, next_place, v.offset(other, v.times(residual_spacing, mr)), *fetched]

        v.loop(tiles, [inputs, outputs, residuals, *sources[::2]], tile)
        return context.get_dummy_value()

    return signature, code


def _fetch_rows(
    v: Vectors, rows: int, vectors: int, first: Value, spacing: Value, *, write: bool = False
) -> None:
    for p in range(rows):
        line = v.offset(first, v.times(spacing, p))
        for j in range(vectors):
            v.prefetch(v.offset(line, j * VECTOR_BYTES), write=write)
