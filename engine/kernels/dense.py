"""Matrix times vector, for fully connected layers."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.jit import parallel_kernel, prange

Array = npt.NDArray[np.float32]
BLOCK = 64
"""Outputs that one task computes."""
PARTS = 16
"""Runs of outputs whose shares of the gradient are summed apart, so that each task streams through memory."""


def dense(x: Array, weight: Array, bias: Array | None) -> Array:
    """y[n, k] = bias[k] + Σ weight[k, f] · x[n, f]."""
    y = np.zeros((x.shape[0], weight.shape[0]), np.float32)
    if bias is not None:
        y += bias
    _dense(np.ascontiguousarray(x, np.float32), np.ascontiguousarray(weight, np.float32), y)
    return y


def dense_input_gradient(dy: Array, weight: Array) -> Array:
    """dx[n, f] = Σ weight[k, f] · dy[n, k]."""
    shares = np.zeros((PARTS, dy.shape[0], weight.shape[1]), np.float32)
    _dense_gradient(np.ascontiguousarray(dy, np.float32), np.ascontiguousarray(weight, np.float32), shares)
    return np.asarray(shares.sum(axis=0), np.float32)


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
def _dense_gradient(dy: Any, weight: Any, shares: Any) -> None:
    outputs, inputs = weight.shape
    run = (outputs + PARTS - 1) // PARTS
    for part in prange(PARTS):
        first = np.int64(part) * run
        for k in range(first, min(first + run, outputs)):
            for n in range(dy.shape[0]):
                scale = dy[n, k]
                for f in range(inputs):
                    shares[part, n, f] += scale * weight[k, f]
