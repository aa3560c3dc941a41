"""Contrast and the brightness of each channel change a little."""

from typing import Final

import numpy as np

from engine.training.data.augmentation.augmentation import Augmentation, Change

CONTRAST: Final = 0.3
BRIGHTNESS: Final = 0.1


def _draw(change: Change, random: np.random.Generator) -> None:
    change.gain[...] *= random.uniform(1 - CONTRAST, 1 + CONTRAST, (change.count, 1))
    change.offset[...] += random.uniform(-BRIGHTNESS, BRIGHTNESS, change.offset.shape)


AUGMENTATION: Final = Augmentation(
    name="colour",
    title="Colour",
    help="Contrast between 0.7 and 1.3, each channel up to a tenth brighter or darker.",
    draw=_draw,
    rank=4,
)
