"""What an augmentation is: for each picture a draw of where it is moved to, and how bright it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """`draw(change, random)` adds its part to a change of so many pictures."""

    name: str
    title: str
    help: str
    draw: Callable[["Change", np.random.Generator], None]
    rank: int = 50


@dataclass(frozen=True, eq=False, kw_only=True)
class Change:
    """Of N pictures: where each pixel reads from, about the centre, and what becomes of its values."""

    matrix: npt.NDArray[np.float64]
    """(N, 2, 2): from a place in the new picture to the one it reads, (row, column)."""
    shift: npt.NDArray[np.float64]
    """(N, 2): how far the picture moves down and to the right, in shares of its height and width."""
    gain: npt.NDArray[np.float64]
    """(N, 3): what each channel is multiplied by, about its grey of one half."""
    offset: npt.NDArray[np.float64]
    """(N, 3): what is added to each channel."""

    @classmethod
    def none(cls, count: int) -> "Change":
        """The one that changes nothing."""
        return cls(
            matrix=np.tile(np.eye(2), (count, 1, 1)),
            shift=np.zeros((count, 2)),
            gain=np.ones((count, 3)),
            offset=np.zeros((count, 3)),
        )

    @property
    def count(self) -> int:
        """Pictures."""
        return len(self.shift)


def moved(pictures: Floats, change: Change) -> Floats:
    """The changed pictures: bilinear between pixels, black beyond the edges, values kept in 0…1."""
    still = (change.matrix == np.eye(2)).all() and not change.shift.any()
    made = pictures if still else _warped(pictures, change)
    if (change.gain == 1).all() and not change.offset.any():
        return made
    channels = pictures.shape[3]
    gain, offset = (np.float32(each[:, None, None, :channels]) for each in (change.gain, change.offset))
    return np.asarray(np.clip((made - np.float32(0.5)) * gain + np.float32(0.5) + offset, 0, 1), np.float32)


def _warped(pictures: Floats, change: Change) -> Floats:
    from engine.kernels.training.warp import warp

    count, height, width, _ = pictures.shape
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    ways: Any = np.empty((count, 2, 3))
    ways[:, :, :2] = change.matrix
    ways[:, :, 2] = centre - np.einsum("nij,nj->ni", change.matrix, centre + change.shift * (height, width))
    return warp(pictures, ways.astype(np.float32))
