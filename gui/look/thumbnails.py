"""A node's whole map as one small picture."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.image.photograph import without_normalization
from engine.layers import Layer
from gui.look.colormaps import Rgb, colour
from gui.look.map_range import inner

_BRIGHT_PERCENTILE: Final = 99
_WHITE: Final = 1.001
"""The largest value of a photograph, and what rounding adds to it."""


def strongest_map(maps: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """The (H, W) channel of a (1, C, H, W) array that varies most inside of its border; the first
    of equals.

    A (1, F) vector is folded into the squarest grid that F values fill. NaN and infinities do not count.
    """
    values = np.asarray(maps[0], dtype=np.float32)
    if values.ndim == 1:
        return values.reshape(_rows(values.size), -1)
    if values.shape[0] == 1:
        return np.asarray(values[0])
    return np.asarray(values[int(np.argmax(_spread(values)))])


def thumbnail(
    maps: npt.NDArray[Any], size: int = 48, name: str = "cividis", *, photograph: bool = False
) -> Rgb:
    """(size, size, 3) RGB of the strongest map, nearest scaling, the centred square of it.

    A map with negative values is shown by how far each value is from the map's median: what responds is
    bright and the rest dark, whichever way the weights happen to be signed. `photograph`
    says that (1, 3, H, W) holds RGB and (1, 1, H, W) luminance in 0…1, to be shown as they are.
    """
    if photograph and maps.shape[1] == 1:
        return colour(nearest_square(maps[0, 0], size), "greys", 0.0, 1.0)
    if photograph and maps.shape[1] == 3:
        picture = np.rint(np.clip(maps[0], 0, 1).transpose(1, 2, 0) * 255).astype(np.uint8)
        return nearest_square(picture, size)
    if maps.ndim == 2:
        grid = strongest_map(maps)
        rows, columns = (_nearest(length, length, size) for length in grid.shape)
        return colour(grid, name)[np.ix_(rows, columns)]
    picture = _response(nearest_square(strongest_map(maps), size))
    return colour(picture, name, high=_bright(picture))


def layer_thumbnail(layer: Layer, maps: npt.NDArray[Any], size: int = 48, name: str = "cividis") -> Rgb:
    """A layer's map as `thumbnail` has it; that of an Input as the photograph before its normalisation.

    Three maps of values from 0 to 1, such as a mixture of colours, are the picture that they make.
    """
    if layer.preprocessing is None:
        return thumbnail(maps, size, name, photograph=_is_picture(maps))
    if layer.output_shape()[0] not in (1, 3):
        return thumbnail(maps, size, name)
    values = without_normalization(maps, layer.preprocessing)
    # What lies beyond 0…1 (the ramp's numbers) has no grey of its own.
    return thumbnail(values, size, name, photograph=bool(values.max() <= _WHITE))


def _is_picture(maps: npt.NDArray[Any]) -> bool:
    three = maps.ndim == 4 and maps.shape[1] == 3
    return three and bool(maps.min() >= 0 and maps.max() <= _WHITE)


def _bright(values: npt.NDArray[np.float32]) -> float | None:
    """What takes the brightest colour: all but a few outliers stay told apart."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    bright = float(np.percentile(finite, _BRIGHT_PERCENTILE))
    # Where hardly anything responds, what does is shown in full.
    return bright if bright > float(finite.min()) else None


def _response(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    if not (values < 0).any():
        return values
    finite = values[np.isfinite(values)]
    return np.abs(values - np.median(finite)) if finite.size else values


def nearest_square(picture: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """The centred square of an (H, W, …) array, taken at size × size evenly spaced places."""
    side = min(picture.shape[:2])
    rows, columns = (_nearest(length, side, size) for length in picture.shape[:2])
    return np.asarray(picture[np.ix_(rows, columns)])


def _nearest(length: int, side: int, size: int) -> npt.NDArray[np.int64]:
    """Indices of `size` places in the middle `side` of `length`."""
    return (length - side) // 2 + (np.arange(size) * 2 + 1) * side // (2 * size)


def _spread(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Variance of each (H, W) map, inside of its border: padding makes bands there that mean nothing."""
    flat = inner(values).reshape(values.shape[0], -1)
    if not np.isfinite(flat).all():
        flat = np.where(np.isfinite(flat), flat, 0)
    # Some thousand values tell which map varies most; an odd step does not walk down a few columns.
    step = flat.shape[1] // 4096 | 1
    return np.asarray(flat[:, ::step].var(axis=1, dtype=np.float64))


def _rows(count: int) -> int:
    """The largest divisor of `count` that is no larger than its square root."""
    return max((rows for rows in range(1, int(count**0.5) + 1) if count % rows == 0), default=1)
