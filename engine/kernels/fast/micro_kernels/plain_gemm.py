"""The micro-kernel of plain matrix products: a run of register tiles over rows that lie at equal distances.

    out[p, :] = clamp(bias + Σ_k input[p][k] · weight[k, :] (+ residual[p, :])),  p < pixels · tiles

1×1 convolutions at stride 1, the products inside Winograd's algorithm and the windows along a row of a padded
photograph need no tables of addresses: from a few base addresses all rows of a tile are reached with the
processor's scaled addressing, and a run of tiles needs one call. Against the indirect kernel of `gemm` this
saves some 20 ns a tile, a sixth of the time at 16 input channels. While a tile is computed, the lines of the
next one are fetched, and others that are needed later.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Final

from engine.kernels.fast.emit.limits import limits
from engine.kernels.fast.emit.micro_kernel import Float, Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors
from engine.kernels.fast.host import host
from engine.kernels.fast.micro_kernels.blocked_sums import BlockedSums, HeldSums, ends_of_run, scaled
from engine.kernels.fast.micro_kernels.gemm import LINE_BYTES
from engine.kernels.fast.variants import HALVED_TILE, HELD_TILES, TILE_PIXELS, UNROLL

SHARED_BASE: Final = 3
"""Rows that are reached from one base address: base, base + spacing, base + 2·spacing."""
LINES: Final = (4, 2)
"""Lines of following and ahead that a turn of the inner loop asks for, twice as many where it moves on by
more than these: in a run of one tile, or with one panel. Where it does not, MNASNet and VGG-16 took 4 to 5 %
more for asking again and again, on two Emerald Rapids cores; where it does, SqueezeNet 8 % more without, on
two of Zen 4."""
CLAIMED_LINES: Final = 2
"""Of claimed, where it moves on."""


HALVED: Final = HALVED_TILE if host().has_half_vectors else 0
"""The tile whose last vector may be half a one; 0: there is none. Where a processor does a 512-bit
multiply–add in two passes, a 256-bit one takes half as long: 24 columns take three quarters of 32."""


def _variants() -> Iterator[tuple[int, int, int]]:
    yield from product(TILE_PIXELS[host().tile_pixels], (2, 4), (0,))
    yield from product(HELD_TILES[host().tile_pixels], (2, 4), (1,))
    if HALVED:
        yield from ((HALVED, halves, 0) for halves in (1, 3))


@micro_kernel(_variants())
def gemm_run(
    v: Vectors, pixels: int, halves: int, held: int, *, inputs: Word, spacing: Word, taps: Word,
    tap_bytes: Word, depth: Word, weight: Word, outputs: Word, output_spacing: Word, bias: Word, scale: Word,
    shift: Word, residuals: Word, residual_spacing: Word, tiles: Word, following: Word, following_step: Word,
    ahead: Word, ahead_step: Word, claimed: Word, claimed_step: Word, streams: Word, run: Word,
    runs_a_block: Word, low: Float, high: Float,
) -> None:  # fmt: skip
    """`tiles` register tiles of `pixels` rows and `halves` half vectors of columns, one after the other.

    inputs, outputs, residuals (0: none): address of the first row, with the bytes between rows; a row's
    values are `taps` runs of `depth`, `tap_bytes` apart; weight: [taps][depth] rows of whole vectors that
    hold the columns; bias: one such row. Zeros are written beside an odd half. Meanwhile lines are fetched
    that are needed later, so many bytes further in each turn of the inner loop: weights from `following` on,
    inputs from `ahead` on and, to be written, outputs from `claimed` on. streams: whether the outputs go past
    the caches; scale, shift, run, runs_a_block: as in `gemm`. held: whether sums of blocks before stay in
    registers; then each run is a block.
    """
    fetching, fetch_steps = (following, ahead, claimed), (following_step, ahead_step, claimed_step)
    vectors = (halves + 1) // 2
    limited = limits(v, low, high)
    in_registers = HeldSums(v=v, pixels=pixels, vectors=vectors)
    summing = in_registers if held else BlockedSums.of(v, pixels, halves, runs_a_block)
    twice = v.times(spacing, 2)
    has_residual = v.nonzero(residuals)
    to_next_tap = v.builder.sub(tap_bytes, v.times(depth, 4))

    def tile(index: Value, carried: list[Value]) -> list[Value]:
        first, place, other, *fetched = carried
        next_place = v.offset(place, v.times(output_spacing, pixels))
        with v.when(v.zero(streams)):
            _fetch_rows(v, pixels, vectors, next_place, output_spacing, write=True)
        with v.when(has_residual):
            _fetch_rows(v, pixels, vectors, other, residual_spacing)
        next_rows = v.offset(first, v.times(spacing, pixels))
        bases = v.opaque([v.offset(first, v.times(spacing, p)) for p in range(0, pixels, SHARED_BASE)])
        places = 1 + len(fetching) + len(bases)  # what moves on with each step: weights, lines, rows

        def steps(count: int) -> Callable[[Value, list[Value]], list[Value]]:
            def turn(k: Value, carried: list[Value]) -> list[Value]:
                w, *state = carried
                fetched, state = state[: len(fetching)], state[len(fetching) :]
                bases_here, acc = state[: len(bases)], state[len(bases) :]
                if count > 1:
                    _fetch_lines(v, fetched, fetch_steps)
                    fetched = [v.offset(one, step) for one, step in zip(fetched, fetch_steps, strict=True)]
                for u in range(count):
                    row = _load_row(v, v.offset(w, u * vectors * VECTOR_BYTES), halves)

                    def value(p: int, u: int = u) -> Value:
                        base = bases_here[p // SHARED_BASE]
                        further = (None, spacing, twice)[p % SHARED_BASE]
                        at = base if further is None else v.offset(base, further)
                        return v.splat(v.load_scalar(v.offset(at, 4 * u)))

                    for p in range(pixels if halves > 1 else 0):
                        x = value(p)
                        for j in range(halves // 2):
                            acc[p * vectors + j] = v.multiply_add(x, row[j], acc[p * vectors + j])
                    if halves % 2:
                        with v.in_order(halves > 1):
                            for last in range(vectors - 1, pixels * vectors, vectors):
                                x = v.lower_half(value(last // vectors))
                                acc[last] = v.multiply_add(x, row[-1], acc[last])
                moved = [v.offset(base, 4 * count) for base in bases_here]
                return [v.offset(w, count * vectors * VECTOR_BYTES), *fetched, *moved, *acc]

            return turn

        def part(start: Value, state: list[Value]) -> list[Value]:
            moving, carried = state[:places], state[places:]
            sums, rest = summing.ready(carried)
            end, whole = ends_of_run(v, start, run, depth)
            state = v.loop(whole, [*moving, *sums], steps(UNROLL), start=start, step=UNROLL)
            state = v.loop(end, state, steps(1), start=whole)
            return [*state[:places], *summing.after(state[places:], rest)]

        def tap(number: Value, state: list[Value]) -> list[Value]:
            state = v.loop(depth, state, part, step=run)
            rows = [v.offset(one, to_next_tap) for one in state[places - len(bases) : places]]
            return [*state[: places - len(bases)], *rows, *state[places:]]

        state = v.loop(taps, [weight, *fetched, *bases, *summing.begun(bias)], tap)
        fetched = state[1 : 1 + len(fetching)]
        sums = summing.ended(state[places:])
        if halves % 2:
            for last in range(vectors - 1, pixels * vectors, vectors):
                sums[last] = v.widened(sums[last])
        sums = scaled(v, sums, vectors, scale, shift)

        def with_residual() -> list[Value]:
            added = []
            for p in range(pixels):
                row = v.offset(other, v.times(residual_spacing, p))
                for j in range(vectors):
                    added.append(v.add(sums[p * vectors + j], v.load(v.offset(row, j * VECTOR_BYTES))))
            return added

        sums = v.when_changing(has_residual, sums, with_residual)
        rows = [v.offset(place, v.times(output_spacing, p)) for p in range(pixels)]
        results = limited(sums)
        with v.either(v.nonzero(streams), v.stream, v.store) as ways:
            for put in ways:
                for index, result in enumerate(results):
                    put(result, v.offset(rows[index // vectors], index % vectors * VECTOR_BYTES))
        return [next_rows, next_place, v.offset(other, v.times(residual_spacing, pixels)), *fetched]

    v.loop(tiles, [inputs, outputs, residuals, *fetching], tile)


def _fetch_lines(v: Vectors, places: Sequence[Value], steps: Sequence[Value]) -> None:
    """Ask for a turn's lines of following, ahead and, where it moves on, claimed."""
    *read, (claimed, claimed_step) = zip(places, steps, strict=True)
    for (place, step), count in zip(read, LINES, strict=True):
        _ask_for(v, place, 0, count)
        with v.when(v.more(step, count * LINE_BYTES)):
            _ask_for(v, place, count, 2 * count)
    with v.when(v.nonzero(claimed_step)):
        for line in range(CLAIMED_LINES):
            v.prefetch(v.offset(claimed, line * LINE_BYTES), write=True)


def _ask_for(v: Vectors, place: Value, first: int, end: int) -> None:
    for line in range(first, end):
        v.prefetch(v.offset(place, line * LINE_BYTES), level=2)


def _load_row(v: Vectors, address: Value, halves: int) -> list[Value]:
    """Whole vectors, and half a one at their end if the number is odd."""
    row = [v.load(v.offset(address, j * VECTOR_BYTES)) for j in range(halves // 2)]
    return [*row, v.load_half(v.offset(address, halves // 2 * VECTOR_BYTES))] if halves % 2 else row


def _fetch_rows(
    v: Vectors, rows: int, vectors: int, first: Value, spacing: Value, *, write: bool = False
) -> None:
    for p in range(rows):
        line = v.offset(first, v.times(spacing, p))
        for j in range(vectors):
            v.prefetch(v.offset(line, j * VECTOR_BYTES), write=write)
