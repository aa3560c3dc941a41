"""Elementwise rows and copies between layouts as tasks of some output rows each."""

import math
from typing import Any

import numpy as np

from engine.kernels.fast.columns import (
    INPUT,
    INPUT_CHANNEL,
    INPUT_CHANNELS,
    INPUT_HEIGHT,
    INPUT_PIXEL,
    INPUT_ROW,
    INPUT_WIDTH,
    KERNEL_WIDTH,
    MODE,
    OTHER,
    OTHER_PIXEL,
    OTHER_ROW,
    OUTPUT,
    OUTPUT_CHANNEL,
    OUTPUT_HEIGHT,
    OUTPUT_PIXEL,
    OUTPUT_ROW,
    OUTPUT_WIDTH,
    PAD_LEFT,
    PAD_TOP,
    PIXELS_SLOT,
    RESPONSE_SLOT,
    TILES_A_TASK,
)  # fmt: skip
from engine.kernels.fast.memory import call_kernel, load_float, load_word, row_at, store_float
from engine.kernels.fast.vector_ir import WIDTH
from engine.kernels.jit import kernel


def pixels_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """TILES_A_TASK rows of pixels, value by value."""
    row = row_at(address)
    first = task * row[TILES_A_TASK]
    blocks = (row[INPUT_CHANNELS] + WIDTH - 1) // WIDTH
    function = load_word(kernels + 8 * (PIXELS_SLOT + row[MODE]))
    for y in range(first, min(row[OUTPUT_HEIGHT], first + row[TILES_A_TASK])):
        call_kernel(
            function,
            (
                row[INPUT] + y * row[INPUT_ROW],
                row[INPUT_PIXEL],
                row[OTHER] + y * row[OTHER_ROW],
                row[OTHER_PIXEL],
                row[OUTPUT_WIDTH],
                blocks,
                row[OUTPUT] + y * row[OUTPUT_ROW],
                row[OUTPUT_PIXEL],
            ),
            (low, high),
        )
    return 0


@kernel
def copy_run(source: int, source_step: int, out: int, out_step: int, count: int) -> None:
    """`count` floats, one at a time."""
    for _ in range(count):
        store_float(out, load_float(source))
        source += source_step
        out += out_step


@kernel
def zero_run(out: int, out_step: int, count: int) -> None:
    """`count` zeros."""
    zero = np.float32(0)
    for _ in range(count):
        store_float(out, zero)
        out += out_step


def copy_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """TILES_A_TASK rows from one layout to another; zeros where the shifted input has no pixel."""
    row = row_at(address)
    first = task * row[TILES_A_TASK]
    channels, width = row[INPUT_CHANNELS], row[OUTPUT_WIDTH]
    start = min(width, max(0, row[PAD_LEFT]))
    end = max(start, min(width, row[INPUT_WIDTH] + row[PAD_LEFT]))
    pixel, step = row[OUTPUT_PIXEL], row[INPUT_PIXEL]
    for y in range(first, min(row[OUTPUT_HEIGHT], first + row[TILES_A_TASK])):
        from_y = y - row[PAD_TOP]
        source = row[INPUT] + from_y * row[INPUT_ROW] + (start - row[PAD_LEFT]) * step
        out = row[OUTPUT] + y * row[OUTPUT_ROW]
        from_x, to_x = start, end
        if from_y < 0 or from_y >= row[INPUT_HEIGHT]:
            from_x = to_x = width
        if row[INPUT_CHANNEL] < step and row[OUTPUT_CHANNEL] < pixel:  # both channels last: pixel by pixel
            to, of = row[OUTPUT_CHANNEL], row[INPUT_CHANNEL]
            for x in range(from_x):
                zero_run(out + x * pixel, to, channels)
            for x in range(to_x - from_x):
                copy_run(source + x * step, of, out + (from_x + x) * pixel, to, channels)
            for x in range(to_x, width):
                zero_run(out + x * pixel, to, channels)
        else:
            for c in range(channels):
                here = out + c * row[OUTPUT_CHANNEL]
                zero_run(here, pixel, from_x)
                copy_run(source + c * row[INPUT_CHANNEL], step, here + from_x * pixel, pixel, to_x - from_x)
                zero_run(here + to_x * pixel, pixel, width - to_x)
    return 0


def softmax_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """TILES_A_TASK rows: exp(x − m) / Σ exp(x − m) over the channels of each pixel, m the largest of them."""
    row = row_at(address)
    first = task * row[TILES_A_TASK]
    channels = row[INPUT_CHANNELS]
    for y in range(first, min(row[OUTPUT_HEIGHT], first + row[TILES_A_TASK])):
        for x in range(row[OUTPUT_WIDTH]):
            source = row[INPUT] + y * row[INPUT_ROW] + x * row[INPUT_PIXEL]
            out = row[OUTPUT] + y * row[OUTPUT_ROW] + x * row[OUTPUT_PIXEL]
            largest: Any = np.float32(-np.inf)
            for c in range(channels):
                value = load_float(source + 4 * c)
                if value > largest or value != value:
                    largest = value
            total = np.float64(0)
            for c in range(channels):
                value = np.float32(math.exp(load_float(source + 4 * c) - largest))
                store_float(out + 4 * c, value)
                total += value
            for c in range(channels):
                store_float(out + 4 * c, np.float32(load_float(out + 4 * c) / total))
    return 0


def layer_norm_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """TILES_A_TASK rows: (x − mean) / √(variance + ε) over the channels of each pixel, scaled and shifted."""
    row = row_at(address)
    first = task * row[TILES_A_TASK]
    channels = row[INPUT_CHANNELS]
    scales, shifts = row[OTHER], row[OTHER] + row[OTHER_PIXEL]
    for y in range(first, min(row[OUTPUT_HEIGHT], first + row[TILES_A_TASK])):
        for x in range(row[OUTPUT_WIDTH]):
            source = row[INPUT] + y * row[INPUT_ROW] + x * row[INPUT_PIXEL]
            out = row[OUTPUT] + y * row[OUTPUT_ROW] + x * row[OUTPUT_PIXEL]
            total = np.float64(0)
            for c in range(channels):
                total += load_float(source + 4 * c)
            mean = total / channels
            squares = np.float64(0)
            for c in range(channels):
                distance = load_float(source + 4 * c) - mean
                squares += distance * distance
            factor = 1 / math.sqrt(squares / channels + low)
            for c in range(channels):
                white = np.float32((load_float(source + 4 * c) - mean) * factor)
                store_float(out + 4 * c, white * load_float(scales + 4 * c) + load_float(shifts + 4 * c))
    return 0


def response_norm_task(
    address: int, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int, low: Any,
    high: Any,
) -> int:  # fmt: skip
    """TILES_A_TASK rows of response normalisation; a pixel's squares stand in the thread's tables."""
    row = row_at(address)
    first = task * row[TILES_A_TASK]
    channels, size = row[INPUT_CHANNELS], row[KERNEL_WIDTH]
    blocks = (channels + WIDTH - 1) // WIDTH
    before = size // 2
    function = load_word(kernels + 8 * (RESPONSE_SLOT + row[MODE]))
    zero_run(tables, 4, before)
    squares = tables + 4 * before
    zero_run(squares + 4 * channels, 4, blocks * WIDTH - channels + size)
    for y in range(first, min(row[OUTPUT_HEIGHT], first + row[TILES_A_TASK])):
        for x in range(row[OUTPUT_WIDTH]):
            source = row[INPUT] + y * row[INPUT_ROW] + x * row[INPUT_PIXEL]
            for c in range(channels):
                value = load_float(source + 4 * c)
                store_float(squares + 4 * c, value * value)
            out = row[OUTPUT] + y * row[OUTPUT_ROW] + x * row[OUTPUT_PIXEL]
            call_kernel(function, (source, squares, 4 * before, size, blocks, out), (low, high))
    return 0
