"""Depthwise convolutions."""

from dataclasses import replace

from engine.kernels.fast.host import host
from engine.kernels.fast.operations import DEPTHWISE_WINDOWS, INFINITY, WINDOW_PIXELS, Depthwise, Function
from engine.kernels.fast.packing import Packing
from engine.plan.builder import StepBuilder
from engine.plan.lowering.convolution import Choice, Convolution
from engine.plan.lowering.elementwise import elementwise_row
from engine.plan.rows import Row, Work, unfinished_bytes


def depthwise(step: StepBuilder, conv: Convolution, choice: Choice) -> Work:
    """An output row a task; a residual is added afterwards, and the clamp then comes with it."""
    operation = depthwise_operation(step, conv, choice.packing)
    work = Work(
        algorithm=choice.algorithm, why=choice.why, table_bytes=table_bytes(conv),
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
    span = (WINDOW_PIXELS - 1) * conv.stride[1] + conv.kernel[1]
    # a row of zeros stands in for rows above and below the map
    step.plan.need_zeros(span * conv.input.pixel + 4 * host().padded(conv.channels[0]))
    return Depthwise(
        tasks=conv.output.shape[1],
        input=conv.input,
        output=conv.output,
        kernel=conv.kernel,
        stride=conv.stride,
        dilation=conv.dilation,
        pad=conv.before,
        at_once=conv.kernel[0] > 0
        and conv.dilation[1] == 1
        and (conv.kernel[1], conv.stride[1]) in DEPTHWISE_WINDOWS,
        weight=weights,
        bias=weights.plus(packing.weight_bytes),
        low=conv.low,
        high=conv.high,
        function=conv.function,
        slope=conv.slope,
    )


def table_bytes(conv: Convolution) -> int:
    """Of the list of taps that a task makes."""
    return 16 * conv.kernel[0] * conv.kernel[1]


def depthwise_row(conv: Convolution, operation: Depthwise) -> Row:
    """The operation with what it reads and makes."""
    return Row(operation=operation, reads=conv.reads, writes=(conv.name,), work=conv.macs * 4)
