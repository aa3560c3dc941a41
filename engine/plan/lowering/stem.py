"""Convolutions with few input channels (a photograph's three): a padded copy, then GEMM over kernel rows.

With 3 channels a tap is too short for the inner loop. In a copy with the padding in place, the kw·3 values
that one row of the kernel sees lie side by side: kh taps of kw·3 steps instead of kh·kw taps of 3. Along an
output row, the windows lie at equal distances. A block of a sum is one row: neighbouring pixels are alike, so
that sums over few weights are large, and what is rounded here is amplified by all layers behind.
"""

from dataclasses import replace
from typing import Final

from engine.kernels.fast.operations import RowRuns
from engine.kernels.fast.places import Place
from engine.plan.builder import StepBuilder
from engine.plan.lowering.convolution import Choice, Convolution
from engine.plan.lowering.matrix_product import (
    blocks_of,
    ends_in_half,
    gemm,
    gemm_row,
    is_even,
    small_tile,
    tile_pixels,
    work_of,
)
from engine.plan.rows import Work, copy_row, rows_a_task

STEM_STEPS: Final = 10
"""Of a block of a sum at least: shorter rows of a kernel share one."""


def merged(step: StepBuilder, conv: Convolution, choice: Choice) -> Work:
    """Copy, then multiply."""
    channels = conv.input.shape[0]
    (top, bottom), (left, right) = conv.pads
    height, width = conv.input.shape[1] + top + bottom, conv.input.shape[2] + left + right
    pixel = 4 * channels
    weights = step.weights(choice.packing)
    copy, copy_name = step.scratch("padded copy", pixel * height * width)
    padded = Place(copy, (channels, height, width), pixel, pixel * width)
    copied = copy_row(copy_name, conv.input, padded, conv.reads[:1], pad=conv.before)
    # One "pixel" is a kernel row: kw·C values, still C apart from its neighbour. It begins at so many pixels:
    starts = padded.crop(0, 0, height, width - conv.kernel[1] + 1)
    depth = conv.kernel[1] * channels
    step.plan.need_zeros(4 * depth)
    on_copy = replace(conv, input=padded, pads=((0, 0), (0, 0)), reads=(copy_name, *conv.reads[1:]))
    run, runs_a_block = blocks_of(depth, conv.kernel[0], max(depth, STEM_STEPS))
    operation = replace(
        gemm(on_copy, weights, choice.packing),
        input=starts,
        kernel=(conv.kernel[0], 1),
        depth=depth,
        run=run,
        runs_a_block=runs_a_block,
        held=False,
    )
    if is_even(conv.output) and (conv.residual is None or is_even(conv.residual)):
        rows, width = conv.output.shape[1:]
        each = rows_a_task(rows, conv.macs / rows / 8)
        small = 0 if ends_in_half(conv.output.shape[0]) else small_tile(width)
        held = small > 0 and runs_a_block == 1 and conv.kernel[0] > 1
        runs = replace(
            operation, tile=small or tile_pixels(width), held=held, tiles_a_task=each,
            tasks=-(-rows // each),
        )  # fmt: skip
        operation = RowRuns(**vars(runs))
    return work_of(choice, operation).add(copied).add(gemm_row(on_copy, operation))
