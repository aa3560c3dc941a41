"""Feature maps as drawings: what the panel shows, for any file. No Qt."""

from dataclasses import replace
from typing import Final

import numpy as np

from gui.figures.drawing.drawing import Drawing, Item, Picture, Rect, Text
from gui.look.colormaps import Rgb, lookup_table, on_ground
from gui.look.theme import BASE_PX, CAPTION_PX, GRID, Palette
from gui.widgets.maps.atlas import AtlasGrid, colour_table, paint_rows, paint_tiles
from gui.widgets.maps.map_picture import MapPicture
from gui.widgets.maps.map_statistics import MapStatistics
from gui.words.number_format import Numbers

MARGIN: Final = 2 * GRID
HEAD: Final = 26.0
FOOT: Final = 22.0
SCALE: Final = 72.0
"""Width of a colour scale with its numbers."""
LARGE: Final = 480.0
"""Longer side of a map that stands alone."""


def atlas_drawing(
    picture: MapPicture, grid: AtlasGrid, title: str, remark: str, palette: Palette, numbers: Numbers
) -> Drawing:
    """All maps in the order, colours, part and layout of the atlas; `grid` is that of the screen.

    Maps larger than their tiles are drawn finer than the screen shows them, so that no value is lost.
    """
    finer = max(1, -(-picture.size[1] // grid.tile_width))
    grid = replace(
        grid,
        tile_width=grid.tile_width * finer,
        tile_height=grid.tile_height * finer,
        gap=grid.gap * finer,
    )
    indices = paint_rows(
        picture.shown, picture.order, grid, range(grid.rows), *picture.ranges, smooth=picture.smooth
    )
    pixels = _coloured(indices[: grid.height], picture, palette)
    wide = grid.columns * (grid.tile_width + grid.gap) - grid.gap
    pixels = np.ascontiguousarray(pixels[:, :wide])
    height, width = pixels.shape[0] / finer, pixels.shape[1] / finer
    items: list[Item] = [
        *_head(title, remark, palette),
        Picture(x=MARGIN, y=MARGIN + HEAD, width=width, height=height, pixels=pixels),
        _statistics(picture.maps, MARGIN + HEAD + height + FOOT - 4, palette, numbers),
    ]
    return Drawing(
        width=max(width, 320.0) + 2 * MARGIN,
        height=height + HEAD + FOOT + 2 * MARGIN,
        items=tuple(items),
        background=palette.surface,
        title=f"{title}: {remark}",
    )


def map_drawing(picture: MapPicture, channel: int, title: str, palette: Palette, numbers: Numbers) -> Drawing:
    """One map with the scale of its colours and its statistics."""
    rows, columns = picture.size
    unit = LARGE / max(rows, columns)
    times = max(1, round(unit)) if picture.smooth else 1
    size = (rows * times, columns * times)
    tiles = np.array([channel])
    indices = paint_tiles(picture.shown, tiles, size, *picture.ranges, smooth=picture.smooth)[0]
    width, height = columns * unit, rows * unit
    top = MARGIN + HEAD
    items: list[Item] = [
        *_head(title, f"map {channel} of {len(picture.maps)}", palette),
        Picture(
            x=MARGIN,
            y=top,
            width=width,
            height=height,
            pixels=_coloured(indices, picture, palette),
            smooth=False,
        ),
        *_scale(picture, channel, MARGIN + width + GRID + 4, top, height, palette, numbers),
        _statistics(picture.maps[channel], top + height + FOOT - 4, palette, numbers),
    ]
    return Drawing(
        width=width + SCALE + 2 * MARGIN,
        height=height + HEAD + FOOT + 2 * MARGIN,
        items=tuple(items),
        background=palette.surface,
        title=f"{title}, map {channel}",
    )


def _coloured(indices: np.ndarray, picture: MapPicture, palette: Palette) -> Rgb:
    red, green, blue = (int(palette.surface[at : at + 2], 16) for at in (1, 3, 5))
    name = on_ground(picture.colour_map, dark=palette.name == "dark")
    table = np.array(colour_table(name, (red, green, blue)), dtype=np.uint32)
    rgb = np.stack([table >> 16 & 255, table >> 8 & 255, table & 255], axis=1).astype(np.uint8)
    made: Rgb = rgb[indices]
    return made


def _head(title: str, remark: str, palette: Palette) -> list[Item]:
    from gui.figures.text.type_metrics import text_width

    base = MARGIN + 12
    beside = MARGIN + text_width(title, BASE_PX, 600) + GRID
    return [
        Text(x=MARGIN, y=base, text=title, size=BASE_PX, colour=palette.text, weight=600),
        Text(x=beside, y=base, text=remark, size=BASE_PX, colour=palette.secondary),
    ]


def _statistics(values: np.ndarray, y: float, palette: Palette, numbers: Numbers) -> Text:
    text = MapStatistics.of(values).text(numbers)
    return Text(x=MARGIN, y=y, text=text, size=CAPTION_PX, colour=palette.secondary)


def _scale(
    picture: MapPicture, channel: int, x: float, y: float, height: float, palette: Palette, numbers: Numbers
) -> list[Item]:
    low, high = (float(ends[channel]) for ends in picture.ranges)
    table = lookup_table(on_ground(picture.colour_map, dark=palette.name == "dark"))
    bar = Picture(x=x, y=y, width=8, height=height, pixels=np.ascontiguousarray(table[::-1][:, None]))
    frame = Rect(x=x, y=y, width=8, height=height, stroke=palette.line, stroke_width=0.5)
    ends = [(y + 9, high), (y + height, low)]
    return [
        bar,
        frame,
        *(
            Text(x=x + 12, y=at, text=numbers.decimal(value), size=CAPTION_PX, colour=palette.secondary)
            for at, value in ends
        ),
    ]
