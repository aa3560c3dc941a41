"""Depthwise convolutions, and those of groups of a few channels."""

from dataclasses import replace
from typing import Final

from engine.kernels.fast.host import host
from engine.kernels.fast.operations import INFINITY, Depthwise, Function
from engine.kernels.fast.packing import Packing
from engine.kernels.fast.variants import DEPTHWISE_PIXELS, DEPTHWISE_WINDOWS
from engine.plan.builder import StepBuilder
from engine.plan.lowering.convolution import Choice, Convolution, least_waste
from engine.plan.lowering.elementwise import elementwise_row
from engine.plan.rows import Row, Work, unfinished_bytes

NEAR_BYTES: Final = 1 << 20
"""Of a map that a core's own cache holds."""
LONG_PIXEL: Final = 256
MUCH_COMPUTING: Final = 7
"""A kernel so wide hides the waiting."""


def depthwise(step: StepBuilder, conv: Convolution, choice: Choice) -> Work:
    """An output row a task; a residual is added afterwards, and the clamp then comes with it."""
    operation = depthwise_operation(step, conv, choice.packing)
    work = Work(
        algorithm=choice.algorithm, why=choice.why, table_bytes=table_bytes(operation),
        scratch_bytes=unfinished_bytes(operation),
    )  # fmt: skip
    if conv.residual is None:
        return work.add(depthwise_row(conv, operation))
    work.add(depthwise_row(conv, replace(operation, low=-INFINITY, high=INFINITY)))
    extra = elementwise_row(
        conv.name, Function.ADD, conv.output, conv.output, (conv.name, *conv.reads), other=conv.residual,
        low=conv.low, high=conv.high,
    )  # fmt: skip
    return work.add(extra)


def depthwise_operation(step: StepBuilder, conv: Convolution, packing: Packing) -> Depthwise:
    """One kernel a channel, on weights packed so."""
    weights = step.weights(packing)
    return Depthwise(
        tasks=conv.output.shape[1],
        group_channels=packing.shape[1],
        input=conv.input,
        output=conv.output,
        kernel=conv.kernel,
        stride=conv.stride,
        dilation=conv.dilation,
        pad=conv.before,
        at_once=pixels_at_once(conv),
        weight=weights,
        bias=weights.plus(packing.weight_bytes),
        low=conv.low,
        high=conv.high,
        function=conv.function,
        slope=conv.slope,
    )


def pixels_at_once(conv: Convolution) -> int:
    """Neighbouring outputs that are computed at once: those that waste least, for the last ones overlap.

    A vector of channels is computed for all of them, then the next one: where pixels are long and come from
    far away, few at a time keep lines that lie side by side together.
    """
    if conv.kernel_shape[1] > 1:
        return conv.grouped_at_once
    width, stride = conv.output.shape[2], conv.stride[1]
    if conv.dilation[1] != 1 or (conv.kernel[1], stride) not in DEPTHWISE_WINDOWS:
        return 0
    sizes = [size for size in DEPTHWISE_PIXELS[host().tile_pixels][stride] if size <= width]
    far = conv.input.row * conv.input.shape[1] > NEAR_BYTES and conv.input.pixel >= LONG_PIXEL
    if far and conv.kernel[1] < MUCH_COMPUTING:
        sizes = sizes[-1:]
    return least_waste(sizes, width)


def table_bytes(operation: Depthwise) -> int:
    """Of the list of taps, or of all pixels that some windows see, that a task makes."""
    height, width = operation.kernel
    span = (max(1, operation.at_once) - 1) * operation.stride[1] + width
    return 8 * max(2 * height * width, (height + 1) * span)


def depthwise_row(conv: Convolution, operation: Depthwise) -> Row:
    """The operation with what it reads and makes."""
    return Row(operation=operation, reads=conv.reads, writes=(conv.name,), work=conv.macs * 4)
