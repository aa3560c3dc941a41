"""The matrices of Winograd's minimal filtering F(m×m, 3×3), made from interpolation points.

Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016,
equation (8). The matrices follow from the Toom–Cook construction: interpolate a product of polynomials at
m + 1 points and at infinity, then transpose. The choice of points decides the rounding error: (0, ±3/4, ±3/2)
is about three times as accurate as the usual (0, ±1, ±2); compare Barabasz et al., "Error Analysis and
Improving the Accuracy of Winograd Convolution for Deep Neural Networks", ACM TOMS 2020.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

KERNEL: Final = 3
POINTS: Final = {2: (0.0, 1.0, -1.0), 4: (0.0, 0.75, -0.75, 1.5, -1.5)}
"""Finite interpolation points by output tile size; infinity is added. ± pairs stand side by side."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Transforms:
    """Aᵀ (m, n), G (n, 3) and Bᵀ (n, n) for tiles of n = m + 2 inputs."""

    output: Matrix
    kernel: Matrix
    input: Matrix


@cache
def transforms(tile: int) -> Transforms:
    """The transforms of F(tile×tile, 3×3); `tile` is 2 or 4."""
    points = np.array(POINTS[tile])
    size = tile + KERNEL - 1
    output, kernel, data = np.zeros((tile, size)), np.zeros((size, KERNEL)), np.zeros((size, size))
    for j, point in enumerate(points):
        others = np.delete(points, j)
        output[:, j] = point ** np.arange(tile)
        kernel[j] = point ** np.arange(KERNEL) / np.prod(point - others)
        data[j, :-1] = np.poly(others)[::-1]
    output[-1, -1] = kernel[-1, -1] = 1.0
    data[-1] = np.poly(points)[::-1]
    data[np.abs(data) < 1e-12] = 0.0
    return Transforms(output, kernel, data)
