"""Arrays as the network's inputs: values of one's own, which nothing resizes, normalises or rounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from engine.errors import ShapeError
from engine.shapes import Shape, shape_text

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class InputArrays:
    """What each Input of a network holds, by node id: float32 (1, C, H, W)."""

    arrays: Mapping[str, F32]

    def values(self, node_id: str, shape: Shape) -> F32:
        """The values of an Input, as they are; `ShapeError` where there are none of its shape."""
        found = self.arrays.get(node_id)
        if found is None:
            raise ShapeError(f"no array is given for the Input {node_id!r}")
        if found.shape != (1, *shape):
            raise ShapeError(
                f"the array for the Input {node_id!r} is {shape_text(found.shape)},"
                f" the Input {shape_text(shape)}"
            )
        return found

    @cached_property
    def digest(self) -> str:
        """Equal digests, equal values."""
        made = sha256()
        for node_id, values in sorted(self.arrays.items()):
            made.update(f"\0{node_id}{values.shape}".encode() + np.ascontiguousarray(values).tobytes())
        return made.hexdigest()
