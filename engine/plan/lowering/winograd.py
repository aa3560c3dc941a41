"""Winograd convolutions as rows: block by block, or in three phases and, for large maps, in chunks."""

import math
from dataclasses import replace
from typing import Final

from engine.kernels.fast.host import core_cache_bytes, host
from engine.kernels.fast.operations import Winograd, WinogradInput, WinogradOutput, WinogradProducts
from engine.kernels.fast.places import Address
from engine.kernels.fast.variants import TILE_PIXELS
from engine.plan.builder import StepBuilder
from engine.plan.cores import planned_cores
from engine.plan.early import winograd_steps
from engine.plan.lowering.convolution import Choice, Convolution
from engine.plan.lowering.matrix_product import LONGEST_TASK, blocks_of, small_tile, tile_pixels
from engine.plan.memory import PARALLEL_SCRATCH
from engine.plan.rows import Row, Work, unfinished_bytes

LOCAL_WEIGHTS: Final = 3 << 20
"""Bytes of transformed weights up to which Winograd goes block by block…"""
SHARED_WEIGHTS: Final = 10 << 20
"""…on large maps: they come from the last cache for each block."""
USUAL_CACHE: Final = 1 << 20
BLOCK_SCRATCH: Final = 300 << 10
"""Bytes of V and M together for a block, beside the weights in a core's own cache of the usual size; half of
a larger one, or on a small map nearly all of it, as it saves reading the weights as often again: with 2 MB,
VGG-16's second and third stage take 5 to 8 % less."""
PAIRED: Final = 3
"""Of the largest register tiles, those of which a block may have two."""
WEIGHTS_IN_TILES: Final = 3.0
"""What reading weights from the last cache costs a block, as so many tiles."""
CHUNK_SCRATCH: Final = 64 << 20
"""Bytes of V and M together for one chunk of a three-phase Winograd convolution."""
SHORTEST_BLOCK: Final = 32
"""Input channels that are summed up before they are added to those before them, at least behind the early
layers."""
FEW_TILES: Final = 4
"""So many make two blocks worth taking…"""
MANY_TILES: Final = 40
"""…and with so many, even large weights are read from the last cache often enough."""


def winograd(step: StepBuilder, conv: Convolution, choice: Choice) -> Work:
    """By blocks where the weights are small, in phases elsewhere."""
    weights = step.weights(choice.packing)
    if goes_by_blocks(conv, choice):
        return blocks_work(conv, choice, weights)
    tile = choice.packing.tile
    v_bytes, m_bytes = transformed_bytes(conv, tile, chunk_tiles(conv, tile))
    v, v_name = step.scratch("transformed inputs", v_bytes)
    m, m_name = step.scratch("products", m_bytes)
    work = phases_work(conv, choice, weights, v, m, (v_name, m_name))
    work.alone = max(v_bytes, m_bytes) > PARALLEL_SCRATCH
    return work


def tile_count(conv: Convolution, tile: int) -> int:
    """Tiles that cover the output map."""
    return -(-conv.output.shape[1] // tile) * -(-conv.output.shape[2] // tile)


def frequencies(conv: Convolution, tile: int) -> int:
    """n² of a tile's n×n inputs, as many as its transformed values."""
    return (tile + conv.kernel[0] - 1) ** 2


def block_tiles(conv: Convolution, tile: int, weight_bytes: int) -> int:
    """Tiles of a block: one or two register tiles, as V and M fit into L2.

    On a small map, as many as let equal cores be done soonest: each block reads the weights again.
    """
    size, tiles, cache = host().tile_pixels, tile_count(conv, tile), core_cache_bytes()[1]
    cores = planned_cores()
    tile_bytes = frequencies(conv, tile) * 4 * sum(host().padded(channels) for channels in conv.channels)
    if tiles < 8 * size * cores:
        whole = [pixels for pixels in TILE_PIXELS[size] if pixels <= tiles]
        room = cache if cache > USUAL_CACHE else BLOCK_SCRATCH
        pairs = [2 * pixels for pixels in whole[:PAIRED] if 2 * pixels <= min(tiles, room // tile_bytes)]
        reading = WEIGHTS_IN_TILES if weight_bytes > cache else 0.0

        def steps(count: int) -> float:
            return math.ceil(math.ceil(tiles / count) / cores) * (count + 1.2 + reading)

        return min([*whole, *pairs], key=steps)
    scratch = cache // 2 if cache > USUAL_CACHE else BLOCK_SCRATCH
    return size * max(1, min(2 * (14 // size), scratch // tile_bytes // size))


def goes_by_blocks(conv: Convolution, choice: Choice) -> bool:
    """Whether the transformed weights are small enough to be read for every block.

    Reading more weights from the last cache costs less than V and M that go from core to core.
    """
    tiles, weight_bytes = tile_count(conv, choice.packing.tile), choice.packing.weight_bytes
    small = tiles >= FEW_TILES and weight_bytes <= LOCAL_WEIGHTS
    return small or (tiles >= MANY_TILES and weight_bytes <= SHARED_WEIGHTS)


def chunk_tiles(conv: Convolution, tile: int) -> int:
    """Tiles of a chunk of the three-phase form."""
    tile_bytes = frequencies(conv, tile) * 4 * sum(host().padded(channels) for channels in conv.channels)
    return min(tile_count(conv, tile), max(host().tile_pixels, CHUNK_SCRATCH // tile_bytes))


def spacing(channels: int, tiles: int) -> int:
    """Bytes from one frequency to the next in V or M; see `winograd_tasks`."""
    return tiles * 4 * host().padded(channels) + host().vector_bytes


def transformed_bytes(conv: Convolution, tile: int, tiles: int) -> tuple[int, int]:
    """Bytes of V and of M for so many tiles."""
    into, out = conv.channels
    count = frequencies(conv, tile)
    return count * spacing(into, tiles), count * spacing(out, tiles)


def blocks_work(conv: Convolution, choice: Choice, weights: Address) -> Work:
    """All in one go, a block of tiles a task."""
    tile = choice.packing.tile
    tiles, block = tile_count(conv, tile), block_tiles(conv, tile, choice.packing.weight_bytes)
    run = run_of(conv)
    small = small_tile(block)
    operation = Winograd(
        tasks=-(-tiles // block),
        input=conv.input,
        output=conv.output,
        other=conv.residual,
        output_tile=tile,
        input_tile=tile + conv.kernel[0] - 1,
        pad=conv.before,
        weight=weights,
        bias=weights.plus(choice.packing.weight_bytes),
        run=run,
        held=small > 0 and run < conv.channels[0],
        tile=small or tile_pixels(block),
        tile_count=tiles,
        tiles_a_task=block,
        low=conv.low,
        high=conv.high,
        function=conv.function,
        slope=conv.slope,
    )
    row = Row(operation=operation, reads=conv.reads, writes=(conv.name,), work=conv.macs / 2)
    scratch = sum(transformed_bytes(conv, tile, block)) + unfinished_bytes(operation)
    work = Work(
        algorithm=choice.algorithm, why=f"{choice.why}; blocks of {block} tiles", scratch_bytes=scratch
    )
    work.table_bytes = 16 * frequencies(conv, tile) + 1024
    return work.add(row)


def phases_work(
    conv: Convolution, choice: Choice, weights: Address, v: Address, m: Address, names: tuple[str, str]
) -> Work:
    """Input transform, products, output transform; each over all tiles of a chunk."""
    tile = choice.packing.tile
    tiles, chunk = tile_count(conv, tile), chunk_tiles(conv, tile)
    chunks = -(-tiles // chunk)
    chunk = -(-tiles // chunks)
    into, out = conv.channels
    work = Work(
        algorithm=choice.algorithm,
        why=f"{choice.why}; three phases" + (f", {chunks} chunks" if chunks > 1 else ""),
        table_bytes=16 * frequencies(conv, tile) + 1024,
    )
    panels, run = -(-out // (2 * host().width)), run_of(conv)
    panel_macs = chunk * into * 2 * host().width
    panels_a_task = max(1, min(-(-panels // 2), LONGEST_TASK // max(1, panel_macs)))
    for first in range(0, tiles, chunk):
        here = min(chunk, tiles - first)
        entering, leaving = tiles_a_task(here, into), tiles_a_task(here, out)
        small = small_tile(here)
        products = WinogradProducts(
            tasks=frequencies(conv, tile) * -(-panels // panels_a_task),
            input=conv.input,
            output=conv.output,
            other=conv.residual,
            output_tile=tile,
            input_tile=tile + conv.kernel[0] - 1,
            pad=conv.before,
            weight=weights,
            bias=weights.plus(choice.packing.weight_bytes),
            run=run,
            held=small > 0 and run < into,
            tile=small or tile_pixels(here),
            tile_count=here,
            first_tile=first,
            panels_a_task=panels_a_task,
            transformed=v,
            products=m,
        )
        enter = replace(products, tasks=-(-here // entering), tiles_a_task=entering)
        leave = replace(
            products, tasks=-(-here // leaving), tiles_a_task=leaving, low=conv.low, high=conv.high,
            function=conv.function, slope=conv.slope,
        )  # fmt: skip
        work.scratch_bytes = unfinished_bytes(leave)
        share = conv.macs * here / tiles
        work.add(
            Row(
                operation=WinogradInput(**vars(enter)),
                reads=conv.reads[:1],
                writes=names[:1],
                work=share / 16,
            )
        ).add(
            Row(operation=products, reads=names[:1], writes=names[1:], work=share / 3)
        ).add(
            Row(
                operation=WinogradOutput(**vars(leave)),
                reads=(names[1], *conv.reads[1:]),
                writes=(conv.name,),
                work=share / 16,
            )
        )  # fmt: skip
    return work


def run_of(conv: Convolution) -> int:
    """Input channels of a block of a sum: going back multiplies errors, so that blocks are short here."""
    channels = conv.channels[0]
    most = winograd_steps(conv.products_before) or max(SHORTEST_BLOCK, channels // 4)
    return blocks_of(channels, 1, most)[0]


def tiles_a_task(tiles: int, channels: int) -> int:
    """Tiles of a transforming task: at least some microseconds of work, and some tasks for each thread."""
    return max(1, min(tiles // 16, 1024 // channels))
