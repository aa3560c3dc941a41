"""Matrix times vector, for fully connected layers."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange

Array = npt.NDArray[np.float32]
BLOCK = 64
"""Outputs that one task computes."""
STRIP = 512
"""Inputs whose gradient one task computes: a run of memory in every row of the weights."""


def dense(x: Array, weight: Array, bias: Array | None) -> Array:
    """y[n, k] = bias[k] + Σ weight[k, f] · x[n, f]."""
    y = np.zeros((x.shape[0], weight.shape[0]), np.float32)
    if bias is not None:
        y += bias
    _dense(np.ascontiguousarray(x, np.float32), np.ascontiguousarray(weight, np.float32), y)
    return y


def dense_input_gradient(dy: Array, weight: Array) -> Array:
    """dx[n, f] = Σ weight[k, f] · dy[n, k]."""
    dx = np.zeros((dy.shape[0], weight.shape[1]), np.float32)
    _dense_gradient(np.ascontiguousarray(dy, np.float32), np.ascontiguousarray(weight, np.float32), dx)
    return dx


@parallel_kernel
def _dense(x: Any, weight: Any, y: Any) -> None:
    outputs, inputs = weight.shape
    for block in prange((outputs + BLOCK - 1) // BLOCK):
        first = np.int64(block) * BLOCK
        for k in range(first, min(first + BLOCK, outputs)):
            for n in range(x.shape[0]):
                total = np.float32(0.0)
                for f in range(inputs):
                    total += weight[k, f] * x[n, f]
                y[n, k] += total


@parallel_kernel
def _dense_gradient(dy: Any, weight: Any, dx: Any) -> None:
    outputs, inputs = weight.shape
    for block in prange((inputs + STRIP - 1) // STRIP):
        first = np.int64(block) * STRIP
        last = min(first + STRIP, inputs)
        for n in range(dy.shape[0]):
            for k in range(outputs):
                scale = dy[n, k]
                for f in range(first, last):
                    dx[n, f] += scale * weight[k, f]
