"""Many maps as one picture: where the tiles lie, and their pixels as indices into a colour table. No Qt.

All lengths are device pixels. A tile takes the nearest value of its map for each of its pixels, so a map
of any size costs what its tile shows.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gui.look.colormaps import INFINITE, MINUS_INFINITE, NOT_A_NUMBER, lookup_table
from gui.look.map_range import inner

COLOURS: Final = 252
"""Indices 0 … 251 are colours of values."""
NAN_INDEX: Final = 252
HIGH_INDEX: Final = 253
"""+∞."""
LOW_INDEX: Final = 254
"""−∞."""
GAP_INDEX: Final = 255

Maps = npt.NDArray[np.float32]
"""(C, H, W)."""
Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class AtlasGrid:
    """Tiles of one size in rows, a gap between neighbours."""

    count: int
    columns: int
    tile_width: int
    tile_height: int
    gap: int

    @property
    def rows(self) -> int:
        """Lines of tiles."""
        return -(-self.count // self.columns)

    @property
    def height(self) -> int:
        """Of all rows, without a gap at the end."""
        return max(0, self.rows * (self.tile_height + self.gap) - self.gap)

    def place(self, tile: int) -> tuple[int, int]:
        """(x, y) of a tile's top left corner."""
        row, column = divmod(tile, self.columns)
        return column * (self.tile_width + self.gap), row * (self.tile_height + self.gap)

    def find(self, x: float, y: float) -> tuple[int, float, float] | None:
        """The tile there, and where in it as shares of its width and height; None between tiles."""
        if x < 0 or y < 0:
            return None
        column, left = divmod(x, self.tile_width + self.gap)
        row, top = divmod(y, self.tile_height + self.gap)
        tile = int(row) * self.columns + int(column)
        inside = left < self.tile_width and top < self.tile_height and column < self.columns
        if not inside or tile >= self.count:
            return None
        return tile, left / self.tile_width, top / self.tile_height


def fit_grid(
    count: int, map_size: tuple[int, int], room: tuple[int, int], gap: int, limits: tuple[int, int]
) -> AtlasGrid:
    """The grid with the largest tiles that all fit into `room` (width, height), within `limits`.

    Where even the smallest tiles need more height there are more rows than the room shows, and they fill its
    width. Tiles larger than their map are shrunk to a whole multiple of it when that costs little.
    """
    height, width = map_size
    aspect = height / width
    smallest, largest = limits
    chosen = smallest
    for columns in range(1, count + 1):
        side = (room[0] + gap) // columns - gap
        rows = -(-count // columns)
        tall = (room[1] + gap) // rows - gap
        side = min(side, int(tall / aspect), largest)
        chosen = max(chosen, side)
        if (room[0] + gap) // columns - gap < smallest:
            break
    chosen = max(1, min(chosen, room[0]))
    columns = max(1, min(count, (room[0] + gap) // (chosen + gap)))
    tall = -(-count // columns) * (round(chosen * aspect) + gap) - gap
    if tall > room[1]:
        chosen = max(chosen, min((room[0] + gap) // columns - gap, largest))
    elif chosen > width and (chosen // width) * width >= 0.85 * chosen:
        chosen = chosen // width * width
        columns = max(1, min(count, (room[0] + gap) // (chosen + gap)))
    return AtlasGrid(count, columns, chosen, max(1, round(chosen * aspect)), gap)


def paint_rows(
    maps: Maps,
    order: npt.NDArray[np.intp],
    grid: AtlasGrid,
    rows: range,
    lows: Floats,
    highs: Floats,
    *,
    smooth: bool = False,
) -> Indices:
    """Some rows of the atlas as a picture of indices; `lows` and `highs` are each map's range."""
    tiles = order[rows.start * grid.columns : rows.stop * grid.columns]
    picture = np.full(
        (len(rows), grid.tile_height + grid.gap, grid.columns, grid.tile_width + grid.gap),
        GAP_INDEX,
        np.uint8,
    )
    if len(tiles):
        size = (grid.tile_height, grid.tile_width)
        painted = paint_tiles(maps, tiles, size, lows, highs, smooth=smooth)
        full = np.full((len(rows) * grid.columns, *painted.shape[1:]), GAP_INDEX, np.uint8)
        full[: len(tiles)] = painted
        shaped = full.reshape(len(rows), grid.columns, grid.tile_height, grid.tile_width)
        picture[:, : grid.tile_height, :, : grid.tile_width] = shaped.transpose(0, 2, 1, 3)
    return picture.reshape(picture.shape[0] * picture.shape[1], -1)


def paint_tiles(
    maps: Maps,
    tiles: npt.NDArray[np.intp],
    size: tuple[int, int],
    lows: Floats,
    highs: Floats,
    *,
    smooth: bool = False,
) -> Indices:
    """(tiles, height, width) indices of these maps, each scaled to `size` by nearest or blended values."""
    if smooth:
        return _indices(blended(maps[tiles], size), lows[tiles], highs[tiles])
    rows, columns = nearest(maps.shape[1], size[0]), nearest(maps.shape[2], size[1])
    if size[0] * size[1] > maps.shape[1] * maps.shape[2]:
        # Enlarged: each value is turned into an index once, and indices are repeated.
        indices = _indices(maps[tiles], lows[tiles], highs[tiles])
        return indices.take(rows, axis=1).take(columns, axis=2)
    return _indices(maps[tiles[:, None, None], rows[:, None], columns], lows[tiles], highs[tiles])


def _indices(values: Maps, lows: Floats, highs: Floats) -> Indices:
    span = np.where(highs > lows, highs - lows, 1).astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        position = values - lows[:, None, None]
        position *= (np.float32(COLOURS - 1) / span)[:, None, None]
        extreme = ~np.isfinite(values)
        missing = np.isnan(position)
        np.clip(position, 0, COLOURS - 1, out=position)
        position += np.float32(0.5)
        indices = position.astype(np.uint8)
    if extreme.any():
        indices[missing] = NAN_INDEX
        indices[np.isposinf(values)] = HIGH_INDEX
        indices[np.isneginf(values)] = LOW_INDEX
    return indices


def blended(values: Maps, size: tuple[int, int]) -> Maps:
    """(tiles, height, width) of (tiles, H, W): bilinear where enlarged, the mean of what a pixel covers where
    reduced."""
    with np.errstate(invalid="ignore", over="ignore"):
        return _along(_along(values, size[0], 1), size[1], 2)


def _along(values: Maps, size: int, axis: int) -> Maps:
    length = values.shape[axis]
    if size == length:
        return values
    if size < length:
        starts = np.arange(size) * length // size
        ends = np.append(starts[1:], length)
        shape = [1, 1, 1]
        shape[axis] = size
        counts = (ends - starts).astype(np.float32).reshape(shape)
        mean: Maps = np.add.reduceat(values, starts, axis=axis) / counts
        return mean
    position = ((np.arange(size) + 0.5) * (length / size) - 0.5).clip(0, length - 1)
    before = position.astype(np.intp)
    after = np.minimum(before + 1, length - 1)
    shape = [1, 1, 1]
    shape[axis] = size
    share = (position - before).astype(np.float32).reshape(shape)
    low = values.take(before, axis=axis)
    made: Maps = low + (values.take(after, axis=axis) - low) * share
    return made


def nearest(length: int, size: int) -> npt.NDArray[np.intp]:
    """For each of `size` pixels the index of the value under its middle."""
    return (np.arange(size) * 2 + 1) * length // (2 * size)


def extremes(maps: Maps) -> tuple[Floats, Floats]:
    """Each map's smallest and largest finite value; zeros for a map without any."""
    flat = maps.reshape(maps.shape[0], -1)
    lows, highs = flat.min(axis=1), flat.max(axis=1)
    if not (np.isfinite(lows).all() and np.isfinite(highs).all()):
        finite = np.isfinite(flat)
        lows = np.where(finite, flat, np.inf).min(axis=1)
        highs = np.where(finite, flat, -np.inf).max(axis=1)
        none = lows > highs
        lows, highs = np.where(none, 0, lows), np.where(none, 0, highs)
    return lows.astype(np.float32), highs.astype(np.float32)


def by_strength(maps: Maps) -> npt.NDArray[np.intp]:
    """Indices of the maps, the ones that vary most inside of their border first; some thousand values of each
    are looked at."""
    flat = inner(maps).reshape(maps.shape[0], -1)
    flat = flat[:, :: flat.shape[1] // 2048 | 1]
    clean: npt.NDArray[Any] = np.where(np.isfinite(flat), flat, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        spread = np.nan_to_num(clean.var(axis=1, dtype=np.float64))
    return np.argsort(-spread, kind="stable")


def colour_table(name: str, gap: tuple[int, int, int]) -> list[int]:
    """256 colours as 0xFFRRGGBB: those of the colour map, of NaN, of +∞ and −∞, and of the gap."""
    chosen = lookup_table(name)[np.rint(np.linspace(0, 255, COLOURS)).astype(int)]
    table = [*map(tuple, chosen.tolist()), NOT_A_NUMBER, INFINITE, MINUS_INFINITE, gap]
    return [0xFF000000 | red << 16 | green << 8 | blue for red, green, blue in table]
