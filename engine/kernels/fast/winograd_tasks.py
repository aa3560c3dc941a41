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
    PLAIN_SLOT,
    PRODUCTS,
    STREAMS,
    TILE,
    TILE_COUNT,
    TILES_A_TASK,
    TRANSFORMED,
    WEIGHT,
    WINOGRAD_INPUT_SLOT,
    WINOGRAD_OUTPUT_SLOT,
)  # fmt: skip
from engine.kernels.fast.gemm import UNROLL
from engine.kernels.fast.memory import call_kernel, load_word, row_at, store_word
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
    residuals = residuals if row[OTHER] != 0 else 0
    arguments = (products, spacing, blocks, row[BIAS], table, residuals, row[STREAMS])
    return call_kernel(load_word(kernels + 8 * (WINOGRAD_OUTPUT_SLOT + m)), arguments, (low, high))


@kernel
def multiply(
    row: Any, frequency: int, tiles: int, first_panel: int, end_panel: int, kernels: int, zeros: int,
    transformed: int, products: int, out_bytes: int, ahead: int, ahead_step: int, claimed: int,
    claimed_step: int,
) -> None:  # fmt: skip
    """M = V · U of one frequency: `tiles` rows, the panels first_panel … end_panel of output channels.

    products: where the first panel's values of the first tile go; out_bytes: from one tile to the next;
    ahead, claimed: what is fetched meanwhile, see `plain_gemm`. V and M have room for TILE rows at least.
    """
    # Always a compiled register tile: a block with fewer tiles computes some more rows, which nobody reads.
    size = row[TILE]
    depth = row[INPUT_CHANNELS]
    in_bytes = (depth + WIDTH - 1) // WIDTH * VECTOR_BYTES
    vectors_out = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH
    panels = (vectors_out + 1) // 2
    weight = row[WEIGHT] + frequency * depth * vectors_out * VECTOR_BYTES + first_panel * depth * PANEL_BYTES
    runs = max(1, tiles // size)
    rest = tiles - runs * size
    for panel in range(first_panel, end_panel):
        vectors = 1 if panel == panels - 1 and vectors_out % 2 == 1 else 2
        function = load_word(kernels + 8 * (PLAIN_SLOT + 2 * size + vectors - 1))
        following = weight + depth * PANEL_BYTES
        run_plain(
            function, transformed, in_bytes, depth, weight, products, out_bytes, zeros, runs, following,
            ahead, ahead_step, claimed, claimed_step,
        )  # fmt: skip
        turns = runs * (depth // UNROLL)
        ahead += turns * ahead_step
        claimed += turns * claimed_step
        if rest > 0:
            at = tiles - size
            run_plain(
                function, transformed + at * in_bytes, in_bytes, depth, weight, products + at * out_bytes,
                out_bytes, zeros, 1, following, weight, 0, products, 0,
            )  # fmt: skip
        weight = following
        products += PANEL_BYTES


@kernel
def run_plain(
    function: int, inputs: int, in_bytes: int, depth: int, weight: int, outputs: int, out_bytes: int,
    zeros: int, runs: int, following: int, ahead: int, ahead_step: int, claimed: int, claimed_step: int,
) -> None:  # fmt: skip
    """`runs` register tiles without bias, clamp or residual."""
    step = UNROLL * PANEL_BYTES // runs
    call_kernel(
        function,
        (
            inputs,
            in_bytes,
            1,
            0,
            depth,
            weight,
            outputs,
            out_bytes,
            zeros,
            0,
            0,
            runs,
            following,
            step,
            ahead,
            ahead_step,
            claimed,
            claimed_step,
            0,
        ),
        (-UNBOUNDED, UNBOUNDED),
    )


def winograd_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """A block of tiles from input to output in the thread's scratch; gives the number of non-finite tiles."""
    row = row_at(address)
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
    m = row[MODE]
    across = (row[OUTPUT_WIDTH] + m - 1) // m
    span = min(tiles, across) * m
    following = first + row[TILES_A_TASK]
    next_y, next_x = following // across * m - row[PAD_TOP], following % across * m
    next_rows = row[INPUT] + next_y * row[INPUT_ROW] + next_x * row[INPUT_PIXEL]
    own_rows = row[OUTPUT] + first // across * m * row[OUTPUT_ROW] + first % across * m * row[OUTPUT_PIXEL]
    ahead_bytes, claimed_bytes = span * row[INPUT_PIXEL] // n, span * row[OUTPUT_PIXEL] * m // (n * n)
    turns = max(1, panels * (row[INPUT_CHANNELS] // UNROLL) * (tiles // row[TILE]))
    # Memory is idle while products are computed: a part of each map row is fetched with each frequency.
    for f in range(n * n):
        line, part = f // n, f % n
        ahead = next_rows + line * row[INPUT_ROW] + part * ahead_bytes
        line, part = f * m // (n * n), f % (n * n // m)
        claimed = own_rows + line * row[OUTPUT_ROW] + part * claimed_bytes
        multiply(
            row,
            f,
            tiles,
            0,
            panels,
            kernels,
            zeros,
            scratch + f * in_spacing,
            products + f * out_spacing,
            out_bytes,
            ahead,
            ahead_bytes // turns,
            claimed if row[STREAMS] == 0 else products,
            claimed_bytes // turns if row[STREAMS] == 0 else 0,
        )
    nonfinite = 0
    for t in range(tiles):
        place = products + t * out_bytes
        nonfinite += transform_out(
            row, low, high, first + t, kernels, zeros, sink, tables, place, out_spacing
        )
    return nonfinite


def input_phase_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """Phase 1: TILES_A_TASK tiles of the chunk into V."""
    row = row_at(address)
    in_bytes = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    spacing = row[TILE_COUNT] * in_bytes + VECTOR_BYTES
    first = task * row[TILES_A_TASK]
    for t in range(first, min(row[TILE_COUNT], first + row[TILES_A_TASK])):
        transform_in(
            row, row[FIRST_TILE] + t, kernels, zeros, tables, row[TRANSFORMED] + t * in_bytes, spacing
        )
    return 0


def products_phase_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """Phase 2: one frequency and PANELS_A_TASK panels of M = V · U for all tiles of the chunk."""
    row = row_at(address)
    in_bytes = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    out_bytes = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    in_spacing = row[TILE_COUNT] * in_bytes + VECTOR_BYTES
    out_spacing = row[TILE_COUNT] * out_bytes + VECTOR_BYTES
    panels = (out_bytes // VECTOR_BYTES + 1) // 2
    parts = (panels + row[PANELS_A_TASK] - 1) // row[PANELS_A_TASK]
    f = task // parts
    first = (task - f * parts) * row[PANELS_A_TASK]
    end = min(panels, first + row[PANELS_A_TASK])
    v, m = row[TRANSFORMED] + f * in_spacing, row[PRODUCTS] + f * out_spacing + first * PANEL_BYTES
    multiply(row, f, row[TILE_COUNT], first, end, kernels, zeros, v, m, out_bytes, v, 0, m, 0)
    return 0


def output_phase_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """Phase 3: TILES_A_TASK tiles of the chunk from M into the map; gives the number of non-finite tiles."""
    row = row_at(address)
    out_bytes = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH * VECTOR_BYTES
    spacing = row[TILE_COUNT] * out_bytes + VECTOR_BYTES
    first = task * row[TILES_A_TASK]
    nonfinite = 0
    for t in range(first, min(row[TILE_COUNT], first + row[TILES_A_TASK])):
        place = row[PRODUCTS] + t * out_bytes
        tile = row[FIRST_TILE] + t
        nonfinite += transform_out(row, low, high, tile, kernels, zeros, sink, tables, place, spacing)
    return nonfinite
