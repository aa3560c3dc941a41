"""Winograd convolutions as rows: block by block, or in three phases and, for large maps, in chunks."""

import math
from typing import Final

from engine.kernels.fast import columns as col
from engine.kernels.fast.host import core_count, host
from engine.plan.convolution import (
    BLOCK_SCRATCH,
    CHUNK_SCRATCH,
    LOCAL_WEIGHTS,
    LONGEST_TASK,
    SHARED_WEIGHTS,
    Choice,
    Convolution,
    tile_pixels,
)
from engine.plan.places import Address
from engine.plan.rows import Row, Value, Work, second, source, target

FEW_TILES: Final = 4
"""So many make two blocks worth taking…"""
MANY_TILES: Final = 40
"""…and with so many, even large weights are read from the last cache often enough."""


def tile_count(conv: Convolution, tile: int) -> int:
    """Tiles that cover the output map."""
    return -(-conv.output.shape[1] // tile) * -(-conv.output.shape[2] // tile)


def block_tiles(conv: Convolution, tile: int) -> int:
    """Tiles of a block: one or two register tiles, as V and M fit into L2.

    On a small map, the register tile with which equal cores are done soonest.
    """
    size, tiles = host().tile_pixels, tile_count(conv, tile)
    if tiles < 8 * size * core_count():
        sizes = [one for one in col.TILE_PIXELS[size] if one <= tiles]
        return min(sizes, key=lambda one: math.ceil(math.ceil(tiles / one) / core_count()) * (one + 1.2))
    tile_bytes = (tile + 2) ** 2 * 4 * sum(host().padded(channels) for channels in conv.channels)
    return size * max(1, min(2 * (14 // size), BLOCK_SCRATCH // tile_bytes // size))


def goes_by_blocks(conv: Convolution, choice: Choice) -> bool:
    """Whether the transformed weights are small enough to be read for every block.

    Reading more weights from the last cache costs less than V and M that go from core to core.
    """
    tiles, weight_bytes = tile_count(conv, choice.packing.tile), choice.packing.weight_bytes
    small = tiles >= FEW_TILES and weight_bytes <= LOCAL_WEIGHTS
    return small or (tiles >= MANY_TILES and weight_bytes <= SHARED_WEIGHTS)


def chunk_tiles(conv: Convolution, tile: int) -> int:
    """Tiles of a chunk of the three-phase form."""
    tile_bytes = (tile + 2) ** 2 * 4 * sum(host().padded(channels) for channels in conv.channels)
    return min(tile_count(conv, tile), max(host().tile_pixels, CHUNK_SCRATCH // tile_bytes))


def spacing(channels: int, tiles: int) -> int:
    """Bytes from one frequency to the next in V or M; see `winograd_tasks`."""
    return tiles * 4 * host().padded(channels) + host().vector_bytes


def transformed_bytes(conv: Convolution, tile: int, tiles: int) -> tuple[int, int]:
    """Bytes of V and of M for so many tiles."""
    frequencies = (tile + 2) ** 2
    into, out = conv.channels
    return frequencies * spacing(into, tiles), frequencies * spacing(out, tiles)


def blocks_work(conv: Convolution, choice: Choice, weights: Address) -> Work:
    """All in one go, a block of tiles a task."""
    tile = choice.packing.tile
    tiles, block = tile_count(conv, tile), block_tiles(conv, tile)
    values = _common(conv, choice, weights) | {
        col.KIND: col.WINOGRAD,
        col.TASKS: -(-tiles // block),
        col.TILES_A_TASK: block,
        col.TILE_COUNT: tiles,
        col.TILE: tile_pixels(block),
    }
    row = Row(
        values=values, low=conv.low, high=conv.high, reads=conv.reads, writes=(conv.name,), work=conv.macs / 2
    )
    scratch = sum(transformed_bytes(conv, tile, block))
    work = Work(
        algorithm=choice.algorithm, why=f"{choice.why}; blocks of {block} tiles", scratch_bytes=scratch
    )
    work.table_bytes = 16 * (tile + 2) ** 2 + 1024
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
        table_bytes=16 * (tile + 2) ** 2 + 1024,
    )
    panels = -(-out // (2 * host().width))
    panel_macs = chunk * into * 2 * host().width
    panels_a_task = max(1, min(-(-panels // 2), LONGEST_TASK // max(1, panel_macs)))
    common = _common(conv, choice, weights) | {col.TRANSFORMED: v, col.PRODUCTS: m}
    for first in range(0, tiles, chunk):
        here = min(chunk, tiles - first)
        common = common | {col.FIRST_TILE: first, col.TILE_COUNT: here, col.TILE: tile_pixels(here)}
        frequencies = (tile + 2) ** 2
        entering: dict[int, Value] = {
            col.KIND: col.WINOGRAD_INPUT,
            col.TILES_A_TASK: tiles_a_task(here, into),
            col.TASKS: -(-here // tiles_a_task(here, into)),
        }
        multiplying: dict[int, Value] = {
            col.KIND: col.WINOGRAD_PRODUCTS,
            col.PANELS_A_TASK: panels_a_task,
            col.TASKS: frequencies * -(-panels // panels_a_task),
        }
        leaving: dict[int, Value] = {
            col.KIND: col.WINOGRAD_OUTPUT,
            col.TILES_A_TASK: tiles_a_task(here, out),
            col.TASKS: -(-here // tiles_a_task(here, out)),
        }
        share = conv.macs * here / tiles
        work.add(
            Row(values=common | entering, reads=conv.reads[:1], writes=names[:1], work=share / 16)
        ).add(
            Row(values=common | multiplying, reads=names[:1], writes=names[1:], work=share / 3)
        ).add(
            Row(
                values=common | leaving,
                low=conv.low,
                high=conv.high,
                reads=(names[1], *conv.reads[1:]),
                writes=(conv.name,),
                work=share / 16,
            )
        )  # fmt: skip
    return work


def tiles_a_task(tiles: int, channels: int) -> int:
    """Tiles of a transforming task: at least some microseconds of work, and some tasks for each thread."""
    return max(1, min(tiles // 16, 1024 // channels))


def _common(conv: Convolution, choice: Choice, weights: Address) -> dict[int, Value]:
    return (
        source(conv.input)
        | target(conv.output)
        | second(conv.residual)
        | {
            col.MODE: choice.packing.tile,
            col.PAD_TOP: conv.pads[0][0],
            col.PAD_LEFT: conv.pads[1][0],
            col.WEIGHT: weights,
            col.BIAS: weights.plus(choice.packing.weight_bytes),
        }
    )
