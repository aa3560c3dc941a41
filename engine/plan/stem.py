"""Convolutions with few input channels (a photograph's three): a padded copy, then GEMM over kernel rows.

With 3 channels a tap is too short for the inner loop. In a copy with the padding in place, the kw·3 values
that one row of the kernel sees lie side by side: kh taps of kw·3 steps instead of kh·kw taps of 3. Along an
output row, the windows lie at equal distances.
"""

from dataclasses import replace

from engine.kernels.fast import columns as col
from engine.plan.convolution import Choice, Convolution, gemm_row, is_even, table_bytes, tile_pixels
from engine.plan.places import Address, Place
from engine.plan.rows import Row, Work, rows_a_task, source, target
from engine.shapes import Pair


def padded_size(conv: Convolution) -> Pair:
    """Height and width of the padded copy."""
    (top, bottom), (left, right) = conv.pads
    return conv.input.shape[1] + top + bottom, conv.input.shape[2] + left + right


def copy_bytes(conv: Convolution) -> int:
    """Bytes of the padded copy."""
    height, width = padded_size(conv)
    return 4 * conv.input.shape[0] * height * width


def merged_work(conv: Convolution, choice: Choice, weights: Address, copy: Address, copy_name: str) -> Work:
    """Copy, then multiply."""
    channels = conv.input.shape[0]
    height, width = padded_size(conv)
    pixel = 4 * channels
    padded = Place(copy, (channels, height, width), pixel, pixel * width)
    each = rows_a_task(height, width * channels * 8)
    values = source(conv.input) | target(padded)
    values |= {
        col.KIND: col.COPY,
        col.TASKS: -(-height // each),
        col.TILES_A_TASK: each,
        col.PAD_TOP: conv.pads[0][0],
        col.PAD_LEFT: conv.pads[1][0],
    }
    copy_row = Row(
        values=values, reads=conv.reads[:1], writes=(copy_name,), work=height * width * channels * 4
    )
    # One "pixel" is a kernel row: kw·C values, still C apart from its neighbour.
    merged = replace(conv, input=padded, pads=((0, 0), (0, 0)), reads=(copy_name, *conv.reads[1:]))
    row = gemm_row(merged, weights, choice.packing)
    values = dict(row.values) | {
        col.KERNEL_WIDTH: 1,
        col.INPUT_CHANNELS: conv.kernel[1] * channels,
        col.INPUT_WIDTH: width - conv.kernel[1] + 1,  # from each of these, kw pixels lie in the row
    }
    if is_even(conv.output) and (conv.residual is None or is_even(conv.residual)):
        height, width = conv.output.shape[1:]
        each = rows_a_task(height, conv.macs / height / 8)
        values |= {
            col.PLAIN: col.ROWS_RUN,
            col.TILE: tile_pixels(width),
            col.TILES_A_TASK: each,
            col.TASKS: -(-height // each),
        }
    row = replace(row, values=values)
    work = Work(algorithm=choice.algorithm, why=choice.why, table_bytes=table_bytes(row))
    return work.add(copy_row).add(row)
