"""The picture moves a little."""

from typing import Final

import numpy as np

from engine.training.data.augmentation.augmentation import Augmentation, Change

FARTHEST: Final = 0.1
"""Of the height and of the width."""


def _draw(change: Change, random: np.random.Generator) -> None:
    change.shift[...] += random.uniform(-FARTHEST, FARTHEST, change.shift.shape)


AUGMENTATION: Final = Augmentation(
    name="shift", title="Shift", help="Up to a tenth of the picture, in any direction.", draw=_draw, rank=0
)
