"""The part of a photograph that one value sees: a strongest patch, as a picture."""

import numpy as np
import numpy.typing as npt

from engine.image.photograph import Photograph

Box = tuple[int, int, int, int]
"""Top, left, bottom, right in pixels of the Input, both ends included."""


def patch_of(picture: Photograph, size: tuple[int, int], box: Box) -> Photograph:
    """(h, w, 3): the box of a picture (`photograph_of`) of an Input of this height and width.

    What lies in the padding is grey; at least one pixel is there.
    """
    fine = picture.shape[0] / size[0], picture.shape[1] / size[1]
    top, bottom = int(box[0] * fine[0]), max(int(box[0] * fine[0]) + 1, round((box[2] + 1) * fine[0]))
    left, right = int(box[1] * fine[1]), max(int(box[1] * fine[1]) + 1, round((box[3] + 1) * fine[1]))
    top, left = max(top, -picture.shape[0]), max(left, -picture.shape[1])
    bottom, right = min(bottom, 2 * picture.shape[0]), min(right, 2 * picture.shape[1])
    made: npt.NDArray[np.uint8] = np.full((bottom - top, right - left, 3), 128, np.uint8)
    inner = picture[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    y, x = max(-top, 0), max(-left, 0)
    made[y : y + inner.shape[0], x : x + inner.shape[1]] = inner
    return made
