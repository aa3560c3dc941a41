"""Depthwise convolutions and pooling as rows."""

from engine.kernels.fast import columns as col
from engine.kernels.fast.host import host
from engine.plan.convolution import Choice, Convolution
from engine.plan.places import Address, Place
from engine.plan.rows import Row, Value, Work, source, target
from engine.shapes import Window

MAXIMUM, SUM = 1, 2
"""Modes of pooling, as in `engine.kernels.fast.windows` (which imports numba)."""


def zero_bytes(conv: Convolution) -> int:
    """How long the row of zeros must be that stands in for rows above and below the map."""
    pixels = (col.DEPTHWISE_PIXELS - 1) * conv.stride[1] + conv.kernel[1]
    return pixels * conv.input.pixel + 4 * host().padded(conv.channels[0])


def depthwise_work(conv: Convolution, choice: Choice, weights: Address) -> Work:
    """An output row a task."""
    height = conv.output.shape[1]
    values = source(conv.input) | target(conv.output)
    values |= {
        col.KIND: col.DEPTHWISE,
        col.TASKS: height,
        col.KERNEL_HEIGHT: conv.kernel[0],
        col.KERNEL_WIDTH: conv.kernel[1],
        col.STRIDE_Y: conv.stride[0],
        col.STRIDE_X: conv.stride[1],
        col.DILATION_Y: conv.dilation[0],
        col.DILATION_X: conv.dilation[1],
        col.PAD_TOP: conv.pads[0][0],
        col.PAD_LEFT: conv.pads[1][0],
        col.WEIGHT: weights,
        col.BIAS: weights.plus(choice.packing.weight_bytes),
    }
    row = Row(
        values=values, low=conv.low, high=conv.high, reads=conv.reads, writes=(conv.name,), work=conv.macs * 4
    )
    table = 16 * conv.kernel[0] * conv.kernel[1]
    return Work(algorithm=choice.algorithm, why=choice.why, table_bytes=table).add(row)


def pool_work(
    name: str,
    input: Place,
    output: Place,
    window: Window,
    mode: int,
    count_padding: bool,
    reads: tuple[str, ...],
) -> Work:
    """An output row a task."""
    (top, bottom), (left, right) = window.pads((input.shape[1], input.shape[2]))
    values = source(input) | target(output)
    values |= {
        col.KIND: col.POOL,
        col.TASKS: output.shape[1],
        col.MODE: mode,
        col.KERNEL_HEIGHT: window.kernel_size[0],
        col.KERNEL_WIDTH: window.kernel_size[1],
        col.STRIDE_Y: window.stride[0],
        col.STRIDE_X: window.stride[1],
        col.DILATION_Y: window.dilation[0],
        col.DILATION_X: window.dilation[1],
        col.PAD_TOP: top,
        col.PAD_LEFT: left,
        col.COUNT_PADDING: int(count_padding),
        col.EXTENT_BOTTOM: input.shape[1] + bottom,
        col.EXTENT_RIGHT: input.shape[2] + right,
    }
    taps = window.kernel_size[0] * window.kernel_size[1]
    moved = taps * output.shape[0] * output.shape[1] * output.shape[2]
    row = Row(values=values, reads=reads, writes=(name,), work=moved)
    kind = "maximum" if mode == MAXIMUM else "average"
    return Work(algorithm=f"{kind} pooling", why="a vector of channels at a time", table_bytes=16 * taps).add(
        row
    )


def global_pool_work(name: str, input: Place, output: Place, mode: int, reads: tuple[str, ...]) -> Work:
    """Some vectors of channels a task."""
    channels, height, width = input.shape
    blocks = host().padded(channels) // host().width
    each = max(1, blocks // 16)
    one_pixel = Place(output.address, (channels, 1, 1), output.pixel, output.row, output.channel)
    values: dict[int, Value] = source(input) | target(one_pixel)
    values |= {
        col.KIND: col.GLOBAL_POOL,
        col.TASKS: -(-blocks // each),
        col.TILES_A_TASK: each,
        col.MODE: mode,
    }
    factor = 1.0 / (height * width) if mode == SUM else 1.0
    row = Row(values=values, low=factor, reads=reads, writes=(name,), work=channels * height * width)
    return Work(algorithm="global pooling", why="sums by rows, a vector of channels at a time").add(row)
