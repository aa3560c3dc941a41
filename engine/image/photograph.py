"""From an image file to the values of a network's input.

Photographs are (H, W, 3) uint8 RGB, upright. What an Input takes of one, how it is scaled to the Input's
size, and what is made of 0…1 says its `Preprocessing`; 3 channels are the colours, 1 is the luminance, any
other number that many responses of an oriented filter bank. A test pattern is made at the Input's very size.
"""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.image.filter_bank import pooling, responses
from engine.image.image_file import read_image_file
from engine.image.patterns import Pattern
from engine.image.preprocessing import AS_IT_IS, NORMALIZATIONS, Preprocessing, crop_box
from engine.shapes import Shape

Photograph = npt.NDArray[np.uint8]

Scene = Photograph | Pattern
"""What a network can look at."""

LUMINANCE: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""ITU-R BT.601 weights of R, G and B."""


def read_photograph(path: str | Path) -> Photograph:
    """The image in this file, turned upright by its EXIF tag; `PhotographError` says why there is none."""
    return _read_only(np.asarray(read_image_file(path), dtype=np.uint8))


def fill_input(
    scene: Scene, shape: Shape, preprocessing: Preprocessing = AS_IT_IS
) -> npt.NDArray[np.float32]:
    """The photograph or pattern as the values of an Input: float32 (1, C, H, W), read-only."""
    if shape[0] == 3:
        pixels = _normalized(_resized(scene, shape, 1, preprocessing), preprocessing)
        values = pixels[..., _order(preprocessing)].transpose(2, 0, 1)
    elif shape[0] == 1:
        grey = _luminance(scene, shape, 1, preprocessing)
        values = _normalized(grey[..., None], preprocessing).transpose(2, 0, 1)
    else:
        values = responses(_luminance(scene, shape, pooling(shape), preprocessing), shape)
    made = np.ascontiguousarray(values, dtype=np.float32)[None]
    made.flags.writeable = False
    return made


def without_normalization(
    values: npt.NDArray[np.float32], preprocessing: Preprocessing
) -> npt.NDArray[np.float32]:
    """(1, C, H, W) of an Input of 1 or 3 channels as RGB or luminance in 0…1 again: to be looked at."""
    scale, shift = _affine(values.shape[1], preprocessing.normalization)
    if values.shape[1] == 3:
        values = values[:, _order(preprocessing)]
    return np.asarray((values - shift[:, None, None]) / scale[:, None, None], dtype=np.float32)


def is_inverted(scene: Scene, preprocessing: Preprocessing) -> bool:
    """Whether the photograph is turned into its negative: it is dark ink on light ground, and the network
    wants it the other way round. The ground is what most of the photograph's edge shows."""
    if preprocessing.polarity != "light_on_dark" or isinstance(scene, Pattern):
        return False
    depth = max(1, min(scene.shape[:2]) // 16)
    strips = (scene[:depth], scene[-depth:], scene[:, :depth], scene[:, -depth:])
    edge = np.concatenate([strip.reshape(-1, 3) for strip in strips])
    return bool(np.median(edge @ LUMINANCE) > 127.5)


def _order(preprocessing: Preprocessing) -> slice:
    return slice(None, None, -1 if preprocessing.channel_order == "bgr" else 1)


def _normalized(values: npt.NDArray[np.float32], preprocessing: Preprocessing) -> npt.NDArray[np.float32]:
    """(H, W, C) of 0…1 as the Input wants it; "unit" leaves it as it is, to the bit."""
    if preprocessing.normalization == "unit":
        return values
    scale, shift = _affine(values.shape[2], preprocessing.normalization)
    return np.asarray(values * scale + shift, dtype=np.float32)


def _affine(channels: int, normalization: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """What each channel's value is multiplied by, and what is added then; a luminance gets the mixture."""
    found = NORMALIZATIONS[normalization]
    mean, deviation = np.array(found.mean), np.array(found.deviation)
    if channels == 1:
        mean, deviation = (np.average(each, weights=LUMINANCE, keepdims=True) for each in (mean, deviation))
    return (1 / deviation).astype(np.float32), (-mean / deviation).astype(np.float32)


def _luminance(
    scene: Scene, shape: Shape, finer: int, preprocessing: Preprocessing
) -> npt.NDArray[np.float32]:
    """(H, W) of what `_resized` gives; of a pattern its own values, to the bit."""
    if isinstance(scene, Pattern):
        return scene.values((shape[1] * finer, shape[2] * finer))
    return np.asarray(_resized(scene, shape, finer, preprocessing) @ LUMINANCE, dtype=np.float32)


def _resized(scene: Scene, shape: Shape, finer: int, preprocessing: Preprocessing) -> npt.NDArray[np.float32]:
    """What an input of this shape sees, at `finer` times its height and width: (H, W, 3) in 0…1."""
    rows, columns = shape[1] * finer, shape[2] * finer
    if isinstance(scene, Pattern):
        return np.repeat(scene.values((rows, columns))[..., None], 3, axis=2)
    image = Image.fromarray(scene)
    left, top, right, bottom = crop_box(
        image.width, image.height, shape, preprocessing.resize, preprocessing.resize_to
    )
    # Bars beyond the photograph stay black; their width is that of whole pixels.
    across, down = columns / (right - left), rows / (bottom - top)
    x, y = max(0, round(-left * across)), max(0, round(-top * down))
    size = (max(1, columns - 2 * x), max(1, rows - 2 * y))
    box = (max(left, 0.0), max(top, 0.0), min(right, float(image.width)), min(bottom, float(image.height)))
    pixels = np.asarray(image.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=3.0))
    if is_inverted(scene, preprocessing):
        pixels = 255 - pixels  # in whole numbers: turned around twice, it is the same
    resized = pixels.astype(np.float32) / np.float32(255)
    if (size[1], size[0]) == (rows, columns):
        return resized
    made = np.zeros((rows, columns, 3), dtype=np.float32)
    x, y = (columns - size[0]) // 2, (rows - size[1]) // 2
    made[y : y + size[1], x : x + size[0]] = resized
    return made


def _read_only(values: Photograph) -> Photograph:
    made = np.ascontiguousarray(values)
    if made.flags.writeable:
        made.flags.writeable = False
    return made
