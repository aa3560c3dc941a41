"""Real maps as pictures for the faces of figures: whole maps with their own height and width."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gui.figures.sketch import Symbol
from gui.figures.style import Maps
from gui.look.colormaps import Rgb, colour, on_ground
from gui.look.thumbnails import strongest_map

FINEST: Final = 96
"""Most rows or columns of a picture in a figure: more are not seen, and files stay small."""
_BRIGHT: Final = 99.5

Map = npt.NDArray[np.float32]


def channel_picture(values: Map, name: str, *, dark: bool = False, finest: int = FINEST) -> Rgb:
    """One (H, W) map in colours, its brightest half percent clipped; signed ones around zero."""
    values = np.asarray(_sampled(values, finest), dtype=np.float32)
    finite = values[np.isfinite(values)]
    table = on_ground(name, dark=dark)
    if not finite.size or name == "diverging":
        return colour(values, table)
    low, high = float(finite.min()), float(np.percentile(finite, _BRIGHT))
    return colour(values, table, low, high if high > low else None)


def map_picture(maps: Map, name: str, *, dark: bool = False, finest: int = FINEST) -> Rgb:
    """The strongest map of a (1, C, H, W) array, or the (1, F) vector in a grid."""
    return channel_picture(strongest_map(maps), name, dark=dark, finest=finest)


def input_picture(maps: Map, *, finest: int = FINEST) -> Rgb | None:
    """An Input's (1, 3, H, W) as a photograph, or (1, 1, H, W) in greys; None for other channel counts."""
    if maps.ndim != 4 or maps.shape[1] not in (1, 3):
        return None
    values = maps[0]
    low, high = float(values.min()), float(values.max())
    if low < -0.01 or high > 1.01:
        # Normalised values: as they lie between their smallest and largest.
        values = (values - low) / ((high - low) or 1.0)
    picture = np.rint(np.clip(values, 0, 1).transpose(1, 2, 0) * 255).astype(np.uint8)
    whole = np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture
    return np.asarray(_sampled(whole, finest), dtype=np.uint8)


def face_map(symbol: Symbol, maps: Maps | None) -> Map | None:
    """The (1, C, H, W) map that a symbol shows: after its activation; None where there is none."""
    for node in reversed(symbol.members):
        found = None if maps is None else maps.get(node.id)
        if found is not None and found.ndim == 4:
            return found
    return None


def symbol_picture(symbol: Symbol, maps: Maps | None, name: str, *, dark: bool = False) -> Rgb | None:
    """What a symbol shows on a single face: a photograph, or its strongest map; None without maps."""
    found = face_map(symbol, maps)
    if found is None:
        return None
    photograph = input_picture(found) if symbol.layer.role == "input" else None
    return map_picture(found, name, dark=dark) if photograph is None else photograph


def strongest_channels(maps: Map, most: int) -> list[int]:
    """Indices of the channels of a (1, C, H, W) array that vary most, the strongest first."""
    values = np.nan_to_num(maps[0], posinf=0.0, neginf=0.0).reshape(maps.shape[1], -1)
    step = values.shape[1] // 4096 | 1
    spread = values[:, ::step].var(axis=1, dtype=np.float64)
    return [int(index) for index in np.argsort(-spread, kind="stable")[:most]]


def channels_shown(count: int, most: int) -> list[int]:
    """Indices of the channels that are drawn of so many: the first ones, and the last."""
    if count <= most:
        return list(range(count))
    return [*range(max(1, most - 1)), count - 1] if most > 1 else [0]


def _sampled(picture: npt.NDArray[Any], finest: int) -> npt.NDArray[Any]:
    """At most so many rows and columns, taken evenly."""
    rows, columns = picture.shape[:2]
    share = min(1.0, finest / max(rows, columns))
    places = [
        (np.arange(max(1, round(n * share))) * 2 + 1) * n // (2 * max(1, round(n * share)))
        for n in (rows, columns)
    ]
    return picture[np.ix_(*places)]
