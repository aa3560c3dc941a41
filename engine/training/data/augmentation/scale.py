"""The picture grows or shrinks a little about its centre."""

from typing import Final

import numpy as np

from engine.training.data.augmentation.augmentation import Augmentation, Change

MOST: Final = 0.1
"""Larger or smaller, at most."""


def _draw(change: Change, random: np.random.Generator) -> None:
    change.matrix[...] /= random.uniform(1 - MOST, 1 + MOST, (change.count, 1, 1))


AUGMENTATION: Final = Augmentation(
    name="scale", title="Grow or shrink", help="Between 0.9 and 1.1 times as large.", draw=_draw, rank=2
)
