"""GELU by the error function, as exporters before opset 20 write it, and its form with tanh."""

from math import pi, sqrt
from typing import Final

from engine.formats.onnx.reader.matching import Drafts
from engine.layers.add import Add
from engine.layers.multiply import Multiply
from engine.layers.scalar import Function, Scalar
from engine.layers.smooth_activations import GELU, Tanh

HALF: Final = Scalar(operation="multiply", value=0.5)


def rewrite(drafts: Drafts, number: int) -> bool:
    """½ · (x · (1 + erf(x / √2))), and the same with the ½ at either factor; or with tanh."""
    return _written(drafts, number, "none") or _written(drafts, number, "tanh")


def _written(drafts: Drafts, number: int, form: str) -> bool:
    halved = drafts.only(number, HALF)
    if halved is not None:
        for x, gate in drafts.pairs(halved, Multiply()):
            if _is_gate(drafts, gate, x, form):
                return drafts.become(number, GELU(approximate=form), x)
    for first, second in drafts.pairs(number, Multiply()):
        half = drafts.only(first, HALF)
        if half is not None and _is_gate(drafts, second, half, form):
            return drafts.become(number, GELU(approximate=form), half)
        gate_half = drafts.only(second, HALF)
        if gate_half is not None and _is_gate(drafts, gate_half, first, form):
            return drafts.become(number, GELU(approximate=form), first)
    return False


def _is_gate(drafts: Drafts, number: int, x: int, form: str) -> bool:
    """Whether it is 1 + erf(x / √2), or 1 + tanh(√(2/π) · (x + 0.044715 · x³))."""
    inner = drafts.only(number, Scalar(operation="add", value=1.0))
    if inner is None:
        return False
    if form == "tanh":
        return _is_tanh(drafts, inner, x)
    scaled = drafts.only(inner, Function(function="erf"))
    if scaled is None:
        return False
    source = drafts.only(scaled, Scalar(operation="divide by", value=sqrt(2)))
    if source is None:
        source = drafts.only(scaled, Scalar(operation="multiply", value=sqrt(0.5)))
    return source is not None and drafts.same(source, x)


def _is_tanh(drafts: Drafts, number: int, x: int) -> bool:
    scaled = drafts.only(number, Tanh())
    total = None if scaled is None else drafts.only(scaled, Scalar(operation="multiply", value=sqrt(2 / pi)))
    if total is None:
        return False
    for first, second in drafts.pairs(total, Add()):
        cube = drafts.only(second, Scalar(operation="multiply", value=0.044715))
        if cube is not None and drafts.same(first, x) and _is_cube(drafts, cube, x):
            return True
    return False


def _is_cube(drafts: Drafts, number: int, x: int) -> bool:
    power = drafts.only(number, Scalar(operation="power", value=3.0))
    if power is not None:
        return drafts.same(power, x)
    for first, second in drafts.pairs(number, Multiply()):
        if drafts.same(first, x) and any(
            drafts.same(a, x) and drafts.same(b, x) for a, b in drafts.pairs(second, Multiply())
        ):
            return True
    return False
