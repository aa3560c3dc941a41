"""Sums over the batch and over places, for gradients of parameters that all of them share."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


def channel_sums(values: "Array") -> "Array":
    """(N, C, H, W) or (N, C) → (C,), added up in doubles."""
    import numpy as np

    axes = (0, *range(2, values.ndim))
    return values.sum(axis=axes, dtype=np.float64).astype(np.float32)
