"""Pictures changed by chance while a network learns, one way a file: each `AUGMENTATION` is found by being
there. None of them is used on held-out pictures."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from engine.training.catalogue import catalogue
from engine.training.data.augmentation.augmentation import Augmentation, Change, moved


@cache
def augmentations() -> dict[str, Augmentation]:
    """All by name, in the order of lists."""
    return catalogue(__name__, __path__, "AUGMENTATION")


def augmented(
    pictures: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]",
    names: Sequence[str],
    random: np.random.Generator,
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """(N, H, W, channels) of 0…1, each picture changed in its own way."""
    chosen = [augmentation for name, augmentation in augmentations().items() if name in names]
    change = Change.none(len(pictures))
    for augmentation in chosen:
        augmentation.draw(change, random)
    return moved(pictures, change)
