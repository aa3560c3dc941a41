"""What only moves values about: shapes, orders, pieces."""

import dataclasses
from math import prod

from engine.errors import FormatError
from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.arguments import axes_of, one_axis, reshaped, slices_of, split_sizes
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.frames import along, frame_of, framed, view_in
from engine.formats.onnx.reader.held import Held, NoLayer
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.reader.views import View
from engine.layers.borders import Crop
from engine.layers.channel_shuffle import ChannelShuffle
from engine.layers.slicing import Slice
from engine.layers.subsample import Subsample
from engine.shapes import Shape


def moved(t: Translation, operator: Operator) -> Held:
    """The first input, whatever its kind: moving is exact for whole numbers, too."""
    value = t.value(operator, 0)
    if not isinstance(value, Held):
        raise NoLayer("its input is fixed, and its shape is computed")
    if value.around is not None:
        raise NoLayer("it works on a map with −∞ around it")
    return value


def to_shape(t: Translation, operator: Operator, held: Held, shape: Shape) -> None:
    """The output is the same elements in a row, cut otherwise."""
    if any(size == 0 for size in shape):
        raise FormatError(f"{operator.title} makes a tensor without values: {shape}")
    view = held.view.reshape(shape)
    if view is None:
        held = t.plain(held)
        view = held.view.reshape(shape)
        if view is None:
            raise NoLayer("it mixes the images of a batch")
    t.result(operator, dataclasses.replace(held, view=view))


@rule(Op.Identity)
def identity(t: Translation, operator: Operator) -> None:
    t.result(operator, moved(t, operator))


@rule(Op.Reshape)
def reshape(t: Translation, operator: Operator) -> None:
    held = moved(t, operator)
    wanted = t.constant(operator, 1, "shape")
    if wanted is None:
        raise NoLayer("its shape is left out")
    to_shape(t, operator, held, reshaped(operator, held.shape, wanted.ravel().tolist()))


@rule(Op.Flatten)
def flatten(t: Translation, operator: Operator) -> None:
    held = moved(t, operator)
    axis = int(operator.attributes.get("axis", 1))
    axis = axis + len(held.shape) if axis < 0 else axis
    if not 0 <= axis <= len(held.shape):
        raise FormatError(f"{operator.title} has the axis {axis}, and its input {len(held.shape)} axes")
    to_shape(t, operator, held, (prod(held.shape[:axis]), prod(held.shape[axis:])))


@rule(Op.Squeeze)
def squeeze(t: Translation, operator: Operator) -> None:
    held = moved(t, operator)
    axes = axes_of(operator, t.constant(operator, 1, "axes"), len(held.shape))
    if axes is None:
        axes = tuple(axis for axis, size in enumerate(held.shape) if size == 1)
    if any(held.shape[axis] != 1 for axis in axes):
        raise FormatError(f"{operator.title} leaves out an axis that is not of size 1")
    kept = tuple(parts for axis, parts in enumerate(held.view.axes) if axis not in axes)
    t.result(operator, dataclasses.replace(held, view=View(kept)))


@rule(Op.Unsqueeze)
def unsqueeze(t: Translation, operator: Operator) -> None:
    held = moved(t, operator)
    given = t.constant(operator, 1, "axes")
    count = len(operator.attributes.get("axes", ())) if given is None else given.size
    axes = axes_of(operator, given, len(held.shape) + count) or ()
    if len(set(axes)) != count:
        raise FormatError(f"{operator.title} names an axis twice")
    left = list(held.view.axes)
    made = tuple(() if axis in axes else left.pop(0) for axis in range(len(held.shape) + count))
    t.result(operator, dataclasses.replace(held, view=View(made)))


@rule(Op.Transpose)
def transpose(t: Translation, operator: Operator) -> None:
    held = moved(t, operator)
    rank = len(held.shape)
    order = operator.attributes.get("perm", tuple(range(rank))[::-1])
    if sorted(order) != list(range(rank)):
        raise FormatError(
            f"{operator.title} has perm={str(list(order))[:40]}, which is no order of {rank} axes"
        )
    t.result(operator, dataclasses.replace(held, view=held.view.transpose(order)))


@rule(Op.Expand)
def expand(t: Translation, operator: Operator) -> None:
    import numpy as np

    held = moved(t, operator)
    wanted = t.constant(operator, 1, "shape")
    if wanted is None:
        raise NoLayer("its shape is left out")
    try:
        shape = np.broadcast_shapes(held.shape, tuple(int(size) for size in wanted.ravel()))
    except ValueError:
        raise FormatError(f"{operator.title} cannot expand {held.shape} to {wanted.tolist()}") from None
    t.result(operator, dataclasses.replace(held, view=held.view.expand(shape)))


def cut(t: Translation, held: Held, axis: int, start: int, stop: int, step: int = 1) -> Held:
    """A part of the tensor along an axis."""
    size = held.shape[axis]
    if (start, stop, step) == (0, size, 1):
        return held
    if t.is_batch(held, axis):
        raise NoLayer("it takes some images of a batch apart")
    held, frame = framed(t, held)
    if len(frame[axis]) != 1:
        held, _ = along(t, held, [axis])
        frame = frame_of(t, held) or ()
        if not frame or len(frame[axis]) != 1:
            raise NoLayer("it cuts along an axis that runs along several of its map")
    shape = t.drafts[held.node].shape
    (own,) = frame[axis]
    count = len(range(start, stop, step))
    if step == 1 and own == 0:
        node = t.add(Slice(start=start, stop=stop), held.node)
    elif step == 1:
        sides = {"top": 0, "left": 0, "height": shape[1], "width": shape[2]}
        sides |= {"top": start, "height": count} if own == 1 else {"left": start, "width": count}
        node = t.add(Crop(**sides), held.node)
    else:
        node = strided(t, held.node, own, start, step, count)
    made = t.drafts[node].shape
    return dataclasses.replace(held, node=node, view=view_in(t, frame, made, t.batch_axis(held)))


def strided(t: Translation, node: int, axis: int, start: int, step: int, count: int) -> int:
    """Every `step`th row, column or channel."""
    shape = t.drafts[node].shape
    if axis > 0:
        first = [0, 0]
        steps = [1, 1]
        first[axis - 1], steps[axis - 1] = start, step
        node = t.add(Subsample(start=(first[0], first[1]), step=(steps[0], steps[1])), node)
        made = t.drafts[node].shape
        if made[axis] > count:
            sides = {"height": made[1], "width": made[2]}
            sides["height" if axis == 1 else "width"] = count
            node = t.add(Crop(**sides), node)
        return node
    groups = shape[0] // step
    if shape[0] % step or count != groups or start >= step:
        raise NoLayer(f"it takes channels at a distance of {step}")
    # Dealt out, the channels at this distance lie together.
    dealt = t.add(ChannelShuffle(groups=groups), node)
    return t.add(Slice(start=start * groups, stop=(start + 1) * groups), dealt)


@rule(Op.Slice)
def slice_(t: Translation, operator: Operator) -> None:
    held = moved(t, operator)
    given = [t.constant(operator, index, "range") for index in range(1, len(operator.inputs))]
    kept = slices_of(operator, [None, *given], held.shape)
    ranges = {axis: range(*part.indices(held.shape[axis])) for axis, part in kept.items()}
    if any(len(taken) == 0 for taken in ranges.values()):
        raise FormatError(f"{operator.title} leaves nothing over")
    for axis in sorted(ranges):
        taken = ranges[axis]
        step = taken.step if len(taken) > 1 else 1
        if step < 0:
            raise NoLayer("it turns an axis round")
        held = cut(t, held, axis, taken.start, taken[-1] + 1, step)
    t.result(operator, held)


@rule(Op.Split)
def split(t: Translation, operator: Operator) -> None:
    held = moved(t, operator)
    axis = one_axis(operator, len(held.shape), 0)
    sizes = split_sizes(operator, t.constant(operator, 1, "sizes"), held.shape[axis])
    start = 0
    for index, size in enumerate(sizes):
        name = operator.outputs[index]
        if name:
            if size == 0:
                raise FormatError(f"{operator.title} makes a part without values")
            part = cut(t, held, axis, start, start + size)
            if part.node != held.node:
                t.drafts[part.node].tensor = name
            t.result(operator, part, index)
        start += size


@rule(Op.Gather)
def gather(t: Translation, operator: Operator) -> None:
    held = moved(t, operator)
    indices = t.constant(operator, 1, "indices")
    axis = one_axis(operator, len(held.shape), 0)
    if indices is None or indices.size == 0:
        raise NoLayer("its indices are left out")
    size = held.shape[axis]
    wanted = [int(one) for one in indices.ravel()]
    if any(not -size <= one < size for one in wanted):
        raise FormatError(f"{operator.title} takes a place that its input does not have")
    wanted = [one % size for one in wanted]
    step = wanted[1] - wanted[0] if len(wanted) > 1 else 1
    if step < 1 or wanted != list(range(wanted[0], wanted[-1] + 1, step)) or indices.ndim > 1:
        raise NoLayer("it takes values in an order of its own")
    held = cut(t, held, axis, wanted[0], wanted[-1] + 1, step)
    axes = held.view.axes
    if indices.ndim == 0:
        axes = axes[:axis] + axes[axis + 1 :]
    t.result(operator, dataclasses.replace(held, view=View(axes)))


@rule(Op.DepthToSpace, Op.SpaceToDepth)
def depth(t: Translation, operator: Operator) -> None:
    """Reshape, Transpose and Reshape, as the standard defines them."""
    held = moved(t, operator)
    if len(held.shape) != 4:
        raise NoLayer(f"it works on {len(held.shape)} axes")
    n, c, h, w = held.shape
    b = int(operator.attributes.get("blocksize", 0))
    if operator.op_type == Op.DepthToSpace:
        if b < 1 or c % (b * b):
            raise FormatError(f"{operator.title} cannot make blocks of {b} of {c} channels")
        mode = operator.attributes.get("mode", "DCR")
        rest = c // (b * b)
        cut_to = (n, b, b, rest, h, w) if mode == "DCR" else (n, rest, b, b, h, w)
        order = (0, 3, 4, 1, 5, 2) if mode == "DCR" else (0, 1, 4, 2, 5, 3)
        shape = (n, rest, h * b, w * b)
    else:
        if b < 1 or h % b or w % b:
            raise FormatError(f"{operator.title} cannot make blocks of {b} of {h}×{w}")
        deep = operator.attributes.get("mode", "DCR") == "DCR"
        cut_to, order = (n, c, h // b, b, w // b, b), (0, 3, 5, 1, 2, 4) if deep else (0, 1, 3, 5, 2, 4)
        shape = (n, c * b * b, h // b, w // b)
    view = held.view.reshape(cut_to)
    if view is None:
        held = t.plain(held)
        view = held.view.reshape(cut_to)
    turned = None if view is None else view.transpose(order).reshape(shape)
    if turned is None:
        raise NoLayer("it mixes the images of a batch")
    t.result(operator, dataclasses.replace(held, view=turned))


@rule(Op.CastLike)
def cast_like(t: Translation, operator: Operator) -> None:
    """To the type of the second input: nothing happens between real numbers."""
    held, like = moved(t, operator), t.value(operator, 1)
    real = like.kind == "float" if isinstance(like, Held) else like is not None and like.dtype.kind == "f"
    if not real:
        raise NoLayer("it makes whole numbers")
    t.result(operator, dataclasses.replace(held, kind="float"))


@rule(Op.Cast)
def cast(t: Translation, operator: Operator) -> None:
    """Between kinds of real numbers nothing happens here: all are float32."""
    from engine.formats.onnx.package import onnx_package

    held = moved(t, operator)
    names = {number: name for name, number in onnx_package().TensorProto.DataType.items()}
    target = names.get(operator.attributes.get("to"), "")
    if target not in ("FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE"):
        raise NoLayer(f"it makes numbers of the type {target.lower()}")
    t.result(operator, dataclasses.replace(held, kind="float"))


@rule(Op.Dropout)
def dropout(t: Translation, operator: Operator) -> None:
    from engine.layers.dropout import Dropout

    t.only_output(operator)
    if t.opset < 7 and not operator.attributes.get("is_test", 0):
        raise FormatError(f"{operator.title} is in training mode: export the model for inference")
    mode = t.constant(operator, 2, "training mode")
    if mode is not None and bool(mode.ravel()[0]):
        raise FormatError(f"{operator.title} is in training mode: export the model for inference")
    held = t.whole(moved(t, operator))
    given = t.constant(operator, 1, "ratio")
    ratio = float(operator.attributes.get("ratio", 0.5) if given is None else given.ravel()[0])
    node = t.add(Dropout(p=min(max(ratio, 0.0), 1.0)), held.node)
    t.result(operator, dataclasses.replace(held, node=node))
