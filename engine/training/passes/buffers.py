"""Memory of a pass that is used again, step after step: fresh memory costs a page fault for every 4 KB."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import aligned_bytes


class Buffers:
    """Arrays by name, one of each; of another shape, a name's array is made anew."""

    def __init__(self) -> None:
        self._made: dict[str, npt.NDArray[Any]] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: Any = np.float32) -> npt.NDArray[Any]:
        """The array of this name; its content is what was left in it."""
        found = self._made.get(name)
        if found is None or found.shape != shape:
            size = int(np.prod(shape)) * np.dtype(dtype).itemsize
            found = aligned_bytes(size).view(dtype).reshape(shape)
            self._made[name] = found
        return found
