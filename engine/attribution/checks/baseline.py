"""Pictures to compare with: black, grey, white, the picture's own mean, or the picture blurred; in pixels.

They go through the Input's own scaling, so that "black" is black, whatever number stands for it.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.attribution.method import Question
from engine.image.photograph import fill_input

Map = npt.NDArray[np.float32]

LEVELS: Final = {"black": 0, "grey": 128, "white": 255}
BASELINES: Final = (*LEVELS, "mean", "blur")
BLUR_SHARE: Final = 1 / 10
"""Standard deviation of the blur, as a share of the picture's side."""


def baseline(question: Question, name: str) -> Map:
    """(1, C, H, W): the picture of this name, as values of the Input."""
    picture = question.picture
    if name == "mean":
        return np.broadcast_to(picture.mean(axis=(2, 3), keepdims=True), picture.shape).astype(np.float32)
    if name == "blur":
        return blurred(picture, BLUR_SHARE * min(picture.shape[2:]))
    layer: Any = question.network.nodes[question.input_id].layer
    shape = (picture.shape[1], picture.shape[2], picture.shape[3])
    even = np.full((shape[1], shape[2], 3), LEVELS[name], np.uint8)
    preprocessing = replace(layer.preprocessing, resize="fill", resize_to=0, polarity="as_is")  # no bars
    return np.asarray(fill_input(even, shape, preprocessing), np.float32)


def blurred(picture: Map, deviation: float) -> Map:
    """Gaussian, edges repeated; separable."""
    reach = max(1, int(3 * deviation))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(deviation, 1e-6)) ** 2)
    taps /= taps.sum()
    made = picture.astype(np.float64)
    for axis in (2, 3):
        index = np.clip(np.arange(-reach, picture.shape[axis] + reach), 0, picture.shape[axis] - 1)
        padded = np.take(made, index, axis=axis)
        made = np.zeros(picture.shape, np.float64)
        for tap, weight in enumerate(taps):
            made += weight * np.take(padded, range(tap, tap + picture.shape[axis]), axis=axis)
    return made.astype(np.float32)
