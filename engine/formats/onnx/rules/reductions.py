"""Means, sums and extremes over axes: over rows and columns first, then over channels."""

import dataclasses
from collections.abc import Callable
from math import prod

from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.arguments import axes_of
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.frames import framed, view_in
from engine.formats.onnx.reader.held import Held, NoLayer
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.reader.views import View
from engine.layers.adaptive_pooling import AdaptiveAvgPool2d, GlobalAvgPool2d
from engine.layers.channel_pool import ChannelPool
from engine.layers.max_pooling import MaxPool2d
from engine.layers.reshape import Reshape
from engine.layers.scalar import Function, Scalar
from engine.shapes import is_map


def reduced_axes(t: Translation, operator: Operator, held: Held) -> tuple[int, ...]:
    """The axes that are gone over: all where none is said, unless that is to mean none."""
    rank = len(held.shape)
    axes = axes_of(operator, t.constant(operator, 1, "axes"), rank)
    if not axes:
        axes = () if operator.attributes.get("noop_with_empty_axes", 0) else tuple(range(rank))
    if any(t.is_batch(held, axis) for axis in axes):
        raise NoLayer("it goes over the images of a batch")
    return axes


def without(operator: Operator, view: View, axes: tuple[int, ...]) -> View:
    """The view of what is left after a reduction: the axes of size 1, or gone."""
    kept = bool(operator.attributes.get("keepdims", 1))
    return View(
        tuple(
            () if axis in axes else parts for axis, parts in enumerate(view.axes) if kept or axis not in axes
        )
    )


def reduce(t: Translation, operator: Operator, held: Held, way: str) -> Held:
    """The mean ("mean") or the largest value ("max") over the operator's axes."""
    held, frame = framed(t, held)
    axes = reduced_axes(t, operator, held)
    own = {number for axis in axes for number in frame[axis]}
    node = held.node
    if own and not is_map(t.drafts[node].shape):
        node = t.add(Reshape(shape=(*t.drafts[node].shape, 1, 1)), node)
    if own & {1, 2}:
        shape = t.drafts[node].shape
        left = tuple(1 if number in own else shape[number] for number in (1, 2))
        if way == "max":
            kernel = tuple(size if number in own else 1 for number, size in enumerate(shape))[1:]
            node = t.add(MaxPool2d(kernel_size=(kernel[0], kernel[1]), stride=(1, 1)), node)
        elif left == (1, 1):
            node = t.add(GlobalAvgPool2d(), node)
        else:
            node = t.add(AdaptiveAvgPool2d(output_size=(left[0], left[1])), node)
    if 0 in own:
        node = t.add(ChannelPool(mode=way), node)
    made = [() if axis in axes else frame[axis] for axis in range(len(frame))]
    view = held.view if node == held.node else view_in(t, made, t.drafts[node].shape, t.batch_axis(held))
    return dataclasses.replace(held, node=node, view=without(operator, view, axes))


def count(t: Translation, operator: Operator, held: Held) -> int:
    """How many values each result is made of."""
    return prod(held.shape[axis] for axis in reduced_axes(t, operator, held))


def then(t: Translation, held: Held, function: str) -> Held:
    """A function of every value."""
    return dataclasses.replace(held, node=t.add(Function(function=function), held.node))


def scaled(t: Translation, held: Held, operation: str, value: float) -> Held:
    """One number with every value."""
    return dataclasses.replace(held, node=t.add(Scalar(operation=operation, value=value), held.node))


def total(t: Translation, operator: Operator, held: Held) -> Held:
    """The sum: the mean, as many times."""
    made = reduce(t, operator, held, "mean")
    number = count(t, operator, held)
    return made if number == 1 else scaled(t, made, "multiply", float(number))


@rule(Op.ReduceMean)
def mean(t: Translation, operator: Operator) -> None:
    t.result(operator, reduce(t, operator, t.held(operator), "mean"))


@rule(Op.ReduceMax)
def largest(t: Translation, operator: Operator) -> None:
    t.result(operator, reduce(t, operator, t.held(operator), "max"))


@rule(Op.ReduceMin)
def smallest(t: Translation, operator: Operator) -> None:
    """The largest of the negatives, negated: there is no pooling for the smallest."""
    negative = then(t, t.whole(t.held(operator)), "neg")
    t.result(operator, then(t, reduce(t, operator, negative, "max"), "neg"))


@rule(Op.ReduceSum)
def sum_(t: Translation, operator: Operator) -> None:
    t.result(operator, total(t, operator, t.held(operator)))


@rule(Op.ReduceSumSquare, Op.ReduceL2, Op.ReduceL1, Op.ReduceLogSum)
def norms(t: Translation, operator: Operator) -> None:
    before: dict[str, Callable[[Held], Held]] = {
        Op.ReduceSumSquare: lambda held: scaled(t, held, "power", 2.0),
        Op.ReduceL2: lambda held: scaled(t, held, "power", 2.0),
        Op.ReduceL1: lambda held: then(t, held, "abs"),
    }
    held = t.whole(t.held(operator))
    if operator.op_type in before:
        held = before[operator.op_type](held)
    made = total(t, operator, held)
    after = {Op.ReduceL2: "sqrt", Op.ReduceLogSum: "log"}.get(Op(operator.op_type))
    t.result(operator, made if after is None else then(t, made, after))
