"""Means, sums and maxima over axes."""

import dataclasses

from engine.formats.onnx.reader.folding import axes_of
from engine.formats.onnx.reader.graph import Operator
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Held, NoLayer, Translation
from engine.formats.onnx.reader.views import View
from engine.layers.adaptive_pooling import AdaptiveAvgPool2d, GlobalAvgPool2d
from engine.shapes import is_map


def reduced_axes(t: Translation, operator: Operator, held: Held) -> tuple[int, ...]:
    """The axes that are gone over: all where none is said, unless that is to mean none."""
    rank = len(held.shape)
    axes = axes_of(operator, t.constant(operator, 1, "axes"), rank)
    if not axes:
        axes = () if operator.attributes.get("noop_with_empty_axes", 0) else tuple(range(rank))
    axes = tuple(axis for axis in axes if held.shape[axis] > 1 or not operator.attributes.get("keepdims", 1))
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


@rule("ReduceMean")
def mean(t: Translation, operator: Operator) -> None:
    held, frame = t.framed(t.held(operator))
    axes = reduced_axes(t, operator, held)
    own = {number for axis in axes for number in frame[axis]}
    shape = t.drafts[held.node].shape
    node = held.node
    if not own:
        t.result(operator, dataclasses.replace(held, view=without(operator, held.view, axes)))
        return
    if not is_map(shape) or 0 in own:
        raise NoLayer("it is a mean over channels")
    missing = {1, 2} - own
    sizes = tuple(1 if number in own or shape[number] == 1 else shape[number] for number in (1, 2))
    if all(shape[number] == 1 for number in missing):
        node = t.add(GlobalAvgPool2d(), node)
    else:
        node = t.add(AdaptiveAvgPool2d(output_size=(sizes[0], sizes[1])), node)
    made = [() if axis in axes else frame[axis] for axis in range(len(frame))]
    view = t.view_in(made, t.drafts[node].shape, t.batch_axis(held))
    t.result(operator, dataclasses.replace(held, node=node, view=without(operator, view, axes)))
