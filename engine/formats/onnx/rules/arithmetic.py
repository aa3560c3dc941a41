"""Differences, quotients, powers, extremes, and functions of one value."""

import dataclasses
from typing import Any, Final

import numpy as np

from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.held import Held, Known, NoLayer, Value, float32
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.rules.activations import clamped, each
from engine.formats.onnx.rules.joins import folded_over, meet, plus_constant, times_constant, values_of
from engine.layers.curved_activations import CELU, SELU, Mish, Softplus, Softsign, ThresholdedReLU
from engine.layers.joins import Divide, Maximum, Mean, Minimum, Subtract
from engine.layers.scalar import FUNCTIONS, Function, Scalar

_BY_OPERATOR: Final = {onnx: name for name, onnx in FUNCTIONS.items()}


def number(values: Known, held: Held) -> float | None:
    """The single number a fixed tensor amounts to for this other input; None for another tensor."""
    fits = np.broadcast_shapes(values.shape, held.shape) == held.shape
    one = values.ravel()
    if not fits or not one.size or not (one == one[0]).all() or not abs(float(one[0])) <= 1e9:
        return None
    return float(float32(one[:1])[0])


def with_number(t: Translation, held: Held, operation: str, value: float) -> Held:
    """One number with every value."""
    held = t.whole(held)
    node = t.add(Scalar(operation=operation, value=value), held.node)
    return dataclasses.replace(held, node=node)


@rule(Op.Sub)
def sub(t: Translation, operator: Operator) -> None:
    first, second = values_of(t, operator)
    if isinstance(first, Held) and not isinstance(second, Held):
        t.result(operator, plus_constant(t, operator, first, -float32(second)))
    elif isinstance(second, Held) and not isinstance(first, Held):
        value = number(first, second)
        made = (
            meet(t, operator, first, second, Subtract())
            if value is None
            else with_number(t, second, "subtract from", value)
        )
        t.result(operator, made)
    else:
        t.result(operator, meet(t, operator, first, second, Subtract()))


@rule(Op.Div)
def div(t: Translation, operator: Operator) -> None:
    first, second = values_of(t, operator)
    if isinstance(first, Held) and not isinstance(second, Held):
        value = number(second, first)
        if value == 1.0:
            t.result(operator, first)
        elif value is not None:
            t.result(operator, with_number(t, first, "divide by", value))
        else:
            with np.errstate(divide="ignore"):
                factors = np.float32(1) / float32(second)
            t.result(operator, times_constant(t, operator, first, factors))
    elif isinstance(second, Held) and not isinstance(first, Held):
        value = number(first, second)
        made = (
            meet(t, operator, first, second, Divide())
            if value is None
            else with_number(t, second, "divide", value)
        )
        t.result(operator, made)
    else:
        t.result(operator, meet(t, operator, first, second, Divide()))


@rule(Op.Pow)
def power(t: Translation, operator: Operator) -> None:
    first, second = values_of(t, operator)
    if not isinstance(first, Held) or isinstance(second, Held):
        raise NoLayer("its power is computed")
    value = number(second, first)
    if value is None:
        raise NoLayer("its power is not one number")
    t.result(operator, first if value == 1.0 else with_number(t, first, "power", value))


@rule(Op.Max, Op.Min)
def extreme(t: Translation, operator: Operator) -> None:
    largest = operator.op_type == Op.Max
    values = values_of(t, operator)
    held = [value for value in values if isinstance(value, Held)]
    fixed = [value for value in values if not isinstance(value, Held)]
    if len(held) == len(fixed) == 1:
        value = number(fixed[0], held[0])
        if value is not None:
            clamped(t, operator, held[0], *((value, None) if largest else (None, value)))
            return

    def join(first: Value, second: Value) -> Value:
        return meet(t, operator, first, second, Maximum() if largest else Minimum())

    folded_over(t, operator, join)


@rule(Op.Mean)
def mean(t: Translation, operator: Operator) -> None:
    values = values_of(t, operator)
    if len(values) == 1 and isinstance(values[0], Held):
        t.result(operator, values[0])
        return
    if len(values) == 2:
        t.result(operator, meet(t, operator, values[0], values[1], Mean()))
        return
    held = [value for value in values if isinstance(value, Held)]
    shapes = {(one.view, t.drafts[one.node].shape) for one in held}
    if len(held) != len(values) or len(shapes) != 1 or held[0].view.repeats:
        raise NoLayer("it is a mean of tensors that lie differently")
    t.result(operator, dataclasses.replace(held[0], node=t.add(Mean(), *(one.node for one in held))))


@rule(*_BY_OPERATOR)
def function(t: Translation, operator: Operator) -> None:
    each(t, operator, Function(function=_BY_OPERATOR[operator.op_type]))


@rule(Op.Softplus)
def softplus(t: Translation, operator: Operator) -> None:
    each(t, operator, Softplus())


@rule(Op.Mish)
def mish(t: Translation, operator: Operator) -> None:
    each(t, operator, Mish())


@rule(Op.Softsign)
def softsign(t: Translation, operator: Operator) -> None:
    each(t, operator, Softsign())


@rule(Op.Selu, Op.Celu, Op.ThresholdedRelu)
def parametrised(t: Translation, operator: Operator) -> None:
    settings: dict[str, Any] = {
        name: float(operator.attributes[name]) for name in ("alpha", "gamma") if name in operator.attributes
    }
    kind = {Op.Selu: SELU, Op.Celu: CELU, Op.ThresholdedRelu: ThresholdedReLU}[Op(operator.op_type)]
    each(t, operator, kind(**settings))
