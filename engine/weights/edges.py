"""Banks of derivatives: edges at two orientations and both signs, and lines and spots."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.shapes import Pair
from engine.weights.bank import Bank, embedded, outer
from engine.weights.source import weights_source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.weights.bank import Kernel


@weights_source
@dataclass(frozen=True)
class Sobel(Bank):
    """Derivatives along x and y, smoothed across by binomial weights; then both negated.

    3×3: (−1 0 1; −2 0 2; −1 0 1). Larger ones smooth more: the next rows of Pascal's triangle.
    """

    name = "sobel"
    title = "Sobel"
    help = "Brightness rising to the right, downwards, to the left, upwards."
    source = "Sobel & Feldman, A 3×3 isotropic gradient operator for image processing, 1968"
    rank = 0
    smallest = (2, 2)

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        return _both_signs(binomial(size[0]), derivative(size[1]), derivative(size[0]), binomial(size[1]))


@weights_source
@dataclass(frozen=True)
class Prewitt(Bank):
    """Derivatives along x and y, averaged across; then both negated. 3×3: (−1 0 1; −1 0 1; −1 0 1)."""

    name = "prewitt"
    title = "Prewitt"
    help = "As Sobel, but with plain averages across the derivative."
    source = "Prewitt, Object enhancement and extraction, in Picture Processing and Psychopictorics, 1970"
    rank = 1
    smallest = (2, 2)

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        import numpy as np

        slopes = [np.arange(n) - (n - 1) / 2 for n in size]
        return _both_signs(np.ones(size[0]), slopes[1], slopes[0], np.ones(size[1]))


@weights_source
@dataclass(frozen=True)
class Laplacian(Bank):
    """The sum of the second derivatives, with four neighbours and with eight; then both negated.

    3×3 (0 1 0; 1 −4 1; 0 1 0), in the middle of larger kernels.
    """

    name = "laplacian"
    title = "Laplacian"
    help = "What differs from its neighbours: spots, corners and thin lines."
    source = "Gonzalez & Woods, Digital Image Processing, 4th edition, section 3.6"
    rank = 2
    smallest = (3, 3)

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        four = embedded([[0, 1, 0], [1, -4, 1], [0, 1, 0]], size)
        eight = embedded([[1, 1, 1], [1, -8, 1], [1, 1, 1]], size)
        return four, eight, -four, -eight


def _both_signs(
    across_x: "npt.ArrayLike", along_x: "npt.ArrayLike", along_y: "npt.ArrayLike", across_y: "npt.ArrayLike"
) -> "Sequence[Kernel]":
    right, down = outer(across_x, along_x), outer(along_y, across_y)
    return right, down, -right, -down


def binomial(n: int) -> "npt.NDArray[np.float64]":
    """Row n − 1 of Pascal's triangle: 1 2 1, 1 4 6 4 1; long rows scaled so that they stay finite."""
    import numpy as np

    row = np.ones(1)
    for _ in range(n - 1):
        row = np.convolve(row, (1.0, 1.0))
        if row[len(row) // 2] > 1e6:
            row /= row[len(row) // 2]
    return row


def derivative(n: int) -> "npt.NDArray[np.float64]":
    """−1 1, −1 0 1, −1 −2 0 2 1: the difference of binomially smoothed neighbours."""
    import numpy as np

    return np.convolve(binomial(n - 1), (-1.0, 1.0))
