"""Elementwise layers, joins and changes of layout as rows."""

from engine.kernels.fast import columns as col
from engine.plan.places import Address, Place
from engine.plan.rows import INFINITY, Row, Work, rows_a_task, second, source, target

CLAMP, AFFINE, ADD, MULTIPLY, SCALE, LEAKY, HARD_SIGMOID, HARD_SWISH = range(8)
SIGMOID, SILU, TANH, GELU, GELU_TANH = range(8, 13)
"""Modes, as in `engine.kernels.fast.elementwise` (which imports numba)."""

FUNCTIONS = {
    "hardswish": HARD_SWISH, "hardsigmoid": HARD_SIGMOID, "sigmoid": SIGMOID, "silu": SILU, "tanh": TANH,
    "gelu": GELU, "gelu_tanh": GELU_TANH,
}  # fmt: skip
"""Modes of activations by `Activation.function`."""


def pixels_row(
    name: str, mode: int, input: Place, output: Place, reads: tuple[str, ...], *, other: Place | None = None,
    low: float = -INFINITY, high: float = INFINITY,
) -> Row:  # fmt: skip
    """One elementwise row; `other` is the second operand (one pixel for SCALE)."""
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width)
    values = source(input) | target(output) | second(other)
    if mode == SCALE:
        values |= {col.OTHER_PIXEL: 0, col.OTHER_ROW: 0}
    values |= {col.KIND: col.PIXELS, col.MODE: mode, col.TASKS: -(-height // each), col.TILES_A_TASK: each}
    return Row(
        values=values, low=low, high=high, reads=reads, writes=(name,), work=channels * height * width * 2.0
    )


def affine_row(name: str, input: Place, output: Place, scale: Address, reads: tuple[str, ...]) -> Row:
    """x · scale + shift; the shifts stand one padded pixel behind the scales."""
    from engine.kernels.fast.host import host

    row = pixels_row(name, AFFINE, input, output, reads)
    values = dict(row.values) | {
        col.OTHER: scale,
        col.OTHER_PIXEL: 4 * host().padded(input.shape[0]),
        col.OTHER_ROW: 0,
    }
    return Row(values=values, reads=reads, writes=(name,), work=row.work)


def copy_row(name: str, input: Place, output: Place, reads: tuple[str, ...]) -> Row:
    """The same values in another layout."""
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width * 4.0)
    values = source(input) | target(output)
    values |= {col.KIND: col.COPY, col.TASKS: -(-height // each), col.TILES_A_TASK: each}
    return Row(values=values, reads=reads, writes=(name,), work=channels * height * width * 4.0)


def response_norm_row(
    name: str, input: Place, output: Place, reads: tuple[str, ...], *, size: int, quarters: int, scale: float,
    offset: float,
) -> Row:  # fmt: skip
    """x / (offset + scale · Σ x²)^(quarters / 4), the sum over `size` channels."""
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width * 4.0)
    values = source(input) | target(output)
    values |= {
        col.KIND: col.RESPONSE_NORM,
        col.TASKS: -(-height // each),
        col.TILES_A_TASK: each,
        col.KERNEL_WIDTH: size,
        col.KERNEL_HEIGHT: 1,
        col.MODE: quarters,
    }
    work = channels * height * width * 4.0
    return Row(values=values, low=scale, high=offset, reads=reads, writes=(name,), work=work)


def layer_norm_row(
    name: str, input: Place, output: Place, scale: Address, epsilon: float, reads: tuple[str, ...]
) -> Row:
    """(x − mean) / √(variance + ε) over the channels of each pixel, scaled and shifted as in `affine_row`."""
    row = affine_row(name, input, output, scale, reads)
    values = dict(row.values) | {col.KIND: col.LAYER_NORM}
    return Row(values=values, low=epsilon, reads=reads, writes=(name,), work=4 * row.work)


def shuffle_rows(
    name: str, input: Place, output: Place, groups: int, reads: tuple[str, ...]
) -> tuple[Row, ...]:
    """Channels dealt out: group g of the input becomes every `groups`-th channel from g on."""
    size = input.shape[0] // groups
    part = (size, *input.shape[1:])
    rows = []
    for group in range(groups):
        dealt = Place(
            output.address.plus(group * output.channel),
            part,
            output.pixel,
            output.row,
            groups * output.channel,
        )
        rows.append(copy_row(f"{name}[{group}]", input.slice(group * size, part), dealt, reads))
    return tuple(rows)


def softmax_row(name: str, input: Place, output: Place, reads: tuple[str, ...]) -> Row:
    """Over the channels of each pixel."""
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width * 20.0)
    values = source(input) | target(output)
    values |= {col.KIND: col.SOFTMAX, col.TASKS: -(-height // each), col.TILES_A_TASK: each}
    return Row(values=values, reads=reads, writes=(name,), work=channels * height * width * 20.0)


def flatten_row(name: str, input: Place, output: Place, reads: tuple[str, ...]) -> Row:
    """A map as a vector in the order of (C, H, W)."""
    _, height, width = input.shape
    values_in_order = Place(output.address, input.shape, 4, 4 * width, 4 * height * width)
    return copy_row(name, input, values_in_order, reads)


def step(algorithm: str, why: str, *rows: Row) -> Work:
    """Rows that follow one another."""
    work = Work(algorithm=algorithm, why=why)
    for row in rows:
        work.add(row)
    return work
