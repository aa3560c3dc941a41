"""Elementwise rows and copies between layouts as tasks of some output rows each."""

import math
from typing import Any

import numpy as np

from engine.kernels.fast.emit.memory import load_float, store_float
from engine.kernels.fast.emit.micro_kernel import task
from engine.kernels.fast.emit.vector_ir import WIDTH
from engine.kernels.fast.micro_kernels.elementwise import affine_run, pixel_run
from engine.kernels.fast.micro_kernels.interleaving import interleaved
from engine.kernels.fast.micro_kernels.layer_norm import layer_norm_run
from engine.kernels.fast.micro_kernels.response_norm import response_pixel
from engine.kernels.fast.operations import Affine, Copy, Elementwise, LayerNorm, ResponseNorm, Softmax
from engine.kernels.jit import kernel_part


@task(Elementwise)
def elementwise_task(row: Any, number: int, thread: Any) -> int:
    """Some rows of pixels, value by value."""
    first = number * row.rows_a_task
    blocks = (row.input_channels + WIDTH - 1) // WIDTH
    for y in range(first, min(row.output_height, first + row.rows_a_task)):
        pixel_run(
            thread.kernels,
            row.function,
            source=row.input + y * row.input_row,
            spacing=row.input_pixel,
            other=row.other + y * row.other_row,
            other_spacing=row.other_pixel,
            pixels=row.output_width,
            blocks=blocks,
            output=row.output + y * row.output_row,
            output_spacing=row.output_pixel,
            low=row.low,
            high=row.high,
            slope=row.slope,
            streams=0,
        )
    return 0


@task(Affine)
def affine_task(row: Any, number: int, thread: Any) -> int:
    """Some rows of pixels, each channel scaled and shifted."""
    first = number * row.rows_a_task
    blocks = (row.input_channels + WIDTH - 1) // WIDTH
    for y in range(first, min(row.output_height, first + row.rows_a_task)):
        affine_run(
            thread.kernels,
            source=row.input + y * row.input_row,
            spacing=row.input_pixel,
            scales=row.scales,
            shifts=row.shifts,
            pixels=row.output_width,
            blocks=blocks,
            output=row.output + y * row.output_row,
            output_spacing=row.output_pixel,
            near=0,
            near_spacing=0,
            streams=row.streams,
            low=row.low,
            high=row.high,
        )
    return 0


@kernel_part
def copy_run(source: int, source_step: int, out: int, out_step: int, count: int) -> None:
    """`count` floats, one at a time."""
    for _ in range(count):
        store_float(out, load_float(source))
        source += source_step
        out += out_step


@kernel_part
def zero_run(out: int, out_step: int, count: int) -> None:
    """`count` zeros."""
    zero = np.float32(0)
    for _ in range(count):
        store_float(out, zero)
        out += out_step


@kernel_part
def copy_row(row: Any, kernels: int, y: int, out: int, width: int, pixel: int, channel: int) -> None:
    """Row `y` of the shifted input as `width` pixels in another layout, zeros where it has none.

    out: the first value; pixel, channel: bytes from one to the next there.
    """
    channels, step = row.input_channels, row.input_pixel
    from_x = min(width, max(0, row.pad_x))
    to_x = max(from_x, min(width, row.input_width + row.pad_x))
    from_y = y - row.pad_y
    source = row.input + from_y * row.input_row + (from_x - row.pad_x) * step
    if from_y < 0 or from_y >= row.input_height:
        from_x = to_x = width
    if row.parts != 0:
        zero_run(out, 4, from_x * channels)
        runs, count, part_bytes = to_x - from_x, channels // row.parts, 4 * (channels // row.parts)
        if row.input_channel > step:
            runs, count, part_bytes = min(1, runs), runs, row.input_channel
        interleaved(
            kernels, row.parts, source=source, part_bytes=part_bytes, spacing=step,
            output=out + from_x * pixel, output_spacing=pixel, runs=runs, count=count,
        )  # fmt: skip
        zero_run(out + to_x * pixel, 4, (width - to_x) * channels)
    elif row.input_channel < step and channel < pixel:  # both channels last: pixel by pixel
        for x in range(from_x):
            zero_run(out + x * pixel, channel, channels)
        for x in range(to_x - from_x):
            copy_run(source + x * step, row.input_channel, out + (from_x + x) * pixel, channel, channels)
        for x in range(to_x, width):
            zero_run(out + x * pixel, channel, channels)
    else:
        for c in range(channels):
            here = out + c * channel
            zero_run(here, pixel, from_x)
            copy_run(source + c * row.input_channel, step, here + from_x * pixel, pixel, to_x - from_x)
            zero_run(here + to_x * pixel, pixel, width - to_x)


@task(Copy)
def copy_task(row: Any, number: int, thread: Any) -> int:
    """Some rows from one layout to another."""
    first = number * row.rows_a_task
    for y in range(first, min(row.output_height, first + row.rows_a_task)):
        copy_row(
            row, thread.kernels, y=y, out=row.output + y * row.output_row, width=row.output_width,
            pixel=row.output_pixel, channel=row.output_channel,
        )  # fmt: skip
    return 0


@task(Softmax)
def softmax_task(row: Any, number: int, thread: Any) -> int:
    """Some rows: exp(x − m) / Σ exp(x − m) over the channels of each pixel, m the largest of them."""
    first = number * row.rows_a_task
    channels = row.input_channels
    for y in range(first, min(row.output_height, first + row.rows_a_task)):
        for x in range(row.output_width):
            source = row.input + y * row.input_row + x * row.input_pixel
            out = row.output + y * row.output_row + x * row.output_pixel
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


@task(LayerNorm)
def layer_norm_task(row: Any, number: int, thread: Any) -> int:
    """Some rows: (x − mean) / √(variance + ε) over the channels of each pixel, scaled and shifted."""
    first = number * row.rows_a_task
    whole = (row.input_channels - 1) // WIDTH
    for y in range(first, min(row.output_height, first + row.rows_a_task)):
        layer_norm_run(
            thread.kernels,
            source=row.input + y * row.input_row,
            spacing=row.input_pixel,
            scales=row.scales,
            shifts=row.shifts,
            pixels=row.output_width,
            whole=whole,
            lanes=row.input_channels - whole * WIDTH,
            channels=row.input_channels,
            output=row.output + y * row.output_row,
            output_spacing=row.output_pixel,
            epsilon=row.epsilon,
        )
    return 0


@task(ResponseNorm)
def response_norm_task(row: Any, number: int, thread: Any) -> int:
    """Some rows of response normalisation; a pixel's squares stand in the thread's tables."""
    first = number * row.rows_a_task
    channels, size, tables = row.input_channels, row.size, thread.tables
    blocks = (channels + WIDTH - 1) // WIDTH
    before = size // 2
    zero_run(tables, 4, before)
    squares = tables + 4 * before
    zero_run(squares + 4 * channels, 4, blocks * WIDTH - channels + size)
    for y in range(first, min(row.output_height, first + row.rows_a_task)):
        for x in range(row.output_width):
            source = row.input + y * row.input_row + x * row.input_pixel
            for c in range(channels):
                value = load_float(source + 4 * c)
                store_float(squares + 4 * c, value * value)
            out = row.output + y * row.output_row + x * row.output_pixel
            response_pixel(
                thread.kernels, row.quarters, source=source, squares=squares, before=4 * before, size=size,
                blocks=blocks, output=out, scale=row.scale, offset=row.offset,
            )  # fmt: skip
    return 0
