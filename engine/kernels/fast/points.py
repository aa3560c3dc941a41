"""The matrices of Winograd's minimal filtering F(m×m, r×r), made from interpolation points.

Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016,
equation (8). The matrices follow from the Toom–Cook construction: interpolate a product of polynomials at
m + r − 2 points and at infinity, then transpose. Bᵀ depends on the points alone, so that F(4×4, 3×3) and
F(2×2, 5×5) share it. The choice of points decides the rounding error: (0, ±3/4, ±3/2)
is about three times as accurate as the usual (0, ±1, ±2); compare Barabasz et al., "Error Analysis and
Improving the Accuracy of Winograd Convolution for Deep Neural Networks", ACM TOMS 2020.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

POINTS: Final = {4: (0.0, 1.0, -1.0), 6: (0.0, 0.6875, -0.6875, 1.5, -1.5)}
"""Finite interpolation points by input tile size; infinity is added. ± pairs stand side by side."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Transforms:
    """Aᵀ (m, n), G (n, r) and Bᵀ (n, n) for tiles of n = m + r − 1 inputs."""

    output: Matrix
    kernel: Matrix
    input: Matrix


@cache
def transforms(tile: int, taps: int = 3) -> Transforms:
    """The transforms of F(tile×tile, taps×taps); tile + taps − 1 is 4 or 6."""
    size = tile + taps - 1
    points = np.array(POINTS[size])
    output, kernel, data = np.zeros((tile, size)), np.zeros((size, taps)), np.zeros((size, size))
    for j, point in enumerate(points):
        others = np.delete(points, j)
        output[:, j] = point ** np.arange(tile)
        kernel[j] = point ** np.arange(taps) / np.prod(point - others)
        data[j, :-1] = np.poly(others)[::-1]
    output[-1, -1] = kernel[-1, -1] = 1.0
    data[-1] = np.poly(points)[::-1]
    data[np.abs(data) < 1e-12] = 0.0
    return Transforms(output, kernel, data)
