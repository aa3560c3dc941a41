"""Strassen's algorithm for a register tile in each half of the pixels, and its sums of inputs.

With A the inputs, B the weights, C the outputs and two halves each way, seven products do for eight:

    P₁ = (A₁₁ + A₂₂)·(B₁₁ + B₂₂)   P₂ = (A₂₁ + A₂₂)·B₁₁   P₃ = A₁₁·(B₁₂ − B₂₂)
    P₄ = A₂₂·(B₂₁ − B₁₁)            P₅ = (A₁₁ + A₁₂)·B₂₂
    P₆ = (A₂₁ − A₁₁)·(B₁₁ + B₁₂)   P₇ = (A₁₂ − A₂₂)·(B₂₁ + B₂₂)

    C₂₁ = P₄ + P₂              C₁₂ = P₅ + P₃
    C₂₂ = P₆ + P₁ + P₃ − P₂    C₁₁ = P₇ + P₁ + P₄ − P₅

Strassen, "Gaussian Elimination is not Optimal", Numerische Mathematik 13, 1969. Winograd's form of it needs
fewer sums, but multiplies sums of three: its errors are a third larger; Higham, "Accuracy and Stability of
Numerical Algorithms", 2002, section 23.2. Sums of weights are packed, those of inputs made for a block, those
of outputs on the way into the map: Huang et al., "Strassen's Algorithm Reloaded", SC 2016. Each product is
summed from zero, a run of steps at a time, so that errors do not grow with its length.
"""

from collections.abc import Callable
from itertools import product
from typing import Final

from engine.kernels.fast.emit.limits import limits
from engine.kernels.fast.emit.micro_kernel import Float, Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH, Value, Vectors, address_constant
from engine.kernels.fast.host import host
from engine.kernels.fast.micro_kernels.gemm import LINE_BYTES
from engine.kernels.fast.variants import STRASSEN_TILES, UNROLL

PRODUCTS: Final = 7
SUMS: Final = 5
"""Of inputs: A₁₁ + A₂₂, A₂₁ + A₂₂, A₁₁ + A₁₂, A₂₁ − A₁₁, A₁₂ − A₂₂."""
PART: Final = ("inputs", "spacing", "put_by", "output", "first", "second", "taken", "bias", "other")
"""The words that tell what is done with a product: its first input and the bytes to the next; where it is
put by (0: nowhere); which output it makes (0: none), with the product that is added to it, and (0: none) one
more that is added, one that is taken from it, and the residual."""
PART_BYTES: Final = 8 * len(PART)
PUT_BY_BYTES: Final = 2 * VECTOR_BYTES
"""From a pixel to the next of a product that is put by."""
INDEPENDENT: Final = 4
"""Sums over what is not finite: a single one would wait for itself."""
SHARED_BASE: Final = 3
"""Rows that are reached from one base address, see `plain_gemm`."""
FETCHED: Final = (8, 4)
"""Lines of weights and of inputs that are fetched in each turn of the inner loop."""


@micro_kernel()
def quarter_sums(
    v: Vectors, *, first: Word, second: Word, spacing: Word, pixels: Word, depth: Word, sums: Word,
    sum_spacing: Word, sum_room: Word,
) -> None:  # fmt: skip
    """The sums of inputs, of so many pixels of either half.

    first, second: the halves, `spacing` bytes from pixel to pixel, with A₁₁ and A₁₂, A₂₁ and A₂₂ side by
    side, `depth` values each, a vector at least; sums: where the first goes, `sum_spacing` bytes from pixel
    to pixel and `sum_room` from one sum to the next.
    """
    across = v.times(depth, 4)
    last = v.offset(across, -VECTOR_BYTES)
    blocks = v.builder.sdiv(v.offset(depth, WIDTH - 1), address_constant(WIDTH))

    def pixel(index: Value, carried: list[Value]) -> list[Value]:
        above, below, out = carried

        def block(i: Value, carried: list[Value]) -> list[Value]:
            here = v.times(i, VECTOR_BYTES)  # the last vector overlaps its neighbour: same values
            here = v.choose(v.builder.icmp_signed("<", here, last), here, last)
            a11, a12 = v.load(v.offset(above, here)), v.load(v.offset(above, across, here))
            a21, a22 = v.load(v.offset(below, here)), v.load(v.offset(below, across, here))
            made = (
                v.add(a11, a22), v.add(a21, a22), v.add(a11, a12), v.subtract(a21, a11), v.subtract(a12, a22),
            )  # fmt: skip
            for number, value in enumerate(made):
                v.store(value, v.offset(out, here, v.times(sum_room, number)))
            return []

        v.loop(blocks, [], block)
        return [v.offset(above, spacing), v.offset(below, spacing), v.offset(out, sum_spacing)]

    v.loop(pixels, [first, second, sums], pixel)


@micro_kernel(product(STRASSEN_TILES[host().tile_pixels], (1, 2)))
def strassen_tile(
    v: Vectors, pixels: int, vectors: int, *, parts: Word, depth: Word, runs: Word, run: Word, so_far: Word,
    weight: Word, output_spacing: Word, other_spacing: Word, ahead: Word, ahead_step: Word,
    streams: Word, low: Float, high: Float,
) -> Value:  # fmt: skip
    """Seven products one after the other; gives 1 if some output is a NaN or an infinity.

    parts: [PRODUCTS][PART] words; runs: of `run` steps, a multiple of UNROLL, that are summed from zero, the
    last of as many as are left; so_far: room for the sums of the runs before; weight: [PRODUCTS][depth]
    [vectors] vectors; ahead: what is fetched meanwhile, `ahead_step` bytes further in each turn of the inner
    loop; streams: whether outputs go past the caches. Sums spread what is not finite further than a
    convolution does: the caller computes the layer again.
    """
    limited, zero = limits(v, low, high), v.constant(0.0)
    weight_bytes = v.times(depth, vectors * VECTOR_BYTES)
    put_by_bytes = address_constant(PUT_BY_BYTES)

    def places(first: Value, spacing: Value) -> list[Value]:
        rows = [v.offset(first, v.times(spacing, p)) for p in range(pixels)]
        return [v.offset(row, j * VECTOR_BYTES) for row in rows for j in range(vectors)]

    def added(sums: list[Value], others: list[Value]) -> list[Value]:
        return [v.add(total, v.load(one)) for total, one in zip(sums, others, strict=True)]

    def ask_for(lines: list[Value], *, write: bool = False) -> None:
        for line in lines:
            v.prefetch(line, write=write)

    def part(index: Value, carried: list[Value]) -> list[Value]:
        words, w, fetched, *seen = carried
        word = {name: v.load_address(v.offset(words, 8 * i)) for i, name in enumerate(PART)}
        other, at = places(word["other"], other_spacing), places(word["output"], output_spacing)
        with v.when(v.nonzero(word["other"])):
            ask_for(other)
        with v.when(v.builder.and_(v.nonzero(word["output"]), v.zero(streams))):
            ask_for(at, write=True)
        first, spacing = word["inputs"], word["spacing"]
        bases = v.opaque([v.offset(first, v.times(spacing, p)) for p in range(0, pixels, SHARED_BASE)])
        steps = _steps_of(v, pixels, vectors, spacing, ahead_step)

        def one_run(number: Value, carried: list[Value]) -> list[Value]:
            start = v.builder.mul(number, run)
            moving, sums = carried[: 2 + len(bases)], [zero] * (pixels * vectors)
            end = v.offset(start, run)
            last = v.builder.icmp_signed(">=", end, depth)
            end = v.choose(last, depth, end)
            length = v.builder.sub(end, start)
            whole = v.offset(start, v.times(v.builder.sdiv(length, address_constant(UNROLL)), UNROLL))
            state = [moving[0], v.offset(moving[0], weight_bytes), *moving[1:], *sums]
            state = v.loop(whole, state, steps(UNROLL), start=start, step=UNROLL)
            w, _, *state = v.loop(end, state, steps(1), start=whole)
            moving, sums = [w, *state[: 1 + len(bases)]], state[1 + len(bases) :]
            before = places(so_far, put_by_bytes)
            sums = v.when_changing(v.nonzero(start), sums, lambda: added(sums, before))
            with v.when(v.builder.not_(last)):
                for total, place in zip(sums, before, strict=True):
                    v.store(total, place)
            return [*moving, *sums]

        state = [w, fetched, *bases, *[zero] * (pixels * vectors)]
        w, fetched, *state = v.loop(runs, state, one_run)
        sums = state[len(bases) :]
        with v.when(v.nonzero(word["put_by"])):
            for total, place in zip(sums, places(word["put_by"], put_by_bytes), strict=True):
                v.store(total, place)

        def of_more() -> list[Value]:
            second, taken = places(word["second"], put_by_bytes), places(word["taken"], put_by_bytes)
            totals = added(sums, second)
            totals = [v.subtract(total, v.load(one)) for total, one in zip(totals, taken, strict=True)]
            met = list(seen)
            for i, total in enumerate(totals):  # 0 · ±∞ and 0 · NaN are NaN, and NaN stays
                met[i % INDEPENDENT] = v.multiply_add(total, zero, met[i % INDEPENDENT])
            return [*met, *totals]

        state = v.when_changing(v.nonzero(word["taken"]), [*seen, *sums], of_more)
        seen, sums = state[:INDEPENDENT], state[INDEPENDENT:]
        with v.when(v.nonzero(word["output"])):
            bias = [v.load(v.offset(word["bias"], j * VECTOR_BYTES)) for j in range(vectors)]
            totals = added(sums, places(word["first"], put_by_bytes))
            totals = [v.add(total, bias[i % vectors]) for i, total in enumerate(totals)]
            totals = v.when_changing(v.nonzero(word["other"]), totals, lambda: added(totals, other))
            results = limited(totals)
            with v.either(v.nonzero(streams), v.stream, v.store) as ways:
                for put in ways:
                    for result, place in zip(results, at, strict=True):
                        put(result, place)
        return [v.offset(words, PART_BYTES), w, fetched, *seen]

    _, _, _, *met = v.loop(address_constant(PRODUCTS), [parts, weight, ahead, *[zero] * INDEPENDENT], part)
    total = met[0]
    for one in met[1:]:
        total = v.add(total, one)
    return v.choose(v.any_nan(total), address_constant(1), address_constant(0))


def _steps_of(
    v: Vectors, pixels: int, vectors: int, spacing: Value, ahead_step: Value
) -> Callable[[int], Callable[[Value, list[Value]], list[Value]]]:
    """The body of the inner loop, so many steps a turn; it carries the weights' address, what is fetched of
    weights and inputs, the bases of the rows, and the sums."""
    twice, bases = v.times(spacing, 2), -(-pixels // SHARED_BASE)

    def steps(count: int) -> Callable[[Value, list[Value]], list[Value]]:
        def turn(k: Value, carried: list[Value]) -> list[Value]:
            w, following, ahead, *state = carried
            rows, sums = state[:bases], state[bases:]
            if count > 1:
                for first, lines in zip((following, ahead), FETCHED, strict=True):
                    for line in range(lines):
                        v.prefetch(v.offset(first, line * LINE_BYTES), level=2)
                following = v.offset(following, count * vectors * VECTOR_BYTES)
                ahead = v.offset(ahead, ahead_step)
            for u in range(count):
                row = [v.load(v.offset(w, (u * vectors + j) * VECTOR_BYTES)) for j in range(vectors)]
                for p in range(pixels):
                    further = (None, spacing, twice)[p % SHARED_BASE]
                    at = rows[p // SHARED_BASE]
                    at = at if further is None else v.offset(at, further)
                    x = v.splat(v.load_scalar(v.offset(at, 4 * u)))
                    for j in range(vectors):
                        sums[p * vectors + j] = v.multiply_add(x, row[j], sums[p * vectors + j])
            moved = [v.offset(row, 4 * count) for row in rows]
            return [v.offset(w, count * vectors * VECTOR_BYTES), following, ahead, *moved, *sums]

        return turn

    return steps
