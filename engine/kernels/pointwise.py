"""Activations, value by value, and their derivatives: one kernel, the function chosen by number.

Each is a loop of its own over a chunk, so that the compiler can vectorise it.
"""

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import kernel, parallel_kernel, prange

Array = npt.NDArray[np.float32]

FUNCTIONS: Final = (
    "relu", "relu6", "elu", "sigmoid", "tanh", "silu", "gelu", "gelu_tanh", "hardswish", "hardsigmoid",
)  # fmt: skip
CHUNK = 8192
"""Values that one task computes."""

_ROOT_HALF = np.float32(math.sqrt(0.5))
_ROOT_TAU = np.float32(math.sqrt(1 / math.tau))
_ROOT_2_PI = np.float32(math.sqrt(2 / math.pi))
_CUBIC = np.float32(0.044715)  # Hendrycks & Gimpel, 2016
_ONE, _HALF, _ZERO = np.float32(1), np.float32(0.5), np.float32(0)
_THREE, _SIX = np.float32(3), np.float32(6)
_SIXTH, _THIRD = np.float32(1 / 6), np.float32(1 / 3)


def activate(x: Array, function: str, alpha: float = 1.0) -> Array:
    """The function of `FUNCTIONS` at every value; `alpha` is ELU's."""
    flat = np.ascontiguousarray(x, np.float32).reshape(-1)
    y = np.empty_like(flat)
    _activate(FUNCTIONS.index(function), np.float32(alpha), flat, y)
    return y.reshape(x.shape)


def activate_gradient(x: Array, dy: Array, function: str, alpha: float = 1.0) -> Array:
    """dy times the function's derivative at x."""
    flat = np.ascontiguousarray(x, np.float32).reshape(-1)
    dx = np.ascontiguousarray(dy, np.float32).reshape(-1).copy()
    _activate_gradient(FUNCTIONS.index(function), np.float32(alpha), flat, dx)
    return dx.reshape(x.shape)


@kernel
def _values(function: int, alpha: Any, x: Any, y: Any) -> None:
    if function == 0:
        for i in range(x.size):
            y[i] = _ZERO if x[i] <= _ZERO else x[i]  # a NaN is not below zero, and stays
    elif function == 1:
        for i in range(x.size):
            y[i] = _ZERO if x[i] <= _ZERO else (_SIX if x[i] >= _SIX else x[i])
    elif function == 2:
        for i in range(x.size):
            y[i] = x[i] if x[i] > _ZERO else alpha * np.float32(math.expm1(x[i]))
    elif function == 3:
        for i in range(x.size):
            y[i] = _ONE / (_ONE + math.exp(-x[i]))
    elif function == 4:
        for i in range(x.size):
            y[i] = math.tanh(x[i])
    elif function == 5:
        for i in range(x.size):
            y[i] = x[i] / (_ONE + math.exp(-x[i]))
    elif function == 6:
        for i in range(x.size):
            y[i] = _HALF * x[i] * (_ONE + math.erf(x[i] * _ROOT_HALF))
    elif function == 7:
        for i in range(x.size):
            y[i] = _HALF * x[i] * (_ONE + math.tanh(_ROOT_2_PI * (x[i] + _CUBIC * x[i] * x[i] * x[i])))
    else:
        for i in range(x.size):
            gate = x[i] + _THREE
            gate = _ZERO if gate <= _ZERO else (_SIX if gate >= _SIX else gate)
            y[i] = (x[i] * gate if function == 8 else gate) * _SIXTH


@kernel
def _slopes(function: int, alpha: Any, x: Any, dx: Any) -> None:
    for i in range(x.size):
        v = x[i]
        slope = _ZERO
        if function == 0:
            slope = _ONE if v > _ZERO else _ZERO
        elif function == 1:
            slope = _ONE if v > _ZERO and v < _SIX else _ZERO
        elif function == 2:
            slope = _ONE if v > _ZERO else alpha * math.exp(v)
        elif function == 3:
            s = _ONE / (_ONE + math.exp(-v))
            slope = s * (_ONE - s)
        elif function == 4:
            t = math.tanh(v)
            slope = _ONE - t * t
        elif function == 5:
            s = _ONE / (_ONE + math.exp(-v))
            slope = s * (_ONE + v * (_ONE - s))
        elif function == 6:
            slope = _HALF * (_ONE + math.erf(v * _ROOT_HALF)) + v * _ROOT_TAU * math.exp(-_HALF * v * v)
        elif function == 7:
            t = math.tanh(_ROOT_2_PI * (v + _CUBIC * v * v * v))
            inner = _ROOT_2_PI * (_ONE + _THREE * _CUBIC * v * v)
            slope = _HALF * (_ONE + t) + _HALF * v * (_ONE - t * t) * inner
        elif v > -_THREE and v < _THREE:
            slope = (v * _THIRD + _HALF) if function == 8 else _SIXTH
        elif function == 8 and v >= _THREE:
            slope = _ONE
        dx[i] *= slope


@parallel_kernel
def _activate(function: int, alpha: Any, x: Any, y: Any) -> None:
    for chunk in prange((x.size + CHUNK - 1) // CHUNK):
        first = np.int64(chunk) * CHUNK
        _values(function, alpha, x[first : first + CHUNK], y[first : first + CHUNK])


@parallel_kernel
def _activate_gradient(function: int, alpha: Any, x: Any, dx: Any) -> None:
    for chunk in prange((x.size + CHUNK - 1) // CHUNK):
        first = np.int64(chunk) * CHUNK
        _slopes(function, alpha, x[first : first + CHUNK], dx[first : first + CHUNK])


def leaky(x: Array, slopes: Array) -> Array:
    """x where it is positive, else slopes[c] · x, for maps (N, C, H, W) or vectors (N, C)."""
    flat = np.ascontiguousarray(x, np.float32).reshape(*x.shape[:2], -1)
    y = np.empty_like(flat)
    _leaky(flat, flat, np.ascontiguousarray(slopes, np.float32), y)
    return y.reshape(x.shape)


def leaky_gradient(x: Array, dy: Array, slopes: Array) -> Array:
    """dy where x is positive, else slopes[c] · dy."""
    flat = np.ascontiguousarray(x, np.float32).reshape(*x.shape[:2], -1)
    dx = np.empty_like(flat)
    passed = np.ascontiguousarray(dy, np.float32).reshape(flat.shape)
    _leaky(flat, passed, np.ascontiguousarray(slopes, np.float32), dx)
    return dx.reshape(x.shape)


@parallel_kernel
def _leaky(x: Any, passed: Any, slopes: Any, y: Any) -> None:
    batch, channels, pixels = x.shape
    for plane in prange(batch * channels):
        n, c = divmod(np.int64(plane), channels)
        slope = slopes[c]
        for p in range(pixels):
            v = passed[n, c, p]
            y[n, c, p] = v if x[n, c, p] > _ZERO else slope * v
