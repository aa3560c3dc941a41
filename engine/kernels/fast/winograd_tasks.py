"""Winograd convolution as tasks: in one go for a block of tiles, or in three phases for a whole map.

In one go (WINOGRAD), a thread transforms a block of tiles into its own scratch, multiplies and transforms
back while all of it stays in its L2 cache; the transformed weights are read once for every block, so they
must be small. In three phases the weights are read once for the whole map.
"""

from typing import Any

import numpy as np

from engine.kernels.fast.columns import (
    BIAS,
    FIRST_TILE,
    GEMM_SLOT,
    INPUT,
    INPUT_CHANNELS,
    INPUT_HEIGHT,
    INPUT_PIXEL,
    INPUT_ROW,
    INPUT_WIDTH,
    MODE,
    OTHER,
    OTHER_PIXEL,
    OTHER_ROW,
    OUTPUT,
    OUTPUT_CHANNELS,
    OUTPUT_HEIGHT,
    OUTPUT_PIXEL,
    OUTPUT_ROW,
    OUTPUT_WIDTH,
    PAD_LEFT,
    PAD_TOP,
    PANELS_A_TASK,
    PRODUCTS,
    TILE,
    TILE_COUNT,
    TILES_A_TASK,
    TRANSFORMED,
    WEIGHT,
    WINOGRAD_INPUT_SLOT,
    WINOGRAD_OUTPUT_SLOT,
)  # fmt: skip
from engine.kernels.fast.memory import call_kernel, load_word, store_word
from engine.kernels.fast.vector_ir import VECTOR_BYTES, WIDTH
from engine.kernels.jit import kernel

PANEL_BYTES = 2 * VECTOR_BYTES
UNBOUNDED = np.float32(np.inf)


@kernel
def transform_in(row: Any, tile: int, kernels: int, zeros: int, table: int, out: int, spacing: int) -> None:
    """Bᵀ d B of one tile of the map."""
    m = row[MODE]
    n = m + 2
    across = (row[OUTPUT_WIDTH] + m - 1) // m
    top = (tile // across) * m - row[PAD_TOP]
    left = (tile % across) * m - row[PAD_LEFT]
    corner = row[INPUT] + top * row[INPUT_ROW] + left * row[INPUT_PIXEL]
    for i in range(n):
        inside = 0 <= top + i < row[INPUT_HEIGHT]
        for j in range(n):
            seen = inside and 0 <= left + j < row[INPUT_WIDTH]
            address = corner + i * row[INPUT_ROW] + j * row[INPUT_PIXEL]
            store_word(table + 8 * (i * n + j), address if seen else zeros)
    blocks = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH
    call_kernel(load_word(kernels + 8 * (WINOGRAD_INPUT_SLOT + m)), (table, out, spacing, blocks), ())


@kernel
def transform_out(
    row: Any, low: Any, high: Any, tile: int, kernels: int, zeros: int, sink: int, table: int, products: int,
    spacing: int,
) -> Any:  # fmt: skip
    """Clamped Aᵀ M A of one tile into the map; outputs beyond the map's edge go to the sink."""
    m = row[MODE]
    across = (row[OUTPUT_WIDTH] + m - 1) // m
    top, left = (tile // across) * m, (tile % across) * m
    residuals = table + 8 * m * m
    for i in range(m):
        for j in range(m):
            y, x = top + i, left + j
            seen = y < row[OUTPUT_HEIGHT] and x < row[OUTPUT_WIDTH]
            place = row[OUTPUT] + y * row[OUTPUT_ROW] + x * row[OUTPUT_PIXEL]
            store_word(table + 8 * (i * m + j), place if seen else sink)
            other = row[OTHER] + y * row[OTHER_ROW] + x * row[OTHER_PIXEL]
            store_word(residuals + 8 * (i * m + j), other if seen else zeros)
    blocks = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH
    arguments = (products, spacing, blocks, row[BIAS], table, residuals if row[OTHER] != 0 else 0)
    return call_kernel(load_word(kernels + 8 * (WINOGRAD_OUTPUT_SLOT + m)), arguments, (low, high))


@kernel
def multiply(
    row: Any, frequency: int, tiles: int, first_panel: int, end_panel: int, kernels: int, zeros: int,
    table: int, transformed: int, products: int,
) -> None:  # fmt: skip
    """M = V · U of one frequency: `tiles` rows, the panels first_panel … end_panel of output channels.

    V and M have room for TILE rows at least.
    """
    # Always a compiled register tile: a block with fewer tiles computes some more rows, which nobody reads.
    size = row[TILE]
    depth = row[INPUT_CHANNELS]
    in_bytes = (depth + WIDTH - 1) // WIDTH * VECTOR_BYTES
    vectors_out = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH
    out_bytes = vectors_out * VECTOR_BYTES
    panels = (vectors_out + 1) // 2
    weight = row[WEIGHT] + frequency * depth * out_bytes
    outputs = table + 8 * size
    for p in range(size):
        store_word(table + 8 * p, p * in_bytes)
        store_word(outputs + 8 * p, p * out_bytes)
    for panel in range(first_panel, end_panel):
        vectors = 1 if panel == panels - 1 and vectors_out % 2 == 1 else 2
        function = load_word(kernels + 8 * (GEMM_SLOT + 2 * size + vectors - 1))
        start = 0
        while start < tiles:
            at = max(0, min(start, tiles - size))
            call_kernel(
                function,
                (
                    table,
                    transformed + at * in_bytes,
                    1,
                    depth,
                    weight + panel * depth * PANEL_BYTES,
                    outputs,
                    products + at * out_bytes + panel * PANEL_BYTES,
                    zeros,
                    0,
                    size * out_bytes,
                    depth * PANEL_BYTES,
                    WIDTH,
                ),
                (-UNBOUNDED, UNBOUNDED),
            )
            start += size


@kernel
def winograd_task(
    row: Any, low: Any, high: Any, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int
) -> int:
    """A block of tiles from input to output in the thread's scratch; gives the number of non-finite tiles."""
    n = row[MODE] + 2
    first = task * row[TILES_A_TASK]
    tiles = min(row[TILE_COUNT] - first, row[TILES_A_TASK])
    in_bytes = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    out_bytes = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    # one vector more than the tiles need: frequencies at multiples of 4 KB would share cache sets
    in_spacing = row[TILES_A_TASK] * in_bytes + VECTOR_BYTES
    out_spacing = row[TILES_A_TASK] * out_bytes + VECTOR_BYTES
    products = scratch + n * n * in_spacing
    for t in range(tiles):
        transform_in(row, first + t, kernels, zeros, tables, scratch + t * in_bytes, in_spacing)
    panels = (out_bytes // VECTOR_BYTES + 1) // 2
    for f in range(n * n):
        multiply(
            row,
            f,
            tiles,
            0,
            panels,
            kernels,
            zeros,
            tables,
            scratch + f * in_spacing,
            products + f * out_spacing,
        )
    nonfinite = 0
    for t in range(tiles):
        place = products + t * out_bytes
        nonfinite += transform_out(
            row, low, high, first + t, kernels, zeros, sink, tables, place, out_spacing
        )
    return nonfinite


@kernel
def input_phase_task(row: Any, task: int, kernels: int, zeros: int, tables: int) -> None:
    """Phase 1: TILES_A_TASK tiles of the chunk into V."""
    in_bytes = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    spacing = row[TILE_COUNT] * in_bytes + VECTOR_BYTES
    first = task * row[TILES_A_TASK]
    for t in range(first, min(row[TILE_COUNT], first + row[TILES_A_TASK])):
        transform_in(
            row, row[FIRST_TILE] + t, kernels, zeros, tables, row[TRANSFORMED] + t * in_bytes, spacing
        )


@kernel
def products_phase_task(row: Any, task: int, kernels: int, zeros: int, tables: int) -> None:
    """Phase 2: one frequency and PANELS_A_TASK panels of M = V · U for all tiles of the chunk."""
    in_bytes = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    out_bytes = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    in_spacing = row[TILE_COUNT] * in_bytes + VECTOR_BYTES
    out_spacing = row[TILE_COUNT] * out_bytes + VECTOR_BYTES
    panels = (out_bytes // VECTOR_BYTES + 1) // 2
    parts = (panels + row[PANELS_A_TASK] - 1) // row[PANELS_A_TASK]
    f = task // parts
    first = (task - f * parts) * row[PANELS_A_TASK]
    end = min(panels, first + row[PANELS_A_TASK])
    v, m = row[TRANSFORMED] + f * in_spacing, row[PRODUCTS] + f * out_spacing
    multiply(row, f, row[TILE_COUNT], first, end, kernels, zeros, tables, v, m)


@kernel
def output_phase_task(
    row: Any, low: Any, high: Any, task: int, kernels: int, zeros: int, sink: int, tables: int
) -> int:
    """Phase 3: TILES_A_TASK tiles of the chunk from M into the map; gives the number of non-finite tiles."""
    out_bytes = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    spacing = row[TILE_COUNT] * out_bytes + VECTOR_BYTES
    first = task * row[TILES_A_TASK]
    nonfinite = 0
    for t in range(first, min(row[TILE_COUNT], first + row[TILES_A_TASK])):
        place = row[PRODUCTS] + t * out_bytes
        tile = row[FIRST_TILE] + t
        nonfinite += transform_out(row, low, high, tile, kernels, zeros, sink, tables, place, spacing)
    return nonfinite
