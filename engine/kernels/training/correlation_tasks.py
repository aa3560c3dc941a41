"""Tasks of a batch's convolutions; the register tiles that they go through are in `batch_tile`."""

from functools import cache
from typing import Any

import numpy as np

from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES
from engine.kernels.jit import kernel
from engine.kernels.training.batch_task import BatchTask, batch_task, carray, float_pointer, word_pointer
from engine.kernels.training.batch_tile import correlation_tile, gradient_tile, line_totals
from engine.kernels.training.batch_values import BLOCK


@batch_task("w bias packed shift back blocks kh kw channels count kernels")
def pack_weights(row: Any, number: int, thread: Any) -> int:
    """A block of `count` output channels as `correlation_tile` reads it: (kh, kw, channels, count), and its
    bias, both filled up with zeros. back: the channels of the weights are the outputs."""
    task = row.first + number
    g, block = divmod(task, row.blocks)
    first = block * row.count
    there = min(row.count, row.kernels - first)
    taps = row.kh * row.kw
    packed = carray(
        float_pointer(row.packed + 4 * task * taps * row.channels * row.count),
        (taps, row.channels, row.count),
    )
    if row.back:
        w = carray(
            float_pointer(row.w + 4 * g * row.channels * row.kernels * taps),
            (row.channels, row.kernels, taps),
        )
        for c in range(row.channels):
            for k in range(there):
                for t in range(taps):
                    packed[t, c, k] = w[c, first + k, t]
    else:
        w = carray(
            float_pointer(row.w + 4 * g * row.channels * row.kernels * taps),
            (row.kernels, row.channels, taps),
        )
        for c in range(row.channels):
            for t in range(taps):
                for k in range(there):
                    packed[t, c, k] = w[first + k, c, t]
    if row.bias:
        bias = carray(float_pointer(row.bias + 4 * g * row.kernels), (row.kernels,))
        shift = carray(float_pointer(row.shift + 4 * task * row.count), (row.count,))
        for k in range(there):
            shift[k] = bias[first + k]
    return 0


@cache
def correlation_task(count: int, at_once: int) -> BatchTask:
    """For tiles of `count` kernels and `at_once` vectors. A task is a row, or some kernels of it."""

    @batch_task(
        "x w bias onto y rows columns row_starts column_starts groups blocks kernels channels width vectors"
        " parts block_bytes",
        name=f"correlation_task_{count}_{at_once}",
    )
    def correlate(row: Any, number: int, thread: Any) -> int:
        groups, blocks, kernels, channels = row.groups, row.blocks, row.kernels, row.channels
        width, vectors, parts, block_bytes = row.width, row.vectors, row.parts, row.block_bytes
        x, w, bias, rows, columns = row.x, row.w, row.bias, row.rows, row.columns
        step = vectors * VECTOR_BYTES
        pairs = groups * blocks
        line, part = divmod(row.first + number, parts)
        row_starts = carray(word_pointer(row.row_starts + 8 * line), (2,))
        column_starts = carray(word_pointer(row.column_starts), (width + 1,))
        r0, r1 = row_starts[0], row_starts[1]
        for column in range(width):
            c0, c1 = column_starts[column], column_starts[column + 1]
            pixel = (line * width + column) * groups * kernels * step
            for pair in range(part * pairs // parts, (part + 1) * pairs // parts):
                g, block = divmod(pair, blocks)
                for n in range(0, vectors, at_once):
                    place = pixel + (g * kernels + block * count) * step + n * VECTOR_BYTES
                    correlation_tile(
                        count, at_once,
                        x + g * channels * step + n * VECTOR_BYTES,
                        w + pair * block_bytes,
                        bias + pair * count * 4,
                        row.onto + place if row.onto else 0,
                        row.y + place,
                        step, rows + 16 * r0, r1 - r0, columns + 16 * c0, c1 - c0, channels, step,
                        kernels - block * count,
                    )  # fmt: skip
        return 0

    return correlate


@cache
def weight_task(tile_kernels: int, tile_channels: int, tile_taps: int, at_once: int) -> BatchTask:
    """For tiles of so many weights. A task is a chunk of rows and a part of the kernels."""

    @batch_task(
        "a b dw db biased fresh taps places zeros groups kernels channels kh kw a_width b_height b_width"
        " lanes stride_h chunk parts",
        name=f"weight_task_{tile_kernels}_{tile_channels}_{tile_taps}_{at_once}",
    )
    def weigh(row: Any, number: int, thread: Any) -> int:
        groups, kernels, channels, kh, kw = row.groups, row.kernels, row.channels, row.kh, row.kw
        b_width = row.b_width
        taps = carray(word_pointer(row.taps), (kh, 3))
        step = 4 * row.lanes
        a_pixel, b_pixel = groups * channels * step, groups * kernels * step
        a_line, place_step = row.a_width * a_pixel, 8 * kw
        k_blocks = (kernels + tile_kernels - 1) // tile_kernels
        k_step = channels * kh * kw * 4
        pairs = groups * k_blocks
        chunk, part = divmod(row.first + number, row.parts)
        low, high = chunk * row.chunk, min((chunk + 1) * row.chunk, row.b_height)
        for pair in range(part * pairs // row.parts, (part + 1) * pairs // row.parts):
            g, k_block = divmod(pair, k_blocks)
            k0 = k_block * tile_kernels
            there = min(tile_kernels, kernels - k0)
            first = chunk * groups * kernels + g * kernels + k0
            if row.fresh:
                carray(float_pointer(row.dw + first * k_step), (there * channels * kh * kw,))[:] = 0
                carray(float_pointer(row.db + 4 * first), (there,))[:] = 0
            if row.biased:
                line_totals(
                    tile_kernels, at_once, row.b + low * b_width * b_pixel + (g * kernels + k0) * step,
                    b_pixel, step, (high - low) * b_width, step // VECTOR_BYTES, row.db + 4 * first, there,
                )  # fmt: skip
            for c0 in range(0, channels, tile_channels):
                for i in range(kh):
                    o0, o1 = max(low, taps[i, 0]), min(high, taps[i, 1])
                    ih = taps[i, 2] + (o0 - taps[i, 0]) * row.stride_h
                    for j in range(0, kw, tile_taps):
                        if o0 < o1:
                            gradient_tile(
                                tile_kernels, tile_channels, tile_taps, at_once,
                                row.a + ih * a_line + (g * channels + c0) * step, row.stride_h * a_line, step,
                                row.places + 8 * j, place_step, row.zeros,
                                row.b + o0 * b_width * b_pixel + (g * kernels + k0) * step,
                                b_width * b_pixel, b_pixel, step,
                                o1 - o0, b_width, step // VECTOR_BYTES,
                                row.dw + first * k_step + ((c0 * kh + i) * kw + j) * 4,
                                k_step, kh * kw * 4, there, channels - c0, kw - j,
                            )  # fmt: skip
        return 0

    return weigh


@batch_task("sums total chunks size")
def add_chunks(row: Any, number: int, thread: Any) -> int:
    """Adds to the total (size) the sums of all chunks (chunks, size)."""
    first = (row.first + number) * BLOCK
    count = min(BLOCK, row.size - first)
    total = carray(float_pointer(row.total + 4 * first), (count,))
    for chunk in range(row.chunks):
        _add_to(total, carray(float_pointer(row.sums + 4 * (chunk * row.size + first)), (count,)))
    return 0


@kernel
def _add_to(total: Any, part: Any) -> None:
    for i in range(len(total)):
        total[i] += np.float32(part[i])
