"""Functions of one value, which hold for every order of the values."""

import dataclasses

import numpy as np

from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.frames import array_in_frame, framed
from engine.formats.onnx.reader.held import Held, NoLayer
from engine.formats.onnx.reader.rule import rule
from engine.formats.onnx.reader.translation import Translation
from engine.layers import Layer
from engine.layers.hard_activations import Hardsigmoid, Hardswish
from engine.layers.rectifiers import LeakyReLU, PReLU, ReLU, ReLU6
from engine.layers.scalar import Clamp
from engine.layers.smooth_activations import ELU, GELU, Sigmoid, Tanh


def each(t: Translation, operator: Operator, layer: Layer, of: Held | None = None) -> None:
    """The output is the layer's function of every value of the first input, or of this tensor."""
    held = t.whole(t.held(operator) if of is None else of)
    t.result(operator, dataclasses.replace(held, node=t.add(layer, held.node)))


@rule(Op.Relu)
def relu(t: Translation, operator: Operator) -> None:
    each(t, operator, ReLU())


@rule(Op.LeakyRelu)
def leaky(t: Translation, operator: Operator) -> None:
    each(t, operator, LeakyReLU(negative_slope=float(operator.attributes.get("alpha", 0.01))))


@rule(Op.Sigmoid)
def sigmoid(t: Translation, operator: Operator) -> None:
    each(t, operator, Sigmoid())


@rule(Op.Tanh)
def tanh(t: Translation, operator: Operator) -> None:
    each(t, operator, Tanh())


@rule(Op.Elu)
def elu(t: Translation, operator: Operator) -> None:
    each(t, operator, ELU(alpha=float(operator.attributes.get("alpha", 1.0))))


@rule(Op.Gelu)
def gelu(t: Translation, operator: Operator) -> None:
    each(t, operator, GELU(approximate=str(operator.attributes.get("approximate", "none"))))


@rule(Op.HardSwish)
def hard_swish(t: Translation, operator: Operator) -> None:
    each(t, operator, Hardswish())


@rule(Op.HardSigmoid)
def hard_sigmoid(t: Translation, operator: Operator) -> None:
    alpha = float(operator.attributes.get("alpha", 0.2))
    beta = float(operator.attributes.get("beta", 0.5))
    if abs(alpha - 1 / 6) < 1e-6 and beta == 0.5:
        each(t, operator, Hardsigmoid())
        return
    each(t, operator, Hardsigmoid(alpha=alpha, beta=beta))


@rule(Op.PRelu)
def prelu(t: Translation, operator: Operator) -> None:
    """A slope for every channel, or one for all; slopes of another shape have no layer."""
    held, frame = framed(t, t.held(operator))
    slopes = t.weight(operator, 1, "slope")
    shape = t.drafts[held.node].shape
    if slopes.size == 1:
        layer = PReLU(shared=True)
    else:
        if slopes.ndim > len(held.shape):
            raise NoLayer("its slopes have more axes than its input")
        placed = array_in_frame(slopes, frame, shape)
        if placed.shape != (shape[0],) + (1,) * (len(shape) - 1):
            raise NoLayer("its slopes are not one for each channel")
        layer = PReLU(shared=False)
    node = t.add(layer, held.node, weights={"weight": slopes.ravel()}, tied=operator.inputs[1])
    t.result(operator, dataclasses.replace(held, node=node))


@rule(Op.Clip)
def clip(t: Translation, operator: Operator) -> None:
    """Bounds by attribute (before opset 11) or as inputs, either of which may be left out."""
    bounds: list[float | None] = []
    for index, name in ((1, "min"), (2, "max")):
        given = t.constant(operator, index, name)
        value = operator.attributes.get(name) if given is None else float(given.ravel()[0])
        if value is not None and np.isnan(value):
            raise NoLayer(f"its bound {name} is no number")
        bounds.append(None if value is None or abs(value) >= 3.4e38 else float(value))
    clamped(t, operator, t.held(operator), bounds[0], bounds[1])


def clamped(t: Translation, operator: Operator, held: Held, low: float | None, high: float | None) -> None:
    """Values between two bounds, either of which may be missing."""
    if (low, high) == (0.0, 6.0):
        each(t, operator, ReLU6(), held)
    elif (low, high) == (0.0, None):
        each(t, operator, ReLU(), held)
    elif (low, high) == (None, None):
        t.result(operator, held)
    elif low is None and high is not None:
        each(t, operator, Clamp(high=high, sides="high"), held)
    elif high is None and low is not None:
        each(t, operator, Clamp(low=low, sides="low"), held)
    elif low is not None and high is not None:
        each(t, operator, Clamp(low=low, high=high), held)
