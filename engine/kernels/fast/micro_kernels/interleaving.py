"""The micro-kernel that moves values: runs of them are dealt out in turn, or one run is copied.

    out[i · parts + k] = source[k][i],  i < count

So planes of a photograph become pixels, and the halves of a pixel's channels are shuffled.
"""

from typing import Final

from engine.kernels.fast.emit.micro_kernel import Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH, Value, Vectors, address_constant
from engine.kernels.fast.variants import DEALT_PARTS

FLOAT_BYTES: Final = 4


@micro_kernel((parts,) for parts in DEALT_PARTS)
def interleaved(
    v: Vectors, parts: int, *, source: Word, part_bytes: Word, spacing: Word, output: Word,
    output_spacing: Word, runs: Word, count: Word,
) -> None:  # fmt: skip
    """`runs` times `count` values of each of `parts` parts, at least a vector of them.

    source: the first part, `part_bytes` before the next one; spacing, output_spacing: from one time to the
    next. The last vectors overlap those before them: same values, same bytes.
    """
    last = v.times(v.offset(count, -WIDTH), FLOAT_BYTES)
    blocks = v.builder.sdiv(v.offset(count, WIDTH - 1), address_constant(WIDTH))

    def run(index: Value, carried: list[Value]) -> list[Value]:
        first, place = carried

        def block(i: Value, nothing: list[Value]) -> list[Value]:
            here = v.times(i, VECTOR_BYTES)
            here = v.choose(v.builder.icmp_signed("<", here, last), here, last)
            seen = [v.load(v.offset(first, v.times(part_bytes, k), here)) for k in range(parts)]
            out = v.offset(place, v.times(here, parts))
            for k in range(parts):
                v.store(_dealt(v, seen, k), v.offset(out, k * VECTOR_BYTES))
            return []

        v.loop(blocks, [], block)
        return [v.offset(first, spacing), v.offset(place, output_spacing)]

    v.loop(runs, [source, output], run)


def _dealt(v: Vectors, seen: list[Value], number: int) -> Value:
    """The vector with this number of those that are made of a vector of each part."""
    parts, result = len(seen), seen[0]
    places = [divmod(number * WIDTH + lane, parts) for lane in range(WIDTH)]
    for k in range(1, parts):  # what is not in its place yet will come with a later part
        lanes = [WIDTH + i if part == k else lane for lane, (i, part) in enumerate(places)]
        if k == 1:
            lanes = [i if part == 0 else chosen for (i, part), chosen in zip(places, lanes, strict=True)]
        result = v.picked(result, seen[k], lanes)
    return result
