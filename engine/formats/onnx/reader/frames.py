"""Frames: which axis of a tensor runs along which axis of the map that it lies in.

Rules that work along axes, or on several tensors at once, have them laid out here as one layer needs them.
"""

import dataclasses
from collections.abc import Callable, Sequence
from math import prod

from engine.formats.onnx.reader.held import Held, Known, NoLayer
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.reader.views import BATCH, View, own_axes, own_parts
from engine.shapes import Shape, shape_text

Own = tuple[int, ...]
"""Axes of a map that one axis of a tensor runs along; none for the batch, and for an axis of size 1."""


def frame_of(t: Translation, held: Held) -> tuple[Own, ...] | None:
    """For each axis of the tensor the axes of the map it runs along; None where it cuts one."""
    shape = t.drafts[held.node].shape
    found: list[Own] = []
    for axis, parts in enumerate(held.view.axes):
        own = () if t.is_batch(held, axis) or not parts else own_axes(parts, shape)
        if own is None:
            return None
        found.append(own)
    return tuple(found)


def framed(t: Translation, held: Held) -> tuple[Held, tuple[Own, ...]]:
    """The tensor over a map with a frame, rearranged where it has none."""
    held = t.whole(held)
    frame = frame_of(t, held)
    if frame is None:
        held = t.plain(held)
        frame = frame_of(t, held)
        if frame is None:
            raise NoLayer("its axes do not run along those of a map")
    return held, frame


def view_in(t: Translation, frame: Sequence[Own], shape: Shape, batch_axis: int | None) -> View:
    """The view of a tensor whose axes run so along a map of this shape."""
    parts = own_parts(shape)
    axes = []
    for axis, own in enumerate(frame):
        sizes = [parts[number] for number in own]
        made = View((tuple(sizes),)).parts
        axes.append(((t.batch, BATCH),) if axis == batch_axis and t.batch > 1 else made)
    return View(tuple(axes))


def in_frame(t: Translation, held: Held, frame: Sequence[Own], shape: Shape) -> int:
    """The node that holds a tensor as a map along the same axes, of size 1 where the tensor is."""
    view = held.view.unrepeated()
    sizes: list[int] = []
    labels: list[int] = []
    for axis, (size, own) in enumerate(zip(view.shape, frame, strict=True)):
        if t.batch > 1 and any(stride == BATCH for _, stride in view.axes[axis]):
            sizes.append(size)
            labels.append(-1)
        elif size > 1:
            pieces = [shape[number] for number in own]
            if prod(pieces) != size:
                raise NoLayer(f"shapes of {shape_text(held.shape)} do not meet those of the other input")
            sizes += pieces
            labels += own
    cut = view.reshape(sizes)
    if cut is None:
        raise NoLayer("its inputs lie in different orders")
    turned = cut.transpose(sorted(range(len(labels)), key=labels.__getitem__))
    target = tuple(shape[number] if number in labels else 1 for number in range(len(shape)))
    return t.node_of(dataclasses.replace(held, view=turned), target)


def array_in_frame(values: Known, frame: Sequence[Own], shape: Shape) -> Known:
    """A fixed tensor along the axes of a map, of size 1 where it is."""
    padded = values.reshape((1,) * (len(frame) - values.ndim) + values.shape)
    sizes: list[int] = []
    labels: list[int] = []
    for size, own in zip(padded.shape, frame, strict=True):
        if size > 1:
            pieces = [shape[number] for number in own]
            if prod(pieces) != size:
                raise NoLayer(f"a constant of {shape_text(values.shape)} does not fit its other input")
            sizes += pieces
            labels += own
    order = sorted(range(len(labels)), key=labels.__getitem__)
    target = tuple(shape[number] if number in labels else 1 for number in range(len(shape)))
    return padded.reshape(sizes).transpose(order).reshape(target)


def along(
    t: Translation, held: Held, axes: Sequence[int], *, vectors: bool = True
) -> tuple[Held, Callable[[int], Held]]:
    """The tensor over a node whose channels run along these axes, and what a layer made of it is.

    The second takes a node whose map has other channels, or as many, and gives the tensor it is: with
    that size along the axes.
    """
    held = t.whole(held)
    if not _channels_along(t, held, axes, vectors):
        rest = [axis for axis in range(len(held.shape)) if axis not in axes]
        inner = [axis for axis in rest if not t.is_batch(held, axis) and held.shape[axis] > 1]
        sizes = [held.shape[axis] for axis in inner]
        channels = prod(held.shape[axis] for axis in axes)
        if not sizes and vectors:
            target: Shape = (channels,)
        elif len(sizes) < 3:
            target = (channels, *sizes, *(1,) * (2 - len(sizes)))
        else:
            target = (channels, sizes[0], prod(sizes[1:]))
        skipped = [axis for axis in rest if not t.is_batch(held, axis) and axis not in inner]
        order = [*(skipped[1:] if t.batch == 1 else skipped), *axes, *inner]
        if t.batch == 1:
            order = [axis for axis in order if held.shape[axis] > 1 or axis in axes]
        held = t.arranged(held, order, target)
    base = held

    def made(node: int) -> Held:
        shape = t.drafts[node].shape
        stride = prod(shape[1:])
        view = list(base.view.axes)
        if shape[0] == prod(base.shape[axis] for axis in axes):
            pass
        elif len(axes) == 1 or shape[0] == 1:
            for axis in axes:
                view[axis] = ((shape[0], stride),) if shape[0] > 1 else ()
        else:
            raise NoLayer("it changes the number of values along several axes at once")
        return dataclasses.replace(base, node=node, view=View(tuple(view)))

    return held, made


def _channels_along(t: Translation, held: Held, axes: Sequence[int], vectors: bool) -> bool:
    shape = t.drafts[held.node].shape
    if len(shape) == 1 and not vectors:
        return False
    parts = View(tuple(held.view.axes[axis] for axis in axes)).parts
    return parts == View((own_parts(shape)[:1],)).parts
