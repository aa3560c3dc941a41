"""A GEMM row as tasks: a task is a block of register tiles times a group of weight panels.

Per tile, the addresses of its inputs are worked out here, just before use: tables for a whole layer would
need 72 bytes a pixel for a 3×3 kernel, and would tie a plan to one place in memory.
"""

from typing import Any

from engine.kernels.fast.columns import (
    BIAS,
    DILATION_X,
    DILATION_Y,
    GEMM_SLOT,
    GROUPS,
    INPUT,
    INPUT_CHANNELS,
    INPUT_HEIGHT,
    INPUT_PIXEL,
    INPUT_ROW,
    INPUT_WIDTH,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    LANES,
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
    STREAMS,
    STRIDE_X,
    STRIDE_Y,
    TILE,
    TILES_A_TASK,
    TILES_OUTSIDE,
    WEIGHT,
)  # fmt: skip
from engine.kernels.fast.gemm import UNROLL
from engine.kernels.fast.memory import call_kernel, load_word, row_at, store_word
from engine.kernels.fast.vector_ir import VECTOR_BYTES, WIDTH
from engine.kernels.jit import kernel

PANEL = 2 * WIDTH
PANEL_BYTES = 2 * VECTOR_BYTES
MOST_FETCHED = 128 << 10
"""Bytes of a panel of weights up to which the next one is fetched ahead: more would not stay in L2."""


@kernel
def fill_tables(row: Any, zeros: int, tile: int, inputs: int, outputs: int, residuals: int) -> None:
    """Write the addresses of one tile's inputs ([taps][pixels]), outputs and residuals ([pixels]).

    Addresses are counted up from pixel to pixel: multiplying them out took 3 to 9 % of the time of a layer
    with few output channels.
    """
    size, width = row[TILE], row[OUTPUT_WIDTH]
    pixels = row[OUTPUT_HEIGHT] * width
    kernel_height, kernel_width = row[KERNEL_HEIGHT], row[KERNEL_WIDTH]
    stride_y, stride_x = row[STRIDE_Y], row[STRIDE_X]
    dilation_y, dilation_x = row[DILATION_Y], row[DILATION_X]
    height, input_width = row[INPUT_HEIGHT], row[INPUT_WIDTH]
    output_pixel, other_pixel, input_pixel = row[OUTPUT_PIXEL], row[OTHER_PIXEL], stride_x * row[INPUT_PIXEL]
    output_turn = row[OUTPUT_ROW] - width * output_pixel
    other_turn = row[OTHER_ROW] - width * other_pixel
    input_turn = stride_y * row[INPUT_ROW] - width * input_pixel
    step_y, step_x = dilation_y * row[INPUT_ROW], dilation_x * row[INPUT_PIXEL]
    last_y, last_x = (kernel_height - 1) * dilation_y, (kernel_width - 1) * dilation_x
    first = min(tile * size, pixels - size)  # the last tile overlaps its neighbour: same values, same bytes
    y = first // width
    x = first - y * width
    output = row[OUTPUT] + y * row[OUTPUT_ROW] + x * output_pixel
    other = row[OTHER] + y * row[OTHER_ROW] + x * other_pixel
    top, left = y * stride_y - row[PAD_TOP], x * stride_x - row[PAD_LEFT]
    turn_left = width * stride_x
    corner = row[INPUT] + top * row[INPUT_ROW] + left * row[INPUT_PIXEL]
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


def gemm_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """One task; `tables` is the thread's space for address tables, `zeros` a row of zeros."""
    row = row_at(address)
    size = row[TILE]
    taps = row[KERNEL_HEIGHT] * row[KERNEL_WIDTH]
    depth = row[INPUT_CHANNELS]
    channels = row[OUTPUT_CHANNELS]
    panels = (channels + PANEL - 1) // PANEL
    tiles = (row[OUTPUT_HEIGHT] * row[OUTPUT_WIDTH] + size - 1) // size
    groups_of_panels = (panels + row[PANELS_A_TASK] - 1) // row[PANELS_A_TASK]
    block = task // groups_of_panels
    first_panel = (task - block * groups_of_panels) * row[PANELS_A_TASK]
    end_panel = min(panels, first_panel + row[PANELS_A_TASK])
    first_tile = block * row[TILES_A_TASK]
    end_tile = min(tiles, first_tile + row[TILES_A_TASK])
    table_bytes = 8 * size * (taps + 2)
    for tile in range(first_tile, end_tile):
        at = tables + (tile - first_tile) * table_bytes
        fill_tables(row, zeros, tile, at, at + 8 * size * taps, at + 8 * size * (taps + 1))
    spare = panels * PANEL - channels
    last_vectors = 1 if spare >= WIDTH else 2
    weight_bytes = panels * PANEL_BYTES - (WIDTH * 4 if last_vectors == 1 else 0)
    weight_bytes *= taps * depth
    following = taps * depth * PANEL_BYTES
    if following > MOST_FETCHED:
        following = 0
    tile_count, panel_count = end_tile - first_tile, end_panel - first_panel
    for group in range(row[GROUPS]):
        for turn in range(tile_count * panel_count):
            if row[TILES_OUTSIDE] != 0:
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
                vectors, lanes = last_vectors, row[LANES]
            column = group * channels * 4 + panel * PANEL_BYTES
            call_kernel(
                load_word(kernels + 8 * (GEMM_SLOT + 2 * size + vectors - 1)),
                (
                    at,
                    group * depth * 4,
                    taps,
                    depth,
                    row[WEIGHT] + group * weight_bytes + panel * taps * depth * PANEL_BYTES,
                    outputs,
                    column,
                    row[BIAS] + column,
                    outputs + 8 * size if row[OTHER] != 0 else 0,
                    size * row[OUTPUT_PIXEL],
                    following,
                    lanes,
                    row[STREAMS],
                ),
                (low, high),
            )
    return 0


@kernel
def plain_panels(
    row: Any, low: Any, high: Any, first_panel: int, end_panel: int, kernels: int, inputs: int, spacing: int,
    pixel: int, runs: int, ahead: int, ahead_step: int,
) -> None:  # fmt: skip
    """`runs` tiles of rows at equal distances times some panels of weights, panel by panel.

    inputs: the first row, `spacing` bytes before the next; pixel: the output that it makes; ahead: inputs
    that are fetched meanwhile, `ahead_step` bytes further in each turn of the inner loop.
    """
    taps, depth = row[KERNEL_HEIGHT], row[INPUT_CHANNELS]
    panel_bytes = taps * depth * PANEL_BYTES
    vectors_out = (row[OUTPUT_CHANNELS] + WIDTH - 1) // WIDTH
    panels = (vectors_out + 1) // 2
    outputs = row[OUTPUT] + pixel * row[OUTPUT_PIXEL]
    others = row[OTHER] + pixel * row[OTHER_PIXEL]
    following_step = UNROLL * PANEL_BYTES // runs
    for panel in range(first_panel, end_panel):
        vectors = 1 if 2 * panel + 1 == vectors_out else 2
        column = panel * PANEL_BYTES
        call_kernel(
            load_word(kernels + 8 * (PLAIN_SLOT + 2 * row[TILE] + vectors - 1)),
            (
                inputs,
                spacing,
                taps,
                row[DILATION_Y] * row[INPUT_ROW],
                depth,
                row[WEIGHT] + panel * panel_bytes,
                outputs + column,
                row[OUTPUT_PIXEL],
                row[BIAS] + column,
                others + column if row[OTHER] != 0 else 0,
                row[OTHER_PIXEL],
                runs,
                row[WEIGHT] + (panel + 1) % panels * panel_bytes,
                following_step,
                ahead,
                ahead_step,
                outputs,
                0,
                row[STREAMS],
            ),
            (low, high),
        )
        ahead += runs * (depth // UNROLL) * ahead_step


def plain_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """One task of a GEMM over pixels at equal distances: a panel after the other, all tiles in one run."""
    row = row_at(address)
    size, depth, pixel_bytes = row[TILE], row[INPUT_CHANNELS], row[INPUT_PIXEL]
    pixels = row[OUTPUT_HEIGHT] * row[OUTPUT_WIDTH]
    panels = (row[OUTPUT_CHANNELS] + PANEL - 1) // PANEL
    groups_of_panels = (panels + row[PANELS_A_TASK] - 1) // row[PANELS_A_TASK]
    block = task // groups_of_panels
    first_panel = (task - block * groups_of_panels) * row[PANELS_A_TASK]
    end_panel = min(panels, first_panel + row[PANELS_A_TASK])
    begin = block * row[TILES_A_TASK] * size
    end = min(pixels, begin + row[TILES_A_TASK] * size)
    begin = max(0, min(begin, end - size))  # a short last block overlaps its neighbour: same bytes
    runs = (end - begin) // size
    inputs = row[INPUT] + begin * pixel_bytes
    ahead = row[INPUT] + end * pixel_bytes
    turns = max(1, runs * (depth // UNROLL) * (end_panel - first_panel))
    plain_panels(
        row, low, high, first_panel, end_panel, kernels, inputs, pixel_bytes, begin, runs, ahead,
        (end - begin) * pixel_bytes // turns,
    )  # fmt: skip
    if runs * size < end - begin:
        last = end - size
        inputs = row[INPUT] + last * pixel_bytes
        plain_panels(row, low, high, first_panel, end_panel, kernels, inputs, pixel_bytes, last, 1, inputs, 0)
    return 0


def window_rows_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """TILES_A_TASK output rows of a convolution whose windows lie in the map and are one run a kernel row.

    Along an output row the windows are at equal distances, also where they overlap.
    """
    row = row_at(address)
    size, width = row[TILE], row[OUTPUT_WIDTH]
    panels = (row[OUTPUT_CHANNELS] + PANEL - 1) // PANEL
    spacing = row[STRIDE_X] * row[INPUT_PIXEL]
    runs = width // size
    first = task * row[TILES_A_TASK]
    for y in range(first, min(row[OUTPUT_HEIGHT], first + row[TILES_A_TASK])):
        inputs = row[INPUT] + y * row[STRIDE_Y] * row[INPUT_ROW]
        plain_panels(row, low, high, 0, panels, kernels, inputs, spacing, y * width, runs, inputs, 0)
        if runs * size < width:  # the last tile overlaps its neighbour: same values, same bytes
            inputs += (width - size) * spacing
            pixel = (y + 1) * width - size
            plain_panels(row, low, high, 0, panels, kernels, inputs, spacing, pixel, 1, inputs, 0)
    return 0
