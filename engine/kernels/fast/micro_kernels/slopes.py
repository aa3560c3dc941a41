"""Derivatives of the activations, a vector at a time: the way back through them."""

from collections.abc import Callable
from math import pi, sqrt
from typing import Final

from engine.kernels.fast.emit.vector_ir import Value, Vectors
from engine.kernels.fast.micro_kernels.smooth import exponential, sigmoid, tail_of_normal, tanh
from engine.kernels.fast.operations import Function

_CUBIC: Final = 0.044715


def sigmoid_slope(v: Vectors, x: Value) -> Value:
    """s · (1 − s) with s the sigmoid."""
    s = sigmoid(v, x)
    return v.multiply(s, v.subtract(v.constant(1.0), s))


def silu_slope(v: Vectors, x: Value) -> Value:
    """s · (1 + x · (1 − s)) with s the sigmoid."""
    s, one = sigmoid(v, x), v.constant(1.0)
    return v.multiply(s, v.multiply_add(x, v.subtract(one, s), one))


def tanh_slope(v: Vectors, x: Value) -> Value:
    """1 − t² with t the hyperbolic tangent."""
    t = tanh(v, x)
    return v.subtract(v.constant(1.0), v.multiply(t, t))


def gelu_slope(v: Vectors, x: Value) -> Value:
    """Φ(x) + x · φ(x), the normal distribution and its density."""
    b, one = v.builder, v.constant(1.0)
    tail = tail_of_normal(v, x)
    below = b.select(b.fcmp_ordered("<", x, v.constant(0.0)), tail, v.subtract(one, tail))
    density = exponential(v, v.multiply(v.multiply(x, x), v.constant(-0.5)))
    return v.multiply_add(v.multiply(x, v.constant(1 / sqrt(2 * pi))), density, below)


def gelu_tanh_slope(v: Vectors, x: Value) -> Value:
    """s + x · s · (1 − s) · u' with s the sigmoid of u = 2·√(2/π) · (x + 0.044715 x³)."""
    one, scale = v.constant(1.0), v.constant(2 * sqrt(2 / pi))
    square = v.multiply(x, x)
    cubic = v.multiply_add(v.multiply(square, v.constant(_CUBIC)), x, x)
    s = sigmoid(v, v.multiply(cubic, scale))
    steepness = v.multiply(v.multiply_add(square, v.constant(3 * _CUBIC), one), scale)
    bend = v.multiply(v.multiply(s, v.subtract(one, s)), steepness)
    return v.multiply_add(x, bend, s)


def hardsigmoid_slope(v: Vectors, x: Value) -> Value:
    """1/6 between −3 and 3."""
    return _between(v, x, v.constant(1 / 6), v.constant(0.0))


def hardswish_slope(v: Vectors, x: Value) -> Value:
    """x/3 + 1/2 between −3 and 3, 1 above."""
    return _between(v, x, v.multiply_add(x, v.constant(1 / 3), v.constant(0.5)), v.constant(1.0))


def _between(v: Vectors, x: Value, inside: Value, above: Value) -> Value:
    """0 up to −3, `inside` up to 3, `above` from there on; a NaN has no slope."""
    b = v.builder
    high = b.select(b.fcmp_ordered("<", x, v.constant(3.0)), inside, above)
    return b.select(b.fcmp_ordered(">", x, v.constant(-3.0)), high, v.constant(0.0))


SLOPES: Final[dict[Function, Callable[[Vectors, Value], Value]]] = {
    Function.SIGMOID_BACK: sigmoid_slope,
    Function.SILU_BACK: silu_slope,
    Function.TANH_BACK: tanh_slope,
    Function.GELU_BACK: gelu_slope,
    Function.GELU_TANH_BACK: gelu_tanh_slope,
    Function.HARDSIGMOID_BACK: hardsigmoid_slope,
    Function.HARDSWISH_BACK: hardswish_slope,
}
