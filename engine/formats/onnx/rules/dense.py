"""Matrices."""

import numpy as np

from engine.errors import FormatError
from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.frames import along
from engine.formats.onnx.reader.held import Held, Known, NoLayer
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.layers.convolution import Conv2d
from engine.layers.flatten import Flatten
from engine.layers.linear import Linear
from engine.shapes import VALID, is_map


def linear(t: Translation, operator: Operator, held: Held, weight: Known, bias: Known | None) -> None:
    """A dense layer: weight (out, in). Of a vector that lies otherwise in a map, the columns move along."""
    if len(held.shape) != 2:
        raise NoLayer(f"it works on {len(held.shape)} axes")
    if held.shape[1] != weight.shape[1]:
        raise FormatError(f"{operator.title} takes {weight.shape[1]} values, and {held.shape[1]} come in")
    if held.shape[0] > 1 and not t.is_batch(held, 0):
        along_rows(t, operator, held, weight, bias)
        return
    shape = t.drafts[held.node].shape
    inner = held.view.axes[1]
    own = t.own(held.node).parts
    if (
        is_map(shape)
        and not held.view.repeats
        and held.view.parts != own
        and t.is_batch(held, 0) == (t.batch > 1)
    ):
        places = type(held.view)((inner,)).indices()
        if len(places) == weight.shape[1] and len(set(places.tolist())) == len(places):
            ordered = np.empty_like(weight)
            ordered[:, places] = weight
            weight = ordered
            source = t.add(Flatten(), held.node, tensor=held.tensor)
        else:
            source = t.vector(held)
    else:
        source = t.vector(held)
    parameters = {"weight": weight} | ({} if bias is None else {"bias": bias})
    layer = Linear(out_features=int(weight.shape[0]), bias=bias is not None)
    t.done(operator, t.add(layer, source, weights=parameters, tied=operator.inputs[1]))


def along_rows(t: Translation, operator: Operator, held: Held, weight: Known, bias: Known | None) -> None:
    """The matrix (out, in) at every place along the last axis: a 1×1 convolution."""
    based, made = along(t, held, [len(held.shape) - 1], vectors=False)
    channels = int(weight.shape[0])
    layer = Conv2d(out_channels=channels, kernel_size=(1, 1), padding=VALID, bias=bias is not None)
    parameters = {"weight": weight[:, :, None, None]} | ({} if bias is None else {"bias": bias})
    node = t.add(layer, based.node, weights=parameters, tied=operator.inputs[1])
    t.result(operator, made(node))


@rule(Op.MatMul)
def matmul(t: Translation, operator: Operator) -> None:
    weight = t.weight(operator, 1, "matrix")
    if isinstance(t.value(operator, 0), Held) is False:
        raise NoLayer("its matrix stands in front")
    held = t.held(operator)
    while weight.ndim > 2 and weight.shape[0] == 1 and weight.ndim <= len(held.shape):
        weight = weight[0]
    if weight.ndim != 2:
        raise NoLayer(f"its matrix has {weight.ndim} axes")
    if held.shape[-1] != weight.shape[0]:
        raise FormatError(f"{operator.title} takes {weight.shape[0]} values, and {held.shape[-1]} come in")
    weight = weight.T
    if len(held.shape) == 2:
        linear(t, operator, held, weight, None)
        return
    if len(held.shape) < 2:
        raise NoLayer("it works on a single axis")
    along_rows(t, operator, held, weight, None)
