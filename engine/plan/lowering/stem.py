"""Convolutions with few input channels (a photograph's three): GEMM over the kernel rows of padded pixels.

With 3 channels a tap is too short for the inner loop. Where pixels lie side by side, the padding in place,
the kw·3 values that one row of the kernel sees do, too: kh taps of kw·3 steps instead of kh·kw taps of 3.
Along an output row, the windows lie at equal distances. A block of a sum is one row: neighbouring pixels are
alike, so that sums over few weights are large, and what is rounded here is amplified by all layers behind.

Each task copies the input rows that it sees into such pixels: they are in the nearest caches when they are
multiplied, and no thread waits for the others' copies. MobileNets and SqueezeNet take 0.7 % less on two Zen 4
cores than with a copy of the whole input before, which is made where tasks would copy the same rows too
often. Where the input is such pixels already, as a digit without padding, it is read where it is.
"""

from dataclasses import replace
from math import prod
from typing import Final

from engine.kernels.fast.host import core_cache_bytes
from engine.kernels.fast.operations import Gemm, ImageRuns, RowRuns
from engine.kernels.fast.places import Place
from engine.plan.builder import StepBuilder
from engine.plan.lowering.convolution import Choice, Convolution
from engine.plan.lowering.matrix_product import (
    LEAST_CACHE,
    blocks_of,
    ends_in_half,
    gemm,
    gemm_row,
    is_even,
    small_tile,
    tile_pixels,
    work_of,
)
from engine.plan.rows import Work, copied_bytes, copy_row, copy_work, dealt_parts, rows_a_task
from engine.shapes import Shape

STEM_STEPS: Final = 10
"""Of a block of a sum at least: shorter rows of a kernel share one."""
MOST_COPIED: Final = 2.0
"""How often tasks may copy an input row, on average, before one copy for all of them is better: a row takes
nearly as long to come from memory as to be copied once more, and threads need not meet."""
ROWS_SHARE: Final = 1 / 2
"""Of a core's second cache, that the rows of a task may take."""


def merged(step: StepBuilder, conv: Convolution, choice: Choice) -> Work:
    """Multiply pixels that are there already, that tasks copy on the way, or that are copied before."""
    kernel_height, kernel_width = conv.kernel
    depth = kernel_width * conv.input.shape[0]
    step.plan.need_zeros(4 * depth)
    run, runs_a_block = blocks_of(depth, kernel_height, max(depth, STEM_STEPS))
    product = replace(
        gemm(conv, step.weights(choice.packing), choice.packing),
        kernel=(kernel_height, 1),
        depth=depth,
        run=run,
        runs_a_block=runs_a_block,
        held=False,
    )
    if is_even(conv.output) and (conv.residual is None or is_even(conv.residual)):
        product = _by_rows(conv, product)
    if _are_pixels(conv):
        product = _on(conv.input, product, kernel_width)
        return work_of(choice, product).add(gemm_row(conv, product))
    shape, pixel = _padded(conv), 4 * conv.input.shape[0]
    image = _copying(conv, product, shape) if isinstance(product, RowRuns) else None
    if image is not None:
        work, row = work_of(choice, image), gemm_row(conv, image)
        work.scratch_bytes += copied_bytes(image)
        return work.add(replace(row, work=row.work + copy_work(prod(shape), image.parts)))
    copy, copy_name = step.scratch("padded copy", pixel * shape[1] * shape[2])
    padded = Place(copy, shape, pixel, pixel * shape[2])
    copied = copy_row(copy_name, conv.input, padded, conv.reads[:1], pad=conv.before)
    product = _on(padded, product, kernel_width)
    on_copy = replace(conv, reads=(copy_name, *conv.reads[1:]))
    return work_of(choice, product).add(copied).add(gemm_row(on_copy, product))


def _by_rows(conv: Convolution, product: Gemm) -> RowRuns:
    """The product, a task of which is some output rows."""
    rows, width = conv.output.shape[1:]
    each = rows_a_task(rows, conv.macs / rows / 8)
    small = 0 if ends_in_half(conv.output.shape[0]) else small_tile(width)
    held = small > 0 and product.runs_a_block == 1 and conv.kernel[0] > 1
    runs = replace(
        product, tile=small or tile_pixels(width), held=held, tiles_a_task=each, tasks=-(-rows // each)
    )
    return RowRuns(**vars(runs))


def _copying(conv: Convolution, product: RowRuns, padded: Shape) -> ImageRuns | None:
    """The product with the copy in its tasks; none where that is no gain."""
    channels, height, width = padded
    rows, (stride, _) = conv.output.shape[1], conv.stride
    beyond = (conv.kernel[0] - 1) * conv.dilation[0] + 1 - stride
    most = int(ROWS_SHARE * max(LEAST_CACHE, core_cache_bytes()[1])) // (4 * channels * width)
    each = min(product.tiles_a_task, (most - beyond) // stride)
    parts = dealt_parts(conv.input, padded, 4 * channels, conv.before)
    if not parts or each < 1 or -(-rows // each) * (each * stride + beyond) > MOST_COPIED * height:
        return None
    shared = replace(product, tiles_a_task=each, tasks=-(-rows // each))
    return ImageRuns(**vars(shared), padded_width=width, parts=parts)


def _padded(conv: Convolution) -> Shape:
    """Of the input with its padding."""
    channels, height, width = conv.input.shape
    return channels, height + sum(conv.pads[0]), width + sum(conv.pads[1])


def _are_pixels(conv: Convolution) -> bool:
    """Whether the input lies as its padded copy would."""
    place = conv.input
    channels = place.shape[0]
    beside = place.pixel == 4 * channels and (channels == 1 or place.contiguous_channels)
    return beside and conv.pads == ((0, 0), (0, 0))


def _on(pixels: Place, product: Gemm, kernel_width: int) -> Gemm:
    """The product over such pixels. One of its own is a kernel row: it begins at so many of them."""
    starts = pixels.crop(0, 0, pixels.shape[1], pixels.shape[2] - kernel_width + 1)
    return replace(product, input=starts, pad=(0, 0))
