"""What the kernel editor's buttons do to a kernel, or to the matrix of a 1×1: each gives a new array."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

COLOUR_MATRICES: Final[Mapping[str, tuple[tuple[float, ...], ...]]] = MappingProxyType(
    {
        "As they are": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        "Grey": ((0.299, 0.587, 0.114),) * 3,
        "Sepia": ((0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131)),
        "Red and blue exchanged": ((0, 0, 1), (0, 1, 0), (1, 0, 0)),
        "Opponent colours": ((1 / 3, 1 / 3, 1 / 3), (1, -1, 0), (-0.5, -0.5, 1)),
        "Red only": ((1, 0, 0), (0, 0, 0), (0, 0, 0)),
    }
)
"""Of R, G, B by rows: the red, green and blue that come out."""


def zero(kernel: F32) -> F32:
    """All 0."""
    return np.zeros_like(kernel)


def identity(kernel: F32) -> F32:
    """1 in the middle of a kernel (before it, where even), 0 elsewhere: what comes in goes out."""
    made = np.zeros_like(kernel)
    made[tuple((size - 1) // 2 for size in kernel.shape)] = 1
    return made


def identity_matrix(matrix: F32) -> F32:
    """1 from each channel to the one of the same number, 0 elsewhere."""
    return np.eye(*matrix.shape, dtype=np.float32)


def symmetric(kernel: F32) -> F32:
    """The mean of the kernel and its mirror images, left to right, top to bottom, and both."""
    upright = kernel + kernel[::-1]  # pair by pair: sums of equal numbers, whichever comes first
    return _float32((upright + upright[:, ::-1]) / 4.0)


def symmetric_matrix(matrix: F32) -> F32:
    """The mean of a matrix and its transpose, in as far as there is one: the larger side's rest stays."""
    made = matrix.astype(np.float64)
    side = min(matrix.shape)
    square = made[:side, :side]
    made[:side, :side] = (square + square.T) / 2
    return _float32(made)


def normalised(kernel: F32) -> F32:
    """Scaled to add up to 1, which keeps the brightness; a kernel that adds up to about 0 (a derivative) to
    Σ|w| = 1. A kernel of zeros stays."""
    exact = kernel.astype(np.float64)
    total, size = exact.sum(), np.abs(exact).sum()
    if size == 0:
        return kernel.copy()
    return _float32(exact / (total if total > 1e-3 * size else size))


def normalised_rows(matrix: F32) -> F32:
    """Each output's weights as `normalised` has them."""
    return np.stack([normalised(row) for row in matrix])


def random(kernel: F32, seed: int) -> F32:
    """Normal numbers of variance 2 / count, as He's; another seed gives others."""
    return _float32(np.random.default_rng(seed).standard_normal(kernel.shape) * np.sqrt(2 / kernel.size))


def _float32(values: npt.ArrayLike) -> F32:
    return np.asarray(values, dtype=np.float32)
