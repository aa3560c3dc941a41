"""Normalisation, and softmax."""

from math import prod

import numpy as np

from engine.errors import FormatError
from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.arguments import one_axis
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.frames import along
from engine.formats.onnx.reader.held import NoLayer
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.layers.batch_norm import PARAMETERS, BatchNorm2d
from engine.layers.group_norm import GroupNorm, InstanceNorm2d
from engine.layers.layer_norm import LayerNorm
from engine.layers.local_response_norm import LocalResponseNorm
from engine.layers.softmax import LogSoftmax, Softmax


@rule(Op.BatchNormalization)
def batch_norm(t: Translation, operator: Operator) -> None:
    training = (
        operator.attributes.get("training_mode", 0)
        if t.opset >= 7
        else (not operator.attributes.get("is_test", 0))
    )
    if training or any(operator.outputs[1:]):
        raise FormatError(f"{operator.title} is in training mode: export the model for inference")
    if not operator.attributes.get("spatial", 1):
        raise NoLayer("its statistics are per value (spatial=0)")
    held = t.held(operator)
    if len(held.shape) < 2:
        raise NoLayer("it works on a single axis")
    names = ("scale", "bias", "mean", "variance")
    given = [t.weight(operator, index, name).ravel() for index, name in enumerate(names, 1)]
    based, made = along(t, held, [1], vectors=False)
    layer = BatchNorm2d(eps=float(operator.attributes.get("epsilon", 1e-5)))
    weights = dict(zip(PARAMETERS, given, strict=True))
    t.result(operator, made(t.add(layer, based.node, weights=weights, tied=operator.inputs[1])))


@rule(Op.LRN)
def local_response(t: Translation, operator: Operator) -> None:
    size = int(operator.attributes.get("size", 1))
    if size % 2 == 0:
        raise NoLayer(f"it is over an even number of maps, {size}")
    attributes = operator.attributes
    layer = LocalResponseNorm(
        size=size,
        alpha=float(attributes.get("alpha", 1e-4)),
        beta=float(attributes.get("beta", 0.75)),
        k=float(attributes.get("bias", 1.0)),
    )
    t.done(operator, t.add(layer, t.map(t.held(operator))))


@rule(Op.InstanceNormalization)
def instance_norm(t: Translation, operator: Operator) -> None:
    held = t.held(operator)
    if len(held.shape) == 3:
        _groups_of_rows(t, operator)
        return
    weight, bias = t.weight(operator, 1, "scale"), t.weight(operator, 2, "bias")
    eps = float(operator.attributes.get("epsilon", 1e-5))
    affine = not ((weight == 1).all() and not bias.any())
    layer = InstanceNorm2d(affine=affine, eps=eps)
    weights = {"weight": weight, "bias": bias} if affine else {}
    t.done(operator, t.add(layer, t.map(held), weights=weights, tied=operator.inputs[1]))


def _groups_of_rows(t: Translation, operator: Operator) -> None:
    """On N×G×rest: a group norm of the map that was cut into G groups, without its scale and shift."""
    held = t.whole(t.held(operator))
    weight, bias = t.weight(operator, 1, "scale"), t.weight(operator, 2, "bias")
    shape = t.drafts[held.node].shape
    if len(shape) != 3 or held.view.parts != t.own(held.node).parts:
        held = t.plain(held)
        shape = t.drafts[held.node].shape
    if not ((weight == 1).all() and not bias.any()):
        raise NoLayer("it scales the groups of maps")
    groups = held.shape[1]
    if len(shape) != 3 or shape[0] % groups:
        raise NoLayer("it is 1-D")
    layer = GroupNorm(num_groups=groups, eps=float(operator.attributes.get("epsilon", 1e-5)))
    neutral = {"weight": np.ones(shape[0], np.float32), "bias": np.zeros(shape[0], np.float32)}
    node = t.add(layer, held.node, weights=neutral)
    import dataclasses

    t.result(operator, dataclasses.replace(held, node=node))


@rule(Op.GroupNormalization)
def group_norm(t: Translation, operator: Operator) -> None:
    """Scale and shift are one a group before opset 21, one a channel since."""
    source = t.map(t.held(operator))
    groups = int(operator.attributes.get("num_groups", 1))
    channels = t.drafts[source].shape[0]
    weights = {}
    for index, name in ((1, "weight"), (2, "bias")):
        values = t.weight(operator, index, name).ravel()
        if t.opset < 21 and values.size == groups and channels % groups == 0:
            values = np.repeat(values, channels // groups)
        weights[name] = values
    layer = GroupNorm(num_groups=groups, eps=float(operator.attributes.get("epsilon", 1e-5)))
    t.done(operator, t.add(layer, source, weights=weights, tied=operator.inputs[1]))


@rule(Op.LayerNormalization)
def layer_norm(t: Translation, operator: Operator) -> None:
    """Over the last axes; over all of one image it is a group norm with one group."""
    t.only_output(operator)
    held = t.held(operator)
    rank = len(held.shape)
    axis = one_axis(operator, rank, -1)
    weight, bias = t.weight(operator, 1, "scale"), t.constant(operator, 2, "bias")
    shift = np.zeros_like(weight) if bias is None else bias
    eps = float(operator.attributes.get("epsilon", 1e-5))
    axes = list(range(axis, rank))
    sizes = tuple(held.shape[axis] for axis in axes)
    weight, shift = (np.broadcast_to(one, sizes).ravel() for one in (weight, shift))
    if prod(sizes) == 1:
        raise NoLayer("it normalises single values")
    based, made = along(t, held, axes)
    layer = LayerNorm(eps=eps)
    node = t.add(layer, based.node, weights={"weight": weight, "bias": shift}, tied=operator.inputs[1])
    t.result(operator, made(node))


@rule(Op.Softmax, Op.LogSoftmax)
def softmax(t: Translation, operator: Operator) -> None:
    """Along one axis since opset 13; before, over everything from the axis on."""
    held = t.held(operator)
    rank = len(held.shape)
    axis = one_axis(operator, rank, -1 if t.opset >= 13 else 1)
    axes = [axis] if t.opset >= 13 else list(range(axis, rank))
    if any(t.is_batch(held, axis) for axis in axes):
        raise NoLayer("it goes over the images of a batch")
    based, made = along(t, held, axes)
    t.result(operator, made(t.add(Softmax() if operator.op_type == Op.Softmax else LogSoftmax(), based.node)))
