"""What multiplies by a matrix of weights: convolutions, transposed convolutions and dense layers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from engine.kernels.fast.packing import DEPTHWISE, DIRECT, MERGED, STRASSEN, WINOGRAD
from engine.layers.base.lowering import MatrixForm
from engine.plan.builder import StepBuilder
from engine.plan.lowering.convolution import Choice, Convolution, choose
from engine.plan.lowering.depthwise import depthwise
from engine.plan.lowering.elementwise import elementwise_row, function_of
from engine.plan.lowering.matrix_product import direct, writes_blocks
from engine.plan.lowering.registry import lowers
from engine.plan.lowering.stem import merged
from engine.plan.lowering.strassen import strassen
from engine.plan.lowering.transposed import transposed
from engine.plan.lowering.winograd import winograd
from engine.plan.memory import Operand
from engine.plan.rows import Work

ALGORITHMS: Final[Mapping[str, Callable[[StepBuilder, Convolution, Choice], Work]]] = {
    DIRECT: direct,
    MERGED: merged,
    WINOGRAD: winograd,
    DEPTHWISE: depthwise,
    STRASSEN: strassen,
}
"""By how the weights are packed for them."""

FINISHING: Final[Mapping[str, Callable[[Convolution], bool]]] = {
    DIRECT: writes_blocks,
    MERGED: writes_blocks,
    WINOGRAD: lambda conv: True,
    DEPTHWISE: lambda conv: conv.residual is None,
    STRASSEN: writes_blocks,
}
"""Whether the algorithm takes an activation on the way into the map."""


@lowers(MatrixForm)
def matrix(step: StepBuilder, form: MatrixForm) -> Work:
    """The convolution with everything resolved, by the algorithm that is chosen for it."""
    source = step.inputs[0]
    conv = Convolution(
        name=step.name,
        kernel=form.kernel_size,
        stride=form.stride,
        dilation=form.dilation,
        pads=form.pads,
        groups=form.groups,
        input=step.plan.maps.operand(source).place,
        output=step.output(),
        low=step.group.low,
        high=step.group.high,
        products_before=step.plan.products_before[step.group.root],
        reads=(),
    )
    if form.cuts is not None:
        operand = step.vectors(source) if conv.depthwise else step.contiguous(source)
        return _finished(step, conv, transposed(step, _reading(conv, operand, _residual(step)), form.cuts))
    choice = choose(conv, winograd=step.group.root not in step.plan.without_winograd)
    packing = choice.packing.form
    if packing == MERGED:  # copies its input itself
        operand = step.plan.maps.operand(source)
    elif packing in (DIRECT, STRASSEN):
        operand = step.contiguous(source)
    else:
        operand = step.vectors(source)
    conv = _reading(conv, operand, _residual(step))
    if step.group.activation is not None and FINISHING[packing](conv):
        function, slope = function_of(step.group.activation)
        return ALGORITHMS[packing](step, replace(conv, function=function, slope=slope), choice)
    return _finished(step, conv, ALGORITHMS[packing](step, conv, choice))


def _finished(step: StepBuilder, conv: Convolution, work: Work) -> Work:
    """The work, the group's activation after it: for what cannot take it on the way into the map."""
    if step.group.activation is None:
        return work
    function, slope = function_of(step.group.activation)
    return work.add(elementwise_row(conv.name, function, conv.output, conv.output, (conv.name,), slope=slope))


def _residual(step: StepBuilder) -> Operand | None:
    return None if step.group.residual is None else step.vectors(step.group.residual)


def _reading(conv: Convolution, operand: Operand, residual: Operand | None) -> Convolution:
    """The convolution of this operand, with this residual added."""
    if residual is None:
        return replace(conv, input=operand.place, reads=operand.reads)
    reads = (*operand.reads, *residual.reads)
    return replace(conv, input=operand.place, residual=residual.place, reads=reads)
