"""Winograd convolution as tasks: in one go for a block of tiles, or in three phases for a whole map.

In one go (`Winograd`), a thread transforms a block of tiles into its own scratch, multiplies and transforms
back while all of it stays in its L2 cache; the transformed weights are read once for every block, so they
must be small. In three phases the weights are read once for the whole map.
"""

from typing import Any

import numpy as np

from engine.kernels.fast.emit.memory import store_word
from engine.kernels.fast.emit.micro_kernel import task
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH
from engine.kernels.fast.micro_kernels.plain_gemm import gemm_run
from engine.kernels.fast.micro_kernels.winograd_transforms import transform_input, transform_output
from engine.kernels.fast.operations import Winograd, WinogradInput, WinogradOutput, WinogradProducts
from engine.kernels.fast.tasks.finishing import NOTHING, finish
from engine.kernels.fast.variants import UNROLL
from engine.kernels.jit import kernel_part

PANEL_BYTES = 2 * VECTOR_BYTES
UNBOUNDED = np.float32(np.inf)


@kernel_part
def transform_in(row: Any, thread: Any, tile: int, out: int, spacing: int) -> None:
    """Bᵀ d B of one tile of the map; `spacing` bytes from one frequency to the next."""
    m, n, table, zeros = row.output_tile, row.input_tile, thread.tables, thread.zeros
    across = (row.output_width + m - 1) // m
    top = (tile // across) * m - row.pad_y
    left = (tile % across) * m - row.pad_x
    corner = row.input + top * row.input_row + left * row.input_pixel
    for i in range(n):
        inside = 0 <= top + i < row.input_height
        for j in range(n):
            seen = inside and 0 <= left + j < row.input_width
            address = corner + i * row.input_row + j * row.input_pixel
            store_word(table + 8 * (i * n + j), address if seen else zeros)
    blocks = (row.input_channels + WIDTH - 1) // WIDTH
    transform_input(thread.kernels, n, inputs=table, out=out, spacing=spacing, blocks=blocks)


@kernel_part
def transform_out(row: Any, thread: Any, tile: int, products: int, spacing: int, unfinished: int) -> Any:
    """Clamped Aᵀ M A of one tile into the map; outputs beyond the map's edge go to the sink.

    unfinished: room for the tile, where a function is taken of it before it goes into the map.
    """
    m, table, zeros, sink = row.output_tile, thread.tables, thread.zeros, thread.sink
    across = (row.output_width + m - 1) // m
    top, left = (tile // across) * m, (tile % across) * m
    residuals = table + 8 * m * m
    blocks = (row.output_channels + WIDTH - 1) // WIDTH
    pixel_bytes = blocks * VECTOR_BYTES
    streams, finished = row.streams, row.function == NOTHING
    if not finished:
        streams = 0
    for i in range(m):
        for j in range(m):
            y, x = top + i, left + j
            seen = y < row.output_height and x < row.output_width
            place = row.output + y * row.output_row + x * row.output_pixel
            if not finished:
                place = unfinished + (i * m + j) * pixel_bytes
            store_word(table + 8 * (i * m + j), place if seen else sink)
            other = row.other + y * row.other_row + x * row.other_pixel
            store_word(residuals + 8 * (i * m + j), other if seen else zeros)
    nonfinite = transform_output(
        thread.kernels,
        m,
        row.input_tile,
        products=products,
        spacing=spacing,
        blocks=blocks,
        bias=row.bias,
        outputs=table,
        residuals=residuals if row.other != 0 else 0,
        streams=streams,
        low=row.low,
        high=row.high,
    )
    if not finished:
        for i in range(min(m, row.output_height - top)):
            finish(
                row, thread.kernels, source=unfinished + i * m * pixel_bytes, spacing=pixel_bytes,
                pixels=min(m, row.output_width - left), blocks=blocks,
                place=row.output + (top + i) * row.output_row + left * row.output_pixel,
            )  # fmt: skip
    return nonfinite


@kernel_part
def multiply(
    row: Any, thread: Any, frequency: int, tiles: int, first_panel: int, end_panel: int, transformed: int,
    products: int, out_bytes: int, ahead: int, ahead_step: int, claimed: int, claimed_step: int,
) -> None:  # fmt: skip
    """M = V · U of one frequency: `tiles` rows, the panels first_panel … end_panel of output channels.

    products: where the first panel's values of the first tile go; out_bytes: from one tile to the next;
    ahead, claimed: what is fetched meanwhile, see `plain_gemm`. V and M have room for TILE rows at least.
    """
    # Always a compiled register tile: a block with fewer tiles computes some more rows, which nobody reads.
    size, depth = row.tile, row.input_channels
    in_bytes = (depth + WIDTH - 1) // WIDTH * VECTOR_BYTES
    vectors_out = (row.output_channels + WIDTH - 1) // WIDTH
    panels = (vectors_out + 1) // 2
    weight = row.weight + frequency * depth * vectors_out * VECTOR_BYTES + first_panel * depth * PANEL_BYTES
    runs = max(1, tiles // size)
    rest = tiles - runs * size
    for panel in range(first_panel, end_panel):
        vectors = 1 if panel == panels - 1 and vectors_out % 2 == 1 else 2
        following = weight + depth * PANEL_BYTES
        run_plain(
            thread, size, vectors, row.held, inputs=transformed, in_bytes=in_bytes, depth=depth,
            weight=weight, outputs=products, out_bytes=out_bytes, runs=runs, following=following, ahead=ahead,
            ahead_step=ahead_step, claimed=claimed, claimed_step=claimed_step, run=row.run,
        )  # fmt: skip
        turns = runs * (depth // UNROLL)
        ahead += turns * ahead_step
        claimed += turns * claimed_step
        if rest > 0:
            at = tiles - size
            run_plain(
                thread, size, vectors, row.held, inputs=transformed + at * in_bytes, in_bytes=in_bytes,
                depth=depth, weight=weight, outputs=products + at * out_bytes, out_bytes=out_bytes, runs=1,
                following=following, ahead=weight, ahead_step=0, claimed=products, claimed_step=0,
                run=row.run,
            )  # fmt: skip
        weight = following
        products += PANEL_BYTES


@kernel_part
def run_plain(
    thread: Any, size: int, vectors: int, held: int, inputs: int, in_bytes: int, depth: int, weight: int,
    outputs: int, out_bytes: int, runs: int, following: int, ahead: int, ahead_step: int, claimed: int,
    claimed_step: int, run: int,
) -> None:  # fmt: skip
    """`runs` register tiles without bias, clamp or residual."""
    gemm_run(
        thread.kernels,
        size,
        2 * vectors,
        held,
        inputs=inputs,
        spacing=in_bytes,
        taps=1,
        tap_bytes=0,
        depth=depth,
        weight=weight,
        outputs=outputs,
        output_spacing=out_bytes,
        bias=thread.zeros,
        scale=0,
        shift=0,
        residuals=0,
        residual_spacing=0,
        tiles=runs,
        following=following,
        following_step=UNROLL * PANEL_BYTES // runs,
        ahead=ahead,
        ahead_step=ahead_step,
        claimed=claimed,
        claimed_step=claimed_step,
        streams=0,
        run=run,
        runs_a_block=1,
        low=-UNBOUNDED,
        high=UNBOUNDED,
    )


@task(Winograd)
def winograd_task(row: Any, number: int, thread: Any) -> int:
    """A block of tiles from input to output in the thread's scratch; gives the number of non-finite tiles."""
    m, n, scratch = row.output_tile, row.input_tile, thread.scratch
    first = number * row.tiles_a_task
    tiles = min(row.tile_count - first, row.tiles_a_task)
    in_bytes = (row.input_channels + WIDTH - 1) // WIDTH * VECTOR_BYTES
    out_bytes = (row.output_channels + WIDTH - 1) // WIDTH * VECTOR_BYTES
    # one vector more than the tiles need: frequencies at multiples of 4 KB would share cache sets
    in_spacing = row.tiles_a_task * in_bytes + VECTOR_BYTES
    out_spacing = row.tiles_a_task * out_bytes + VECTOR_BYTES
    products = scratch + n * n * in_spacing
    for t in range(tiles):
        transform_in(row, thread, first + t, scratch + t * in_bytes, in_spacing)
    panels = (out_bytes // VECTOR_BYTES + 1) // 2
    across = (row.output_width + m - 1) // m
    span = min(tiles, across) * m
    following = first + row.tiles_a_task
    next_y, next_x = following // across * m - row.pad_y, following % across * m
    next_rows = row.input + next_y * row.input_row + next_x * row.input_pixel
    own_rows = row.output + first // across * m * row.output_row + first % across * m * row.output_pixel
    ahead_bytes, claimed_bytes = span * row.input_pixel // n, span * row.output_pixel * m // (n * n)
    turns = max(1, panels * (row.input_channels // UNROLL) * (tiles // row.tile))
    # Memory is idle while products are computed: a part of each map row is fetched with each frequency.
    for f in range(n * n):
        line, part = f // n, f % n
        ahead = next_rows + line * row.input_row + part * ahead_bytes
        line, part = f * m // (n * n), f % (n * n // m)
        claimed = own_rows + line * row.output_row + part * claimed_bytes
        multiply(
            row,
            thread,
            frequency=f,
            tiles=tiles,
            first_panel=0,
            end_panel=panels,
            transformed=scratch + f * in_spacing,
            products=products + f * out_spacing,
            out_bytes=out_bytes,
            ahead=ahead,
            ahead_step=ahead_bytes // turns,
            claimed=claimed if row.streams == 0 else products,
            claimed_step=claimed_bytes // turns if row.streams == 0 else 0,
        )
    nonfinite = 0
    unfinished = products + n * n * out_spacing
    for t in range(tiles):
        place = products + t * out_bytes
        nonfinite += transform_out(row, thread, first + t, place, out_spacing, unfinished)
    return nonfinite


@task(WinogradInput)
def winograd_input_task(row: Any, number: int, thread: Any) -> int:
    """Phase 1: some tiles of the chunk into V."""
    in_bytes = (row.input_channels + WIDTH - 1) // WIDTH * VECTOR_BYTES
    spacing = row.tile_count * in_bytes + VECTOR_BYTES
    first = number * row.tiles_a_task
    for t in range(first, min(row.tile_count, first + row.tiles_a_task)):
        transform_in(row, thread, row.first_tile + t, row.transformed + t * in_bytes, spacing)
    return 0


@task(WinogradProducts)
def winograd_products_task(row: Any, number: int, thread: Any) -> int:
    """Phase 2: one frequency and some panels of M = V · U for all tiles of the chunk."""
    in_bytes = (row.input_channels + WIDTH - 1) // WIDTH * VECTOR_BYTES
    out_bytes = (row.output_channels + WIDTH - 1) // WIDTH * VECTOR_BYTES
    in_spacing = row.tile_count * in_bytes + VECTOR_BYTES
    out_spacing = row.tile_count * out_bytes + VECTOR_BYTES
    panels = (out_bytes // VECTOR_BYTES + 1) // 2
    parts = (panels + row.panels_a_task - 1) // row.panels_a_task
    f = number // parts
    first = (number - f * parts) * row.panels_a_task
    v, m = row.transformed + f * in_spacing, row.products + f * out_spacing + first * PANEL_BYTES
    multiply(
        row,
        thread,
        frequency=f,
        tiles=row.tile_count,
        first_panel=first,
        end_panel=min(panels, first + row.panels_a_task),
        transformed=v,
        products=m,
        out_bytes=out_bytes,
        ahead=v,
        ahead_step=0,
        claimed=m,
        claimed_step=0,
    )
    return 0


@task(WinogradOutput)
def winograd_output_task(row: Any, number: int, thread: Any) -> int:
    """Phase 3: some tiles of the chunk from M into the map; gives the number of non-finite tiles."""
    out_bytes = (row.output_channels + WIDTH - 1) // WIDTH * VECTOR_BYTES
    spacing = row.tile_count * out_bytes + VECTOR_BYTES
    first = number * row.tiles_a_task
    nonfinite = 0
    for t in range(first, min(row.tile_count, first + row.tiles_a_task)):
        place = row.products + t * out_bytes
        nonfinite += transform_out(row, thread, row.first_tile + t, place, spacing, thread.scratch)
    return nonfinite
