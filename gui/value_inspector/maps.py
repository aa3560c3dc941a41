"""The map that is read and the map that comes out, with the window on the one and the value on the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gui.figures.text.type_metrics import text_width
from gui.look.colormaps import Rgb, colour, on_ground
from gui.look.theme import CAPTION_PX
from gui.value_inspector.cells import GAP, CellSize, are_whole, draw_cells
from gui.value_inspector.sheet import ORANGE, Area, Kind, Sheet

Values = npt.NDArray[np.float32]
Pads = tuple[tuple[int, int], tuple[int, int]]
NO_PADS: Final[Pads] = ((0, 0), (0, 0))

LARGEST_CELL: Final = 40.0
SMALLEST_CELL: Final = 24.0
SMALLEST_WHOLE: Final = 18.0
"""Cells at least so large show their number, and their whole number."""
TINT: Final = np.array([230, 159, 0], np.float32)
"""What related places are tinted with: `ORANGE`."""


@dataclass(frozen=True)
class MapPlace:
    """Where a map lies in the drawing: its first cell, and the distance between cells."""

    x: float
    y: float
    cell: float
    right: float
    bottom: float

    def box(self, rows: Sequence[int], columns: Sequence[int]) -> tuple[float, float, float, float]:
        """(x, y, width, height) of the hull of these rows and columns, which may lie outside of the map."""
        top, bottom = min(rows), max(rows) + 1
        left, right = min(columns), max(columns) + 1
        return (
            self.x + left * self.cell,
            self.y + top * self.cell,
            (right - left) * self.cell,
            (bottom - top) * self.cell,
        )


def map_colours(values: Values, *, dark: bool) -> Rgb:
    """As the feature maps show it by default: diverging around zero where there are negative values."""
    finite = values[np.isfinite(values)]
    signed = bool(finite.size) and bool(finite.min() < 0)
    return colour(values, on_ground("diverging" if signed else "cividis", dark=dark))


def tinted(colours: Rgb, rows: Sequence[int], columns: Sequence[int], share: float = 0.55) -> Rgb:
    """With the cells where these rows and columns cross tinted."""
    made = colours.copy()
    place = np.ix_(list(rows), list(columns))
    made[place] = np.rint(made[place] * (1 - share) + TINT * share).astype(np.uint8)
    return made


def draw_map(
    sheet: Sheet,
    x: float,
    y: float,
    side: float,
    values: Values,
    colours: Rgb,
    kind: Kind,
    *,
    pads: Pads = NO_PADS,
    reveal: int | None = None,
) -> MapPlace:
    """The map as large as fits into a square; where its cells are large enough, with its numbers.

    `pads` are drawn around it as dashed cells, or as a dashed frame. Of `reveal` values alone, in the order
    of reading, the others are still to come.
    """
    height, width = values.shape
    (top, bottom), (left, right) = pads
    rows, columns = height + top + bottom, width + left + right
    cell = min(side / rows, side / columns, LARGEST_CELL)
    place = MapPlace(
        x + left * cell,
        y + top * cell,
        cell,
        x + columns * cell,
        y + rows * cell,
    )
    hidden = None if reveal is None else np.arange(height * width).reshape(height, width) >= reveal
    if cell >= (SMALLEST_WHOLE if are_whole(values) else SMALLEST_CELL):
        _draw_numbers(sheet, place, values, colours, pads, hidden)
    else:
        if hidden is not None:
            ground = tuple(bytes.fromhex(sheet.palette.hover[1:]))
            colours = np.where(hidden[..., None], np.array(ground, np.uint8), colours)
        if any((top, bottom, left, right)):
            sheet.rect(
                x, y, columns * cell, rows * cell, stroke=sheet.palette.wire, dashes=(3.0, 3.0), radius=1
            )
        sheet.picture(place.x, place.y, width * cell, height * cell, np.ascontiguousarray(colours))
    sheet.area(Area(kind, place.x, place.y, width * cell, height * cell, height, width))
    return place


def _draw_numbers(
    sheet: Sheet,
    place: MapPlace,
    values: Values,
    colours: Rgb,
    pads: Pads,
    hidden: npt.NDArray[np.bool_] | None,
) -> None:
    size = CellSize(place.cell, place.cell)
    top, left = pads[0][0], pads[1][0]
    padded = np.pad(values.astype(np.float64), pads)
    outside = np.pad(np.zeros(values.shape, np.bool_), pads, constant_values=True)
    fills = np.pad(colours, (*pads, (0, 0)))
    whole = are_whole(values)
    if hidden is None:
        x, y = place.x - left * place.cell, place.y - top * place.cell
        draw_cells(sheet, x, y, padded, size, colours=fills, kind=None, padding=outside, whole=whole)
        return
    for i, j in np.ndindex(values.shape):
        x, y = place.x + j * place.cell, place.y + i * place.cell
        if hidden[i, j]:
            side = place.cell - GAP
            sheet.rect(x, y, side, side, fill=sheet.palette.hover, radius=2)
        else:
            one = values[i : i + 1, j : j + 1]
            draw_cells(sheet, x, y, one, size, colours=colours[i : i + 1, j : j + 1], kind=None, whole=whole)


def outline_cells(
    sheet: Sheet,
    place: MapPlace,
    rows: Sequence[int],
    columns: Sequence[int],
    *,
    colour_name: str = ORANGE,
    dashed: bool = False,
) -> None:
    """An outline around a window; at least a few units wide, so that it is seen on any map."""
    if not rows or not columns:
        return
    x, y, width, height = place.box(rows, columns)
    if place.cell >= SMALLEST_CELL:
        width, height = width - GAP, height - GAP
    wider, higher = max(0.0, 5 - width) / 2, max(0.0, 5 - height) / 2
    sheet.outline(x - wider, y - higher, width + 2 * wider, height + 2 * higher, colour_name, dashed=dashed)


def caption(
    sheet: Sheet, x: float, y: float, strong: str, weak: str = "", *, room: float | None = None
) -> None:
    """A block's heading: what it is, and which one of them, as far as there is room."""
    sheet.text(x, y, strong, colour=sheet.palette.text, weight=500)
    left = x + text_width(strong, CAPTION_PX, 500) + 6
    if room is not None:
        while weak and text_width(weak, CAPTION_PX) > x + room - left:
            weak = weak.rpartition(" of ")[0]
    if weak:
        sheet.text(left, y, weak)
