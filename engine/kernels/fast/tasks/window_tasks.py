"""Depthwise convolution, pooling and global pooling as tasks of an output row or a run of channels."""

from typing import Any

import numpy as np

from engine.kernels.fast.emit.memory import store_word
from engine.kernels.fast.emit.micro_kernel import task
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH
from engine.kernels.fast.micro_kernels.channelwise import (
    depthwise_pixels,
    depthwise_taps,
    global_pool,
    pool_pixels,
    pool_taps,
)
from engine.kernels.fast.operations import Depthwise, GlobalPool, Pool
from engine.kernels.fast.tasks.finishing import NOTHING, finish
from engine.kernels.fast.variants import WINDOW_PIXELS
from engine.kernels.jit import kernel_part
from engine.shapes import Pair


@kernel_part
def list_taps(row: Any, y: int, x: int, tables: int, weight: int, tap_bytes: int) -> int:
    """Write (pixel, weight) addresses of the taps of output (y, x) inside the map; gives their number."""
    top, left = y * row.stride_y - row.pad_y, x * row.stride_x - row.pad_x
    count = 0
    for i in range(row.kernel_y):
        at_y = top + i * row.dilation_y
        if at_y < 0 or at_y >= row.input_height:
            continue
        for j in range(row.kernel_x):
            at_x = left + j * row.dilation_x
            if 0 <= at_x < row.input_width:
                entry = tables + 16 * count
                store_word(entry, row.input + at_y * row.input_row + at_x * row.input_pixel)
                store_word(entry + 8, weight + (i * row.kernel_x + j) * tap_bytes)
                count += 1
    return count


@kernel_part
def list_columns(row: Any, top: int, left: int, span: int, table: int, zeros: int) -> Pair:
    """Write the addresses of `span` pixels from `left` on for each row of the kernel inside the map.

    `zeros` stands for pixels beside it. Gives how many rows of the kernel lie above the map, and inside.
    """
    first = min(span, max(0, -left))
    end = max(first, min(span, row.input_width - left))
    above = inside = 0
    for i in range(row.kernel_y):
        at_y = top + i * row.dilation_y
        if at_y < 0:
            above += 1
        elif at_y < row.input_height:
            inside += 1
            seen = row.input + at_y * row.input_row + (left + first) * row.input_pixel
            for _ in range(first):
                store_word(table, zeros)
                table += 8
            for _ in range(first, end):
                store_word(table, seen)
                seen += row.input_pixel
                table += 8
            for _ in range(end, span):
                store_word(table, zeros)
                table += 8
    return above, inside


@task(Depthwise)
def depthwise_task(row: Any, number: int, thread: Any) -> int:
    """An output row: some pixels at once, or tap by tap where no kernel is as wide as the window."""
    y, width, tables, pixels = number, row.output_width, thread.tables, max(1, row.at_once)
    blocks = (row.input_channels + WIDTH - 1) // WIDTH
    pixel_bytes, tap_bytes = blocks * VECTOR_BYTES, row.group_channels * VECTOR_BYTES
    weight_bytes = row.kernel_y * row.kernel_x * tap_bytes
    top = y * row.stride_y - row.pad_y
    span = (pixels - 1) * row.stride_x + row.kernel_x
    out = row.output + y * row.output_row
    finished = row.function == NOTHING
    streams, output_spacing = (row.streams, row.output_pixel) if finished else (0, pixel_bytes)
    for start in range(0, width, pixels):
        x = min(start, width - pixels)  # the last ones overlap their neighbours: same values, same bytes
        place = out + x * row.output_pixel
        to = place if finished else thread.scratch
        if row.at_once != 0:
            left = x * row.stride_x - row.pad_x
            above, inside = list_columns(row, top, left, span, tables, thread.zeros)
            depthwise_pixels(
                thread.kernels,
                row.group_channels,
                pixels,
                row.kernel_x,
                row.stride_x,
                columns=tables,
                count=inside,
                nearest=tables + 8 * span * max(0, inside - 1),
                row_bytes=row.input_row,
                weight=row.weight + above * row.kernel_x * tap_bytes,
                weight_spacing=weight_bytes,
                blocks=blocks,
                output=to,
                output_spacing=output_spacing,
                bias=row.bias,
                streams=streams,
                low=row.low,
                high=row.high,
            )
        else:
            count = list_taps(row, y, x, tables, row.weight, tap_bytes)
            depthwise_taps(
                thread.kernels, taps=tables, count=count, weight_spacing=weight_bytes, blocks=blocks,
                output=to, bias=row.bias, low=row.low, high=row.high,
            )  # fmt: skip
        if not finished:
            finish(
                row, thread.kernels, source=to, spacing=pixel_bytes, pixels=pixels, blocks=blocks, place=place
            )
    return 0


@kernel_part
def share_of(values: int) -> Any:
    """What a sum of so many values is multiplied by for their mean."""
    return np.float32(1.0 / values) if values > 0 else np.float32(0)


@task(Pool)
def pool_task(row: Any, number: int, thread: Any) -> int:
    """An output row of maximum or average pooling with any window."""
    y, tables = number, thread.tables
    blocks = (row.input_channels + WIDTH - 1) // WIDTH
    top = y * row.stride_y - row.pad_y
    span = (WINDOW_PIXELS - 1) * row.stride_x + row.kernel_x
    x = 0
    # Zeros of the padding may count in an average, but not those of a ceil-mode overhang.
    high_taps = min(row.kernel_y, (row.extent_y - top + row.dilation_y - 1) // row.dilation_y)
    while x < row.output_width:
        left = x * row.stride_x - row.pad_x
        place = row.output + y * row.output_row + x * row.output_pixel
        whole = left >= 0 and left + span <= row.input_width and x + WINDOW_PIXELS <= row.output_width
        if row.at_once != 0 and whole:
            count = 0
            for i in range(row.kernel_y):
                at_y = top + i * row.dilation_y
                if 0 <= at_y < row.input_height:
                    store_word(tables + 8 * count, row.input + at_y * row.input_row + left * row.input_pixel)
                    count += 1
            values = (high_taps if row.count_padding != 0 else count) * row.kernel_x
            scale = share_of(values)
            pool_pixels(
                thread.kernels, row.pooling, row.kernel_x, row.stride_x, rows=tables, count=count,
                spacing=row.input_pixel, row_bytes=row.input_row, blocks=blocks, output=place,
                output_spacing=row.output_pixel, scale=scale,
            )  # fmt: skip
            x += WINDOW_PIXELS
            continue
        count = list_taps(row, y, x, tables, 0, 0)
        values = count
        if row.count_padding != 0:
            wide_taps = min(row.kernel_x, (row.extent_x - left + row.dilation_x - 1) // row.dilation_x)
            values = high_taps * wide_taps
        scale = share_of(values)
        pool_taps(
            thread.kernels, row.pooling, taps=tables, count=count, blocks=blocks, output=place, scale=scale
        )
        x += 1
    return 0


@task(GlobalPool)
def global_pool_task(row: Any, number: int, thread: Any) -> int:
    """Some vectors of channels over the whole map."""
    blocks = (row.input_channels + WIDTH - 1) // WIDTH
    first = number * row.vectors_a_task
    here = first * VECTOR_BYTES
    global_pool(
        thread.kernels,
        row.pooling,
        source=row.input + here,
        row_bytes=row.input_row,
        spacing=row.input_pixel,
        height=row.input_height,
        width=row.input_width,
        blocks=min(blocks - first, row.vectors_a_task),
        output=row.output + here,
        scale=row.scale,
    )
    return 0
