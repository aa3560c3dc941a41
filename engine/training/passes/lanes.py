"""How a batch lies in memory: pictures innermost, so that every kernel works on whole vectors of them.

A map is (H, W, C, L), a vector (F, L): L is the batch's size rounded up to whole blocks of vectors. The lanes
behind the last picture hold anything in maps, and zeros in gradients.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.host import host
from engine.shapes import Shape

Array = npt.NDArray[np.float32]


def lanes(batch: int) -> int:
    """L for so many pictures: one, two or a multiple of four vectors."""
    vectors = -(-batch // host().width)
    return host().width * (vectors if vectors <= 2 else -(-vectors // 4) * 4)


def room(shape: Shape, lanes: int) -> tuple[int, ...]:
    """The shape of a map or vector of so many lanes."""
    return (*shape[1:], shape[0], lanes)


def lay_batch(values: npt.NDArray[Any], into: Array) -> None:
    """(N, C, H, W) or (N, F) into a map or vector with the pictures innermost, zeros behind them."""
    from engine.kernels.training.batch_values import turn

    last = values.transpose(0, 2, 3, 1) if values.ndim == 4 else values
    turn(np.ascontiguousarray(last, np.float32).reshape(len(values), -1), into.reshape(-1, into.shape[-1]))


def batch_last(values: npt.NDArray[Any], lanes: int) -> Array:
    """(N, C, H, W) or (N, F) with the pictures innermost, zeros behind them."""
    made = np.empty(room(values.shape[1:], lanes), np.float32)
    lay_batch(values, made)
    return made


def batch_first(values: Array, batch: int) -> Array:
    """The pictures outermost again: (N, C, H, W) or (N, F), in C order."""
    part = values[..., :batch]
    return np.ascontiguousarray(part.transpose(*(3, 2, 0, 1) if part.ndim == 4 else (1, 0)))
