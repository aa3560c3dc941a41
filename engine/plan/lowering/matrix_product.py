"""Convolutions and dense layers as matrix products: in which order, in how many tasks."""

from typing import Final

from engine.kernels.fast.host import core_cache_bytes, host
from engine.kernels.fast.operations import Gemm, PixelRuns
from engine.kernels.fast.packing import Packing
from engine.kernels.fast.places import Address, Place
from engine.kernels.fast.variants import HELD_TILES, TILE_PIXELS, UNROLL
from engine.plan.builder import StepBuilder
from engine.plan.cores import planned_cores
from engine.plan.early import product_steps
from engine.plan.lowering.convolution import Choice, Convolution
from engine.plan.rows import Row, Work, unfinished_bytes
from engine.shapes import Pair

SMALL_WEIGHTS: Final = 3 / 16
"""Of a core's own cache, of which LEAST_CACHE is counted on: what packed weights may take to stay there
beside the maps. Then panels are the inner loop."""
BLOCK_SHARE: Final = 1 / 2
"""Of it, up to which all weights are gone through for a few tiles after others; where there are more, the
inputs of a task's tiles take as much, and stay while panels come and go."""
LEAST_CACHE: Final = 1 << 20
BLOCK_INPUT: Final = 128 << 10
BLOCK_STEPS: Final = 128
"""Products that are summed up before they are added to those before them, which takes as long as three more:
sums are stored."""
SMALL_WASTE: Final = 1.03
"""What a smaller register tile may compute beside what the usual one does, as a part of it."""
DENSE_STEPS: Final = 16
"""At least, for a map of one pixel: its sums wait for their weights anyway, and what gates make of them is
said of whole channels, so that errors average out nowhere."""
DENSE_BLOCKS: Final = 64
"""At most, as far as they are no longer than others."""
DENSE_COST: Final = 8.0
"""A dense layer waits for its weights from memory: each multiply–add takes as long as so many others."""
TASKS_A_CORE: Final = 4
LONGEST_TASK: Final = 40_000_000
"""Multiply–adds: a task stays below about two milliseconds, so that a run can be cancelled."""


def direct(step: StepBuilder, conv: Convolution, choice: Choice) -> Work:
    """One matrix product."""
    operation = gemm(conv, step.weights(choice.packing), choice.packing)
    return work_of(choice, operation).add(gemm_row(conv, operation))


def tile_pixels(pixels: int) -> int:
    """The register tile that wastes least on a map of so many pixels (the last tile overlaps)."""
    sizes = [size for size in TILE_PIXELS[host().tile_pixels] if size <= pixels]
    if pixels >= 16 * sizes[0]:
        return sizes[0]
    return min(sizes, key=lambda size: -(-pixels // size) * (size + 1.2))


def small_tile(pixels: int) -> int:
    """The register tile beside which the sums of blocks before find room; 0 where it does too much in vain.

    With blocks of 8 steps, VGG-16 takes 8 % less on two Zen 4 cores, SqueezeNet and ResNet-18 3 to 4 %; with
    the usual ones of 128 steps, ConvNeXt 2 %. It has fewer addresses, too: also where there is one block,
    which leaves nothing to be held, networks take about 1 % less.
    """
    sizes = [size for size in HELD_TILES[host().tile_pixels] if size <= pixels]
    if not sizes:
        return 0

    def done(size: int) -> int:
        return -(-pixels // size) * size

    best = min(sizes, key=done)
    return best if done(best) <= SMALL_WASTE * done(tile_pixels(pixels)) else 0


def ends_in_half(channels: int) -> bool:
    """Whether the largest register tile saves half of the last vector of so many output channels."""
    halves = -(-channels // (host().width // 2))
    return host().has_half_vectors and halves % 2 == 1


def gemm(conv: Convolution, weights: Address, packing: Packing) -> Gemm:
    """The matrix product: an indirect one, or a plain one where pixels lie at equal distances."""
    out, depth, kh, kw = conv.kernel_shape
    each = out // conv.groups
    pixels = conv.output.shape[1] * conv.output.shape[2]
    plain = is_plain(conv)
    steps = dense_steps(kh * kw * depth) if pixels == 1 else product_steps(conv.products_before)
    run, runs_a_block = blocks_of(depth, kh * kw, steps)
    small = small_tile(pixels) if plain and not ends_in_half(each) else 0
    size = small or tile_pixels(pixels)
    tiles = -(-pixels // size)
    panel = 2 * host().width
    panels = -(-each // panel)
    weight_bytes = packing.weight_bytes
    window_bytes = size * depth * 4 * (1 if kh * kw == 1 else conv.stride[0] * conv.stride[1] * 2)
    cache = max(LEAST_CACHE, core_cache_bytes()[1])
    most = int(BLOCK_SHARE * cache)
    if weight_bytes <= most or conv.groups > 1:
        tiles_a_task, panels_a_task = max(1, min(16 if small else 8, BLOCK_INPUT // window_bytes)), panels
    else:
        tiles_a_task, panels_a_task = max(1, min(tiles, most // window_bytes)), 1
        tiles_a_task = -(-tiles // -(-tiles // tiles_a_task))  # alike: no short block at the end
    task_macs = size * kh * kw * depth * panel * conv.groups
    tiles_a_task = min(
        tiles_a_task, max(1, LONGEST_TASK // max(1, task_macs * panels_a_task)), 4096 // max(1, kh * kw) + 1
    )
    tiles_a_task, panels_a_task = split(tiles, panels, tiles_a_task, panels_a_task, conv.groups > 1)
    kind = PixelRuns if plain else Gemm
    return kind(
        tasks=-(-tiles // tiles_a_task) * -(-panels // panels_a_task),
        input=conv.input,
        output=conv.output,
        other=conv.residual,
        depth=depth,
        group_channels=each,
        kernel=conv.kernel,
        stride=conv.stride,
        dilation=conv.dilation,
        pad=conv.before,
        weight=weights,
        bias=weights.plus(packing.weight_bytes),
        scales=weights.plus(packing.weight_bytes + packing.channel_bytes),
        shifts=weights.plus(packing.weight_bytes + 2 * packing.channel_bytes),
        run=run,
        runs_a_block=runs_a_block,
        held=small > 0 and run < depth,
        groups=conv.groups,
        lanes=host().width if conv.groups == 1 else (each - 1) % host().width + 1,
        tile=size,
        tiles_a_task=tiles_a_task,
        panels_a_task=panels_a_task,
        tiles_outside=weight_bytes <= SMALL_WEIGHTS * cache,
        low=conv.low,
        high=conv.high,
        function=conv.function,
        slope=conv.slope,
    )


def blocks_of(depth: int, taps: int, most: int = 0) -> Pair:
    """(Steps of a run, runs of a block) of sums over so many taps of so many steps: blocks alike in length.

    most: steps of a block; where that is left open, BLOCK_STEPS, and half as many in sums up to that length.
    """
    most = most or (BLOCK_STEPS if taps * depth > BLOCK_STEPS else BLOCK_STEPS // 2)
    if depth > most:
        runs = -(-depth // most)
        return -(-depth // (runs * UNROLL)) * UNROLL, 1
    blocks = -(-taps // max(1, most // max(1, depth)))
    return max(1, depth), -(-taps // max(1, blocks))


def dense_steps(length: int) -> int:
    """Of a block of a sum of so many products on a map of one pixel."""
    return min(BLOCK_STEPS, max(DENSE_STEPS, length // DENSE_BLOCKS))


def gemm_row(conv: Convolution, operation: Gemm) -> Row:
    """A matrix product as a row."""
    work = conv.macs * (DENSE_COST if conv.output.shape[1:] == (1, 1) else 1.0)
    return Row(operation=operation, reads=conv.reads, writes=(conv.name,), work=work)


def is_even(place: Place) -> bool:
    """Whether all pixels of a map lie at equal distances, from one row to the next too."""
    return place.row == place.shape[2] * place.pixel or place.shape[1] == 1


def writes_blocks(conv: Convolution) -> bool:
    """Whether a tile is whole vectors at equal distances in the map."""
    return is_even(conv.output) and (conv.groups == 1 or conv.channels[1] // conv.groups % host().width == 0)


def is_plain(conv: Convolution) -> bool:
    """Whether it is one matrix product over pixels at equal distances: no table of addresses is needed."""
    even = all(is_even(place) for place in (conv.input, conv.output, conv.residual) if place is not None)
    same = conv.input.shape[1:] == conv.output.shape[1:]  # a phase of a transposed convolution may be smaller
    step = conv.kernel == conv.stride == (1, 1) and conv.pads == ((0, 0), (0, 0))
    return even and same and step and conv.groups == 1


def split(tiles: int, panels: int, tiles_a_task: int, panels_a_task: int, whole_groups: bool) -> Pair:
    """Smaller tasks until there are some for each core, so that none waits long for the last one."""
    enough = TASKS_A_CORE * max(2, planned_cores())
    while -(-tiles // tiles_a_task) * -(-panels // panels_a_task) < enough:
        if tiles_a_task > 1:
            tiles_a_task = (tiles_a_task + 1) // 2
        elif panels_a_task > 1 and not whole_groups:
            panels_a_task = (panels_a_task + 1) // 2
        else:
            break
    return tiles_a_task, panels_a_task


def table_bytes(operation: Gemm) -> int:
    """Bytes of a thread's address tables for a matrix product."""
    taps = operation.kernel[0] * operation.kernel[1]
    return 8 * operation.tile * (operation.tiles_a_task * (taps + 2) + 1)


def work_of(choice: Choice, operation: Gemm) -> Work:
    """The work that a matrix product will be, with what a thread needs for it."""
    return Work(
        algorithm=choice.algorithm,
        why=choice.why,
        table_bytes=table_bytes(operation),
        scratch_bytes=unfinished_bytes(operation),
    )
