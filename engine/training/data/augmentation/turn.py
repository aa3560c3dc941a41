"""The picture turns a little about its centre."""

from typing import Final

import numpy as np

from engine.training.data.augmentation.augmentation import Augmentation, Change

MOST: Final = 12.0
"""Degrees."""


def _draw(change: Change, random: np.random.Generator) -> None:
    angle = np.radians(random.uniform(-MOST, MOST, change.count))
    cos, sin = np.cos(angle), np.sin(angle)
    turns = np.stack([np.stack([cos, -sin], axis=1), np.stack([sin, cos], axis=1)], axis=1)
    change.matrix[...] = change.matrix @ turns


AUGMENTATION: Final = Augmentation(
    name="turn", title="Turn", help="Up to 12 degrees either way.", draw=_draw, rank=1
)
