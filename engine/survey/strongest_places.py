"""Where one map is largest: places apart from each other, so that not all show the same thing."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Place(NamedTuple):
    """One value of a map."""

    row: int
    column: int
    value: float


def strongest_places(values: npt.NDArray[np.float32], count: int, apart: int = 1) -> list[Place]:
    """The largest values of a map (H, W), falling, no two within `apart` rows and columns of each other.

    Of equals the first in the order of reading; values that are not finite are passed over.
    """
    left = np.where(np.isfinite(values), values, -np.inf).astype(np.float64)
    found: list[Place] = []
    while len(found) < count:
        row, column = divmod(int(left.argmax()), left.shape[1])
        value = float(left[row, column])
        if not np.isfinite(value):
            break
        found.append(Place(row, column, value))
        left[max(0, row - apart) : row + apart + 1, max(0, column - apart) : column + apart + 1] = -np.inf
    return found
