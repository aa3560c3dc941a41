"""Whether a matrix product is worth Strassen's algorithm, and in which tasks.

Costs are counted in steps, each of which multiplies and adds one vector. Seven products of quarters
instead of eight save an eighth of them; what is paid is the sums of inputs, and products that are put by and
fetched again with every register tile. Whether it is worth that, and which pixels are added to which, does
not depend on how many cores there are: it decides the last bits.
"""

from math import ceil
from typing import Final

from engine.kernels.fast.host import core_cache_bytes, host
from engine.kernels.fast.places import pixel_bytes
from engine.kernels.fast.variants import LONGEST_RUN, STRASSEN_TILES, TILE_PIXELS
from engine.plan.cores import planned_cores

MOST_L1: Final = 32 << 10
"""Bytes of a core's first cache up to which the algorithm is worth it. Larger ones feed cores that do two
of the widest multiply–adds a cycle (Ice Lake, Sapphire Rapids, Zen 5; Zen 4 does one): products take half as
long there, sums and seven quarters of the weights do not. On Emerald Rapids ConvNeXt took 8 % more with it,
Xception 7 % on one core and 3 % on two."""
LEAST_PIXELS: Final = 100
"""Of a map: on smaller ones, reading seven quarters of the weights takes longer than multiplying by them."""
ENOUGH_BLOCKS: Final = 16
"""So many need not be shared out by panels, for each of which a block's sums are made again."""
TASKS_A_CORE: Final = 2
LONGEST_STEPS: Final = 2_500_000.0
"""Of a task, so that a run can be cancelled."""
SUM_STEPS: Final = 25.0
"""A vector of each of the sums of inputs."""
EDGE_STEPS: Final = 1.2
"""What a register tile costs beside its pixels, for each input channel…"""
TILE_STEPS: Final = 18.0
"""…and for each of its pixels and products: what is put by and fetched again."""
RUN_STEPS: Final = 8.0
"""The same, for each run of a product after the first."""
PLAIN_STEPS: Final = 4.0
"""The same of a plain product."""
WEIGHT_STEPS: Final = 0.15
"""A vector of weights on its way from the last cache, once a block."""
SINGLE: Final = 0.75
"""A pair of single vectors, as a part of one of whole panels: half the work, and as many loads."""
LEAST_GAIN: Final = 1.035
"""That is worth seven quarters of the weights."""


def half_block() -> int:
    """Pixels of half a block: one register tile."""
    return STRASSEN_TILES[host().tile_pixels][0]


def block_count(pixels: int) -> int:
    """Blocks of so many pixels, as equal as can be; the halves of one may overlap."""
    return ceil(pixels / (2 * half_block()))


def pair_count(out: int) -> int:
    """Pairs of panels of so many output channels; the last one may be of single vectors."""
    return ceil(host().padded(out) // host().width / 4)


def sum_bytes(depth: int) -> int:
    """Bytes from one pixel to the next in a sum of halves of so many input channels."""
    return pixel_bytes((depth // 2, 1, 2))


def scratch_bytes(depth: int) -> int:
    """That a task needs: five sums of a block's inputs; six tiles of products, and four of outputs."""
    return half_block() * (5 * sum_bytes(depth) + 10 * 2 * host().vector_bytes)


def pays(pixels: int, depth: int, out: int) -> bool:
    """Whether a product of so many pixels, input and output channels is expected to be done sooner."""
    if core_cache_bytes()[0] > MOST_L1:
        return False
    vectors, blocks = host().padded(out) // host().width, block_count(pixels)
    if pixels < max(LEAST_PIXELS, half_block()) or depth % 2 or depth < 2 * host().width or vectors % 2:
        return False
    whole = vectors // 4 + (SINGLE if vectors % 4 else 0.0)
    groups = 1 if blocks >= ENOUGH_BLOCKS else 2
    steps = blocks * (groups * sum_steps(depth) + whole * pair_steps(depth))
    return steps * LEAST_GAIN < plain_steps(pixels, depth) * vectors


def pairs_a_task(pixels: int, depth: int, out: int) -> int:
    """So many that equal cores are done soonest, with some tasks for each as far as there are panels."""
    blocks, pairs, cores = block_count(pixels), pair_count(out), planned_cores()
    sizes = sorted({ceil(pairs / groups) for groups in range(1, pairs + 1)})
    enough = [size for size in sizes if blocks * ceil(pairs / size) >= TASKS_A_CORE * cores]
    sizes = [size for size in enough if size * pair_steps(depth) <= LONGEST_STEPS] or sizes[:1]

    def steps(size: int) -> float:
        tasks = ceil(pairs / size)
        return ceil(blocks * tasks / cores) * (sum_steps(depth) + pairs / tasks * pair_steps(depth))

    return min(sizes, key=steps)


def plain_steps(pixels: int, depth: int) -> float:
    """What the plain product costs for each vector of outputs."""
    sizes = [size for size in TILE_PIXELS[host().tile_pixels] if size <= pixels]
    return min(ceil(pixels / size) * ((size + EDGE_STEPS) * depth + size * PLAIN_STEPS) for size in sizes)


def sum_steps(depth: int) -> float:
    """What the sums of a block cost."""
    return half_block() * ceil(depth / 2 / host().width) * SUM_STEPS


def pair_steps(depth: int) -> float:
    """What a pair of panels costs for a block."""
    tile, runs = half_block(), ceil(depth / 2 / LONGEST_RUN)
    put_by = tile * (TILE_STEPS + (runs - 1) * RUN_STEPS)
    return 7 * ((tile + EDGE_STEPS + WEIGHT_STEPS) * depth + put_by)
