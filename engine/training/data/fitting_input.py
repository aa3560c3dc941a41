"""Pictures as large as an Input, by the Input's own settings: trained on is what is shown afterwards."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.image.photograph import LUMINANCE, fill_input
from engine.image.preprocessing import AS_IT_IS, NORMALIZATIONS, Preprocessing, crop_box
from engine.layers import Layer
from engine.shapes import shape_text
from engine.training.data.examples import Pixels
from engine.training.data.source import Progress

Floats = npt.NDArray[np.float32]


def channels_of(layer: Layer) -> int:
    """Channels of pictures for this Input: 1 or 3; `TrainingError` for one that takes no pictures."""
    channels = layer.output_shape()[0]
    if channels not in (1, 3):
        raise TrainingError(
            f"the Input takes {shape_text(layer.output_shape())}, and pictures have 1 channel or 3."
            " A network with an Input of 1 or 3 channels can be trained"
        )
    return channels


def fitted(pictures: Sequence[Pixels] | Pixels, layer: Layer, progress: Progress) -> Pixels:
    """(N, H, W, channels) as `fill_input` takes a photograph, but in 0…255; of pictures (H, W, 1 or 3)."""
    channels, preprocessing = channels_of(layer), _plain(preprocessing_of(layer))
    if isinstance(pictures, np.ndarray):
        framed = _framed(pictures, layer, preprocessing)
        if framed is not None:
            return with_channels(framed, channels)
    shape = (3, *layer.output_shape()[1:])
    made = np.empty((len(pictures), *layer.output_shape()[1:], channels), np.uint8)
    for number, picture in enumerate(pictures):
        if number % 256 == 0:
            progress(number, len(pictures))
        colours = np.ascontiguousarray(np.broadcast_to(picture, (*picture.shape[:2], 3)))
        values = fill_input(colours, shape, preprocessing)[0].transpose(1, 2, 0)
        made[number] = with_channels(np.rint(values[None] * 255).astype(np.uint8), channels)[0]
    return made


def as_inputs(pictures: Floats, layer: Layer) -> Floats:
    """(N, H, W, channels) of 0…1 as the Input wants its values: normalised, its channels in order.

    → (N, C, H, W), a view where nothing is to be done.
    """
    preprocessing = preprocessing_of(layer)
    if preprocessing.normalization != "unit":
        normal = NORMALIZATIONS[preprocessing.normalization]
        mean: Any = np.array(normal.mean)
        deviation: Any = np.array(normal.deviation)
        if pictures.shape[3] == 1:
            mean, deviation = (np.average(each, weights=LUMINANCE) for each in (mean, deviation))
        pictures = pictures * np.float32(1 / deviation) + np.float32(-mean / deviation)
    if preprocessing.channel_order == "bgr":
        pictures = pictures[..., ::-1]
    return pictures.transpose(0, 3, 1, 2)


def preprocessing_of(layer: Layer) -> Preprocessing:
    """What an Input makes of a photograph."""
    return layer.preprocessing or AS_IT_IS


def _plain(preprocessing: Preprocessing) -> Preprocessing:
    return dataclasses.replace(preprocessing, normalization="unit", channel_order="rgb")


def _framed(pictures: Pixels, layer: Layer, preprocessing: Preprocessing) -> Pixels | None:
    """All at once, where the Input shows them at their own size, with a border or none; else None."""
    count, height, width, channels = pictures.shape
    rows, columns = layer.output_shape()[1:]
    box = crop_box(width, height, layer.output_shape(), preprocessing.resize, preprocessing.resize_to)
    top, left = (rows - height) // 2, (columns - width) // 2
    if box[2] - box[0] != columns or box[3] - box[1] != rows or min(top, left) < 0:
        return None
    if preprocessing.polarity == "light_on_dark":
        depth = max(1, min(height, width) // 16)
        strips = (pictures[:, :depth], pictures[:, -depth:], pictures[:, :, :depth], pictures[:, :, -depth:])
        edge = np.concatenate([strip.reshape(count, -1) for strip in strips], axis=1)
        dark = np.median(edge, axis=1) > 127.5
        pictures = np.where(dark[:, None, None, None], 255 - pictures, pictures)
    made = np.zeros((count, rows, columns, channels), np.uint8)
    made[:, top : top + height, left : left + width] = pictures
    return made


def with_channels(pictures: Pixels, channels: int) -> Pixels:
    """Grey from colours, or three channels from one."""
    if pictures.shape[3] == channels:
        return pictures
    if channels == 3:
        return np.repeat(pictures, 3, axis=3)
    if (pictures[..., :1] == pictures).all():
        return np.ascontiguousarray(pictures[..., :1])
    grey: Pixels = np.rint(pictures @ LUMINANCE).astype(np.uint8)[..., None]
    return grey
