"""A GEMM row as tasks: a task is a block of register tiles times a group of weight panels.

Per tile, the addresses of its inputs are worked out here, just before use: tables for a whole layer would
need 72 bytes a pixel for a 3×3 kernel, and would tie a plan to one place in memory.
"""

from typing import Any

from engine.kernels.fast.emit.memory import load_word, store_word
from engine.kernels.fast.emit.micro_kernel import task
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH
from engine.kernels.fast.micro_kernels.elementwise import affine_run
from engine.kernels.fast.micro_kernels.gemm import gemm_tile
from engine.kernels.fast.micro_kernels.plain_gemm import HALVED, gemm_run
from engine.kernels.fast.operations import Gemm, ImageRuns, PixelRuns, RowRuns
from engine.kernels.fast.tasks.finishing import NOTHING, finish
from engine.kernels.fast.tasks.pixel_tasks import copy_row
from engine.kernels.fast.variants import UNROLL
from engine.kernels.jit import kernel_part
from engine.shapes import Pair

PANEL = 2 * WIDTH
PANEL_BYTES = 2 * VECTOR_BYTES
MOST_FETCHED = 128 << 10
"""Bytes of a panel of weights up to which the next one is fetched ahead: more would not stay in L2."""
DISTANCE = 4 << 10
"""Bytes that are fetched ahead of those in use within a longer panel, as of a dense layer: beyond the end of
the page of memory, where the processor's own fetching stops."""


@kernel_part
def fill_tables(row: Any, zeros: int, tile: int, inputs: int, outputs: int, residuals: int) -> None:
    """Write the addresses of one tile's inputs ([taps][pixels]), outputs and residuals ([pixels]).

    Addresses are counted up from pixel to pixel: multiplying them out took 3 to 9 % of the time of a layer
    with few output channels.
    """
    size, width = row.tile, row.output_width
    pixels = row.output_height * width
    kernel_height, kernel_width = row.kernel_y, row.kernel_x
    stride_y, stride_x = row.stride_y, row.stride_x
    dilation_y, dilation_x = row.dilation_y, row.dilation_x
    height, input_width = row.input_height, row.input_width
    output_pixel, other_pixel, input_pixel = row.output_pixel, row.other_pixel, stride_x * row.input_pixel
    output_turn = row.output_row - width * output_pixel
    other_turn = row.other_row - width * other_pixel
    input_turn = stride_y * row.input_row - width * input_pixel
    step_y, step_x = dilation_y * row.input_row, dilation_x * row.input_pixel
    last_y, last_x = (kernel_height - 1) * dilation_y, (kernel_width - 1) * dilation_x
    first = min(tile * size, pixels - size)  # the last tile overlaps its neighbour: same values, same bytes
    y = first // width
    x = first - y * width
    output = row.output + y * row.output_row + x * output_pixel
    other = row.other + y * row.other_row + x * other_pixel
    top, left = y * stride_y - row.pad_y, x * stride_x - row.pad_x
    turn_left = width * stride_x
    corner = row.input + top * row.input_row + left * row.input_pixel
    for p in range(size):
        store_word(outputs + 8 * p, output)
        store_word(residuals + 8 * p, other)
        entry = inputs + 8 * p
        if top >= 0 and left >= 0 and top + last_y < height and left + last_x < input_width:
            line = corner
            for _ in range(kernel_height):
                seen = line
                for _ in range(kernel_width):
                    store_word(entry, seen)
                    entry += 8 * size
                    seen += step_x
                line += step_y
        else:
            for i in range(kernel_height):
                inside = 0 <= top + i * dilation_y < height
                for j in range(kernel_width):
                    shown = inside and 0 <= left + j * dilation_x < input_width
                    store_word(entry, corner + i * step_y + j * step_x if shown else zeros)
                    entry += 8 * size
        output += output_pixel
        other += other_pixel
        corner += input_pixel
        left += stride_x
        x += 1
        if x == width:
            x = 0
            output += output_turn
            other += other_turn
            corner += input_turn
            left -= turn_left
            top += stride_y


@task(Gemm)
def gemm_task(row: Any, number: int, thread: Any) -> int:
    """A block of tiles times a group of panels, tile by tile."""
    size, depth, channels = row.tile, row.depth, row.group_channels
    taps = row.kernel_y * row.kernel_x
    panels = (channels + PANEL - 1) // PANEL
    tiles = (row.output_height * row.output_width + size - 1) // size
    groups_of_panels = (panels + row.panels_a_task - 1) // row.panels_a_task
    block = number // groups_of_panels
    first_panel = (number - block * groups_of_panels) * row.panels_a_task
    end_panel = min(panels, first_panel + row.panels_a_task)
    first_tile = block * row.tiles_a_task
    end_tile = min(tiles, first_tile + row.tiles_a_task)
    table_bytes = 8 * size * (taps + 2)
    tables = thread.tables
    for tile in range(first_tile, end_tile):
        at = tables + (tile - first_tile) * table_bytes
        fill_tables(
            row, zeros=thread.zeros, tile=tile, inputs=at, outputs=at + 8 * size * taps,
            residuals=at + 8 * size * (taps + 1),
        )  # fmt: skip
    spare = panels * PANEL - channels
    last_vectors = 1 if spare >= WIDTH else 2
    weight_bytes = panels * PANEL_BYTES - (WIDTH * 4 if last_vectors == 1 else 0)
    weight_bytes *= taps * depth
    following = taps * depth * PANEL_BYTES
    if following > MOST_FETCHED:
        following = DISTANCE
    tile_count, panel_count = end_tile - first_tile, end_panel - first_panel
    unfinished = tables + tile_count * table_bytes
    streams, finished = row.streams, row.function == NOTHING
    if not finished:
        streams = 0
        for p in range(size):
            store_word(unfinished + 8 * p, thread.scratch + p * PANEL_BYTES)
    for group in range(row.groups):
        for turn in range(tile_count * panel_count):
            if row.tiles_outside != 0:
                i = turn // panel_count
                j = turn - i * panel_count
            else:
                j = turn // tile_count
                i = turn - j * tile_count
            panel = first_panel + j
            at = tables + i * table_bytes
            outputs = at + 8 * size * taps
            vectors, lanes = 2, WIDTH
            if panel == panels - 1:
                vectors, lanes = last_vectors, row.lanes
            column = group * channels * 4 + panel * PANEL_BYTES
            residuals = outputs + 8 * size if row.other != 0 else 0
            to, to_column = (outputs, column) if finished else (unfinished, 0)
            gemm_tile(
                thread.kernels,
                size,
                vectors,
                inputs=at,
                base=group * depth * 4,
                taps=taps,
                depth=depth,
                weight=row.weight + group * weight_bytes + panel * taps * depth * PANEL_BYTES,
                outputs=to,
                column=to_column,
                bias=row.bias + column,
                scale=row.scales + column,
                shift=row.shifts + column,
                residuals=residuals,
                residual_column=column,
                ahead=size * row.output_pixel,
                following=following,
                lanes=lanes,
                streams=streams,
                run=row.run,
                runs_a_block=row.runs_a_block,
                low=row.low,
                high=row.high,
            )
            if not finished:
                finish(
                    row, thread.kernels, source=thread.scratch, spacing=PANEL_BYTES, pixels=size,
                    blocks=vectors, place=load_word(outputs) + column,
                )  # fmt: skip
    return 0


@kernel_part
def plain_panels(
    row: Any, thread: Any, first_panel: int, end_panel: int, inputs: int, spacing: int, tap_bytes: int,
    pixel: int, runs: int, ahead: int, ahead_step: int,
) -> None:  # fmt: skip
    """`runs` tiles of rows at equal distances times some panels of weights, panel by panel.

    inputs: the first row, `spacing` bytes before the next, its taps `tap_bytes` apart; pixel: the output that
    it makes; ahead: inputs that are fetched meanwhile, `ahead_step` bytes further in each turn of the inner
    loop.
    """
    taps, depth = row.kernel_y, row.depth
    panel_bytes = taps * depth * PANEL_BYTES
    halves_out = (2 * row.group_channels + WIDTH - 1) // WIDTH
    if row.tile != HALVED:
        halves_out += halves_out % 2
    panels = (halves_out + 3) // 4
    outputs = row.output + pixel * row.output_pixel
    others = row.other + pixel * row.other_pixel
    finished = row.function == NOTHING
    streams, output_spacing = (row.streams, row.output_pixel) if finished else (0, PANEL_BYTES)
    for panel in range(first_panel, end_panel):
        column = panel * PANEL_BYTES
        halves = min(4, halves_out - 4 * panel)
        residuals = others + column if row.other != 0 else 0
        to = outputs + column if finished else thread.scratch
        weight = row.weight + panel * panel_bytes
        following = row.weight + (panel + 1) % panels * panel_bytes
        if runs == 1 and panel_bytes > MOST_FETCHED:
            following = weight + DISTANCE
        gemm_run(
            thread.kernels,
            row.tile,
            halves,
            row.held,
            inputs=inputs,
            spacing=spacing,
            taps=taps,
            tap_bytes=tap_bytes,
            depth=depth,
            weight=weight,
            outputs=to,
            output_spacing=output_spacing,
            bias=row.bias + column,
            scale=row.scales + column,
            shift=row.shifts + column,
            residuals=residuals,
            residual_spacing=row.other_pixel,
            tiles=runs,
            following=following,
            following_step=UNROLL * PANEL_BYTES // runs,
            ahead=ahead,
            ahead_step=ahead_step,
            claimed=outputs,
            claimed_step=0,
            streams=streams,
            run=row.run,
            runs_a_block=row.runs_a_block,
            low=row.low,
            high=row.high,
        )
        if not finished:
            finish(
                row, thread.kernels, source=thread.scratch, spacing=PANEL_BYTES, pixels=runs * row.tile,
                blocks=(halves + 1) // 2, place=outputs + column,
            )  # fmt: skip
        ahead += runs * (depth // UNROLL) * ahead_step


@kernel_part
def prepare(row: Any, thread: Any, begin: int, pixels: int) -> Pair:
    """Make the inputs of `pixels` pixels ready; gives where they are, and the bytes from one to the next.

    They are put into their map if there is one. Where they do not go past the caches, they are found there.
    """
    place, spacing = thread.scratch, row.prepared_bytes
    near, near_spacing = 0, 0
    if row.prepared != 0:
        place, spacing = row.prepared + begin * row.prepared_pixel, row.prepared_pixel
    if row.prepared_streams != 0:
        near, near_spacing = thread.scratch, row.prepared_bytes
    affine_run(
        thread.kernels, source=row.input + begin * row.input_pixel, spacing=row.input_pixel,
        scales=row.prepared_scales, shifts=row.prepared_shifts or thread.zeros, pixels=pixels,
        blocks=(row.depth + WIDTH - 1) // WIDTH, output=place, output_spacing=spacing, near=near,
        near_spacing=near_spacing, streams=row.prepared_streams, low=row.prepared_low,
        high=row.prepared_high,
    )  # fmt: skip
    return (near, near_spacing) if near != 0 else (place, spacing)


@task(PixelRuns)
def pixel_runs_task(row: Any, number: int, thread: Any) -> int:
    """A block of tiles times a group of panels, a panel after the other, all tiles in one run."""
    size, depth, pixel_bytes = row.tile, row.depth, row.input_pixel
    pixels = row.output_height * row.output_width
    panels = (row.group_channels + PANEL - 1) // PANEL
    groups_of_panels = (panels + row.panels_a_task - 1) // row.panels_a_task
    block = number // groups_of_panels
    first_panel = (number - block * groups_of_panels) * row.panels_a_task
    end_panel = min(panels, first_panel + row.panels_a_task)
    begin = block * row.tiles_a_task * size
    end = min(pixels, begin + row.tiles_a_task * size)
    begin = max(0, min(begin, end - size))  # a short last block overlaps its neighbour: same bytes
    runs = (end - begin) // size
    turns = max(1, runs * (depth // UNROLL) * (end_panel - first_panel))
    inputs, spacing = row.input + begin * pixel_bytes, pixel_bytes
    if row.prepared_scales != 0:
        inputs, spacing = prepare(row, thread, begin, end - begin)
    plain_panels(
        row, thread, first_panel, end_panel, inputs=inputs, spacing=spacing, tap_bytes=0, pixel=begin,
        runs=runs, ahead=row.input + end * pixel_bytes, ahead_step=(end - begin) * pixel_bytes // turns,
    )  # fmt: skip
    if runs * size < end - begin:
        inputs += (end - begin - size) * spacing
        plain_panels(
            row, thread, first_panel, end_panel, inputs=inputs, spacing=spacing, tap_bytes=0,
            pixel=end - size, runs=1, ahead=inputs, ahead_step=0,
        )  # fmt: skip
    return 0


@kernel_part
def one_row(row: Any, thread: Any, y: int, inputs: int, spacing: int, tap_bytes: int) -> None:
    """Output row `y` from windows at equal distances, each of which is one run a kernel row.

    inputs: the first window, `spacing` bytes before the next, its runs `tap_bytes` apart.
    """
    size, width = row.tile, row.output_width
    panels = (row.group_channels + PANEL - 1) // PANEL
    runs = width // size
    plain_panels(
        row, thread, 0, panels, inputs=inputs, spacing=spacing, tap_bytes=tap_bytes, pixel=y * width,
        runs=runs, ahead=inputs, ahead_step=0,
    )  # fmt: skip
    if runs * size < width:  # the last tile overlaps its neighbour: same values, same bytes
        inputs += (width - size) * spacing
        plain_panels(
            row, thread, 0, panels, inputs=inputs, spacing=spacing, tap_bytes=tap_bytes,
            pixel=(y + 1) * width - size, runs=1, ahead=inputs, ahead_step=0,
        )  # fmt: skip


@task(RowRuns)
def row_runs_task(row: Any, number: int, thread: Any) -> int:
    """Some output rows of a convolution whose windows lie in the map."""
    first = number * row.tiles_a_task
    for y in range(first, min(row.output_height, first + row.tiles_a_task)):
        one_row(
            row, thread, y, inputs=row.input + y * row.stride_y * row.input_row,
            spacing=row.stride_x * row.input_pixel, tap_bytes=row.dilation_y * row.input_row,
        )  # fmt: skip
    return 0


@task(ImageRuns)
def image_runs_task(row: Any, number: int, thread: Any) -> int:
    """Some output rows; before each, the input rows that none before it saw are copied into scratch."""
    pixel = 4 * row.input_channels
    line = row.padded_width * pixel
    lines = thread.scratch
    if row.function != NOTHING:
        lines += row.output_width * PANEL_BYTES
    first = number * row.tiles_a_task
    copied = 0
    for y in range(first, min(row.output_height, first + row.tiles_a_task)):
        top = (y - first) * row.stride_y
        seen = top + (row.kernel_y - 1) * row.dilation_y + 1
        for i in range(copied, seen):
            copy_row(
                row, thread.kernels, y=first * row.stride_y + i, out=lines + i * line,
                width=row.padded_width, pixel=pixel, channel=4,
            )  # fmt: skip
        copied = seen
        one_row(
            row, thread, y, inputs=lines + top * line, spacing=row.stride_x * pixel,
            tap_bytes=row.dilation_y * line,
        )  # fmt: skip
    return 0
