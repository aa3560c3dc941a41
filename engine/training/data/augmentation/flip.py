"""Left and right are exchanged: for pictures whose mirror image means the same, never for digits."""

from typing import Final

import numpy as np

from engine.training.data.augmentation.augmentation import Augmentation, Change


def _draw(change: Change, random: np.random.Generator) -> None:
    turned = random.random(change.count) < 0.5
    change.matrix[turned, :, 1] *= -1


AUGMENTATION: Final = Augmentation(
    name="flip", title="Flip", help="Left and right exchanged, every other picture.", draw=_draw, rank=3
)
