"""Depthwise convolution, pooling and global pooling as tasks of an output row or a run of channels."""

from typing import Any

import numpy as np

from engine.kernels.fast.columns import (
    BIAS,
    COUNT_PADDING,
    DEPTHWISE_PIXELS,
    DEPTHWISE_SLOT,
    DILATION_X,
    DILATION_Y,
    EXTENT_BOTTOM,
    EXTENT_RIGHT,
    GLOBAL_SLOT,
    INPUT,
    INPUT_CHANNELS,
    INPUT_HEIGHT,
    INPUT_PIXEL,
    INPUT_ROW,
    INPUT_WIDTH,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    MAX_SLOT,
    MODE,
    OUTPUT,
    OUTPUT_PIXEL,
    OUTPUT_ROW,
    OUTPUT_WIDTH,
    PAD_LEFT,
    PAD_TOP,
    STREAMS,
    STRIDE_X,
    STRIDE_Y,
    TILES_A_TASK,
    WEIGHT,
    WINDOW_SLOT,
)  # fmt: skip
from engine.kernels.fast.memory import call_kernel, load_word, row_at, store_word
from engine.kernels.fast.vector_ir import VECTOR_BYTES, WIDTH
from engine.kernels.fast.windows import DEPTHWISE, MAXIMUM
from engine.kernels.jit import kernel

UNBOUNDED = np.float32(np.inf)


@kernel
def list_taps(row: Any, y: int, x: int, tables: int, tap_bytes: int) -> int:
    """Write (pixel, weight) addresses of the taps of output (y, x) inside the map; gives their number."""
    top, left = y * row[STRIDE_Y] - row[PAD_TOP], x * row[STRIDE_X] - row[PAD_LEFT]
    count = 0
    for i in range(row[KERNEL_HEIGHT]):
        at_y = top + i * row[DILATION_Y]
        if at_y < 0 or at_y >= row[INPUT_HEIGHT]:
            continue
        for j in range(row[KERNEL_WIDTH]):
            at_x = left + j * row[DILATION_X]
            if 0 <= at_x < row[INPUT_WIDTH]:
                entry = tables + 16 * count
                store_word(entry, row[INPUT] + at_y * row[INPUT_ROW] + at_x * row[INPUT_PIXEL])
                store_word(entry + 8, row[WEIGHT] + (i * row[KERNEL_WIDTH] + j) * tap_bytes)
                count += 1
    return count


def depthwise_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """One output row: four pixels at once where their windows lie inside the map, tap by tap elsewhere."""
    row = row_at(address)
    y, width = task, row[OUTPUT_WIDTH]
    blocks = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH
    kernel_width, step = row[KERNEL_WIDTH], row[STRIDE_X]
    slot = DEPTHWISE_SLOT + 16 * (kernel_width // 2) + 2 * step
    quick = row[DILATION_X] == 1 and kernel_width <= 7 and kernel_width % 2 == 1 and step <= 2
    single = four = 0
    if quick:
        single, four = load_word(kernels + 8 * slot), load_word(kernels + 8 * slot + 8)
    top = y * row[STRIDE_Y] - row[PAD_TOP]
    out = row[OUTPUT] + y * row[OUTPUT_ROW]
    x = 0
    while x < width:
        left = x * step - row[PAD_LEFT]
        pixels = 0
        if four != 0 and left >= 0:
            if (
                x + DEPTHWISE_PIXELS <= width
                and left + (DEPTHWISE_PIXELS - 1) * step + kernel_width <= row[INPUT_WIDTH]
            ):
                pixels = DEPTHWISE_PIXELS
            elif left + kernel_width <= row[INPUT_WIDTH]:
                pixels = 1
        place = out + x * row[OUTPUT_PIXEL]
        if pixels > 0:
            for i in range(row[KERNEL_HEIGHT]):
                at_y = top + i * row[DILATION_Y]
                inside = 0 <= at_y < row[INPUT_HEIGHT]
                first = row[INPUT] + at_y * row[INPUT_ROW] + left * row[INPUT_PIXEL]
                store_word(tables + 8 * i, first if inside else zeros)
            call_kernel(
                four if pixels > 1 else single,
                (
                    tables,
                    row[KERNEL_HEIGHT],
                    row[INPUT_PIXEL],
                    row[INPUT_ROW],
                    row[WEIGHT],
                    blocks,
                    place,
                    row[OUTPUT_PIXEL],
                    row[BIAS],
                    row[STREAMS],
                ),
                (low, high),
            )
            x += pixels
        else:
            count = list_taps(row, y, x, tables, blocks * VECTOR_BYTES)
            function = load_word(kernels + 8 * (WINDOW_SLOT + DEPTHWISE))
            call_kernel(function, (tables, count, blocks, place, row[BIAS]), (np.float32(1), low, high))
            x += 1
    return 0


def pool_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """One output row of maximum or average pooling with any window."""
    row = row_at(address)
    y = task
    blocks = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH
    function = load_word(kernels + 8 * (WINDOW_SLOT + row[MODE]))
    top = y * row[STRIDE_Y] - row[PAD_TOP]
    four = 0
    if row[MODE] == MAXIMUM and row[DILATION_X] == 1 and row[KERNEL_WIDTH] <= 3 and row[STRIDE_X] <= 3:
        four = load_word(kernels + 8 * (MAX_SLOT + 4 * row[KERNEL_WIDTH] + row[STRIDE_X]))
    span = (DEPTHWISE_PIXELS - 1) * row[STRIDE_X] + row[KERNEL_WIDTH]
    x = 0
    while x < row[OUTPUT_WIDTH]:
        left = x * row[STRIDE_X] - row[PAD_LEFT]
        place = row[OUTPUT] + y * row[OUTPUT_ROW] + x * row[OUTPUT_PIXEL]
        whole = left >= 0 and left + span <= row[INPUT_WIDTH] and x + DEPTHWISE_PIXELS <= row[OUTPUT_WIDTH]
        if four != 0 and whole:
            count = 0
            for i in range(row[KERNEL_HEIGHT]):
                at_y = top + i * row[DILATION_Y]
                if 0 <= at_y < row[INPUT_HEIGHT]:
                    store_word(
                        tables + 8 * count, row[INPUT] + at_y * row[INPUT_ROW] + left * row[INPUT_PIXEL]
                    )
                    count += 1
            call_kernel(four, (tables, count, row[INPUT_PIXEL], blocks, place, row[OUTPUT_PIXEL]), ())
            x += DEPTHWISE_PIXELS
            continue
        count = list_taps(row, y, x, tables, 0)
        values = count
        if row[COUNT_PADDING] != 0:  # zeros count, but only those of the padding, not of a ceil-mode overhang
            high_taps = min(
                row[KERNEL_HEIGHT], (row[EXTENT_BOTTOM] - top + row[DILATION_Y] - 1) // row[DILATION_Y]
            )
            wide_taps = min(
                row[KERNEL_WIDTH], (row[EXTENT_RIGHT] - left + row[DILATION_X] - 1) // row[DILATION_X]
            )
            values = high_taps * wide_taps
        scale = np.float32(1.0 / values) if values > 0 else np.float32(0)
        call_kernel(function, (tables, count, blocks, place, 0), (scale, low, high))
        x += 1
    return 0


def global_pool_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """TILES_A_TASK vectors of channels over the whole map; `low` is the factor of a sum."""
    row = row_at(address)
    blocks = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH
    first = task * row[TILES_A_TASK]
    here = first * VECTOR_BYTES
    call_kernel(
        load_word(kernels + 8 * (GLOBAL_SLOT + row[MODE])),
        (
            row[INPUT] + here,
            row[INPUT_ROW],
            row[INPUT_PIXEL],
            row[INPUT_HEIGHT],
            row[INPUT_WIDTH],
            min(blocks - first, row[TILES_A_TASK]),
            row[OUTPUT] + here,
        ),
        (low,),
    )
    return 0
