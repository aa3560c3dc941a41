"""Sums over the batch and over places, for gradients of parameters that all of them share."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.layers.base.layer import Array


def channel_sums(values: "npt.NDArray[np.floating[Any]]") -> "Array":
    """(N, C, H, W) or (N, C) → (C,), added up in doubles."""
    import numpy as np

    axes = (0, *range(2, values.ndim))
    return np.asarray(values.sum(axis=axes, dtype=np.float64), np.float32)
