"""Where tensors meet: sums, products, concatenation."""

import dataclasses
from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from engine.errors import FormatError
from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.arguments import one_axis
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.frames import Own, along, array_in_frame, frame_of, framed, in_frame, view_in
from engine.formats.onnx.reader.held import Held, Known, NoLayer, Value, float32
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.reader.views import View
from engine.layers import Layer
from engine.layers.add import Add
from engine.layers.concat import Concat
from engine.layers.multiply import Multiply
from engine.layers.scalar import Scalar
from engine.layers.scale import Scale
from engine.shapes import Shape, is_map


def values_of(t: Translation, operator: Operator) -> list[Value]:
    """All inputs; whole numbers that are computed are refused."""
    found: list[Value] = []
    for index, _ in enumerate(operator.inputs):
        value = t.value(operator, index)
        if value is None:
            raise NoLayer(f"its input {index} is left out")
        if isinstance(value, Held) and (value.kind != "float" or value.around is not None):
            raise NoLayer("it computes with whole numbers, or with −∞ around a map")
        found.append(value)
    if t.opset < 7 and len(found) == 2:
        found[1] = _as_before_7(t, operator, found)
    return found


def _as_before_7(t: Translation, operator: Operator, values: Sequence[Value]) -> Value:
    """The second input, whose axes the attribute `axis` puts somewhere among those of the first."""
    first, second = values
    axis, rank = operator.attributes.get("axis"), len(first.shape)
    if first.shape == second.shape or second.ndim == 0 if not isinstance(second, Held) else axis is None:
        return second
    if not operator.attributes.get("broadcast", 0):
        raise FormatError(f"{operator.title} joins tensors of different shape without broadcast")
    if axis is None or isinstance(second, Held):
        return second
    after = rank - int(axis) % rank - second.ndim
    return second.reshape(second.shape + (1,) * max(after, 0))


def meet(t: Translation, operator: Operator, first: Value, second: Value, layer: Layer) -> Held:
    """Two tensors, one of them held, value by value as numpy broadcasts them."""
    shapes = [tuple(one.shape) for one in (first, second)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise FormatError(
            f"{operator.title} joins {'×'.join(map(str, shapes[0]))} and {'×'.join(map(str, shapes[1]))},"
            " which do not meet"
        ) from None
    sides = [_padded(one, len(shape)) for one in (first, second)]
    if all(isinstance(side, Held) for side in sides):
        a, b = (side for side in sides if isinstance(side, Held))
        same = a.view == b.view and t.drafts[a.node].shape == t.drafts[b.node].shape
        if same and not a.view.repeats:
            return dataclasses.replace(a, node=t.add(layer, a.node, b.node))
    frame, sizes, batch_axis = _common_frame(t, sides, shape)
    nodes = []
    for side in sides:
        if isinstance(side, Held):
            nodes.append(in_frame(t, side, frame, sizes))
        else:
            placed = array_in_frame(float32(side), frame, sizes)
            nodes.append(t.constant_map(placed[None] if is_map(sizes) else placed, operator.outputs[0]).node)
    node = t.add(layer, *nodes)
    view = view_in(t, frame, t.drafts[node].shape, batch_axis)
    if view.shape != shape:
        raise NoLayer(f"shapes of {shapes[0]} and {shapes[1]} do not meet here")
    return Held(node, view, operator.outputs[0])


def _padded(value: Value, rank: int) -> Value:
    if isinstance(value, Held):
        missing = rank - len(value.shape)
        return dataclasses.replace(value, view=View(((),) * missing + value.view.axes)) if missing else value
    return value.reshape((1,) * (rank - value.ndim) + value.shape)


def _common_frame(
    t: Translation, sides: Sequence[Value], shape: Shape
) -> tuple[Sequence[Own], Shape, int | None]:
    """Which axis of the joined tensor runs along which axis of its map, that map's sizes, and the batch."""
    held = [side for side in sides if isinstance(side, Held)]
    batch_axis = next((axis for one in held if (axis := t.batch_axis(one)) is not None), None)
    for one in held:
        if one.shape == shape and not one.view.repeats:
            frame = frame_of(t, one)
            own = t.drafts[one.node].shape
            if frame is not None and (is_map(own) or all(side.shape == shape for side in sides)):
                return frame, own, batch_axis
    inner = [axis for axis, size in enumerate(shape) if axis != batch_axis and size > 1]
    if len(shape) == 4 and (shape[0] == 1 or batch_axis == 0):
        inner = [1, 2, 3]
    if len(inner) > 3:
        raise NoLayer(f"its inputs have {len(inner)} axes")
    if len(inner) == 2:
        return _frame_of(shape, [None, *inner]), (1, *(shape[axis] for axis in inner)), batch_axis
    padded = [*inner, *[None] * (3 - len(inner))]
    return _frame_of(shape, padded), tuple(1 if a is None else shape[a] for a in padded), batch_axis


def _frame_of(shape: Shape, axes: Sequence[int | None]) -> list[Own]:
    found: list[Own] = [()] * len(shape)
    for number, axis in enumerate(axes):
        if axis is not None and shape[axis] > 1:
            found[axis] = (number,)
    return found


def folded_over(t: Translation, operator: Operator, join: Callable[[Value, Value], Value]) -> None:
    """Any number of inputs, two at a time."""
    values = values_of(t, operator)
    made = values[0]
    for other in values[1:]:
        made = join(made, other)
    if not isinstance(made, Held):
        raise NoLayer("it has no input that is computed")
    t.result(operator, made)


@rule(Op.Add, Op.Sum)
def add(t: Translation, operator: Operator) -> None:
    values = values_of(t, operator)
    held = [value for value in values if isinstance(value, Held)]
    alike = len(held) == len(values) > 2 and all(
        one.view == held[0].view and t.drafts[one.node].shape == t.drafts[held[0].node].shape for one in held
    )
    if alike and not held[0].view.repeats:
        node = t.add(Add(), *(one.node for one in held))
        t.result(operator, dataclasses.replace(held[0], node=node))
        return

    def plus(first: Value, second: Value) -> Value:
        for one, other in ((first, second), (second, first)):
            if isinstance(one, Held) and not isinstance(other, Held):
                return plus_constant(t, operator, one, other)
        return meet(t, operator, first, second, Add())

    folded_over(t, operator, plus)


def plus_constant(t: Translation, operator: Operator, held: Held, values: Known) -> Held:
    """A fixed tensor more; nothing where it is zero."""
    if values.size == 1 and not values.any() and np.broadcast_shapes(held.shape, values.shape) == held.shape:
        return held
    one = float32(values).ravel()
    if (
        values.size == 1
        and np.broadcast_shapes(held.shape, values.shape) == held.shape
        and abs(one[0]) <= 1e9
    ):
        held = t.whole(held)
        node = t.add(Scalar(operation="add", value=float(one[0])), held.node)
        return dataclasses.replace(held, node=node)
    return meet(t, operator, held, values, Add())


@rule(Op.Mul)
def mul(t: Translation, operator: Operator) -> None:
    def times(first: Value, second: Value) -> Value:
        for one, other in ((first, second), (second, first)):
            if isinstance(one, Held) and not isinstance(other, Held):
                return times_constant(t, operator, one, other)
        return meet(t, operator, first, second, Multiply())

    folded_over(t, operator, times)


def times_constant(t: Translation, operator: Operator, held: Held, values: Known, name: str = "") -> Held:
    """A fixed factor: nothing where it is 1, one for each channel, or a map of factors."""
    fits = np.broadcast_shapes(held.shape, values.shape) == held.shape
    if fits and values.size == 1 and bool((values == 1).all()):
        return held
    one = float32(values).ravel()
    if fits and one.size and (one == one[0]).all() and abs(float(one[0])) <= 1e9 and values.size == 1:
        held = t.whole(held)
        node = t.add(Scalar(operation="multiply", value=float(one[0])), held.node)
        return dataclasses.replace(held, node=node)
    if fits:
        held, frame = framed(t, held)
        shape = t.drafts[held.node].shape
        placed = array_in_frame(float32(values), frame, shape)
        if prod(placed.shape[1:]) == 1 and placed.shape[0] == shape[0]:
            node = t.add(Scale(), held.node, weights={"weight": placed.ravel()}, tied=name)
            return dataclasses.replace(held, node=node)
    return meet(t, operator, held, values, Multiply())


@rule(Op.Concat)
def concat(t: Translation, operator: Operator) -> None:
    values = values_of(t, operator)
    rank = len(values[0].shape)
    axis = one_axis(operator, rank, 1)
    rest = {tuple(value.shape[:axis]) + tuple(value.shape[axis + 1 :]) for value in values}
    if any(len(value.shape) != rank for value in values) or len(rest) != 1:
        shapes = ", ".join("×".join(map(str, value.shape)) for value in values[:4])
        raise FormatError(f"{operator.title} joins {shapes}, which do not lie side by side")
    if len(values) == 1 and isinstance(values[0], Held):
        t.result(operator, values[0])
        return
    held = [
        t.constant_map(v, operator.inputs[i]) if not isinstance(v, Held) else v for i, v in enumerate(values)
    ]
    if t.is_batch(held[0], axis):
        raise NoLayer("it joins the images of batches")
    based: Held | None = None
    for one in held:
        candidate, _ = along(t, one, [axis])
        if frame_of(t, candidate) is not None:
            based = candidate
            break
    if based is None:
        raise NoLayer("its inputs do not lie along the axes of maps")
    frame = frame_of(t, based) or ()
    own = t.drafts[based.node].shape
    nodes = []
    for one in held:
        shape = (one.shape[axis], *own[1:])
        own_frame = tuple((0,) if place == axis else axes for place, axes in enumerate(frame))
        nodes.append(in_frame(t, one, own_frame, shape))
    node = t.add(Concat(), *nodes)
    made_frame = tuple((0,) if place == axis else axes for place, axes in enumerate(frame))
    batch_axis = next((found for one in held if (found := t.batch_axis(one)) is not None), None)
    t.result(
        operator, Held(node, view_in(t, made_frame, t.drafts[node].shape, batch_axis), operator.outputs[0])
    )
