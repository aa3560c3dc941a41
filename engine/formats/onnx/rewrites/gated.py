"""SiLU and Hardswish: the input times its own gate. And the gate of Hardswish in pieces."""

from typing import Final

from engine.formats.onnx.reader.matching import Drafts
from engine.layers.hard_activations import Hardsigmoid, Hardswish
from engine.layers.multiply import Multiply
from engine.layers.rectifiers import ReLU6
from engine.layers.scalar import Scalar
from engine.layers.smooth_activations import Sigmoid, SiLU

BY_SIX: Final = Scalar(operation="divide by", value=6.0)
SIXTH: Final = Scalar(operation="multiply", value=1 / 6)


def rewrite(drafts: Drafts, number: int) -> bool:
    """x · sigmoid(x); x · hardsigmoid(x); min(max(x + 3, 0), 6) / 6, and times x before or after."""
    for x, gate in drafts.pairs(number, Multiply()):
        source = drafts.only(gate, Sigmoid())
        if source is not None and drafts.same(source, x):
            return drafts.become(number, SiLU(), x)
        source = drafts.only(gate, Hardsigmoid())
        if source is not None and drafts.same(source, x):
            return drafts.become(number, Hardswish(), x)
    inner = _sixth(drafts, number)
    if inner is None:
        return False
    clamped = _clamped(drafts, inner)
    if clamped is not None:
        return drafts.become(number, Hardsigmoid(), clamped)
    for x, gate in drafts.pairs(inner, Multiply()):
        held = _clamped(drafts, gate)
        if held is not None and drafts.same(held, x):
            return drafts.become(number, Hardswish(), x)
    return False


def _sixth(drafts: Drafts, number: int) -> int | None:
    divided = drafts.only(number, BY_SIX)
    return drafts.only(number, SIXTH) if divided is None else divided


def _clamped(drafts: Drafts, number: int) -> int | None:
    """x of min(max(x + 3, 0), 6)."""
    inner = drafts.only(number, ReLU6())
    return None if inner is None else drafts.only(inner, Scalar(operation="add", value=3.0))
