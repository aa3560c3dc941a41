"""A 1×1 convolution as what it is: the depth column at a pixel × one matrix = the output column.

The column stands on its side above the matrix, so that each weight stands below the number it multiplies,
and each row adds up to one output. Where not all channels fit, those that count most for the output in
focus are shown, and what all others add is one number a row.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from gui.value_inspector.cells import CellSize, colours_of, draw_cells, number_text, reach_of
from gui.value_inspector.inspected_value import F64, InspectedValue
from gui.value_inspector.maps import caption
from gui.value_inspector.sheet import ORANGE, Area, Sheet, Spot

WIDEST: Final = 46.0
NARROWEST: Final = 34.0
"""Of a channel's column."""
LINE: Final = 20.0
LABEL: Final = 58.0
OTHERS: Final = 62.0
BIAS: Final = 52.0
RESULT: Final = 56.0


@dataclass(frozen=True, eq=False)
class MatrixPart:
    """The part of the matrix that is shown."""

    lens: InspectedValue
    columns: int
    """How many channels have a column of their own."""
    pitch: float
    """Width of such a column."""
    rows: range
    """Output channels."""

    @cached_property
    def places(self) -> list[int]:
        """Places of the channels, in their order where all are shown, else strongest first."""
        assert self.lens.arithmetic is not None
        count = len(self.lens.arithmetic.channels)
        return list(range(count)) if count <= self.columns else self.lens.by_strength[: self.columns].tolist()

    @cached_property
    def x(self) -> F64:
        """(channels,): the depth column."""
        assert self.lens.arithmetic is not None
        return self.lens.arithmetic.patch[:, 0, 0]

    @cached_property
    def weights(self) -> F64:
        """(rows, channels)."""
        return self.lens.weights_of(self.rows)

    @property
    def others(self) -> int:
        """Channels without a column."""
        return len(self.x) - len(self.places)

    @cached_property
    def rest(self) -> F64:
        """(rows,): what the channels without a column add."""
        left = np.delete(np.arange(len(self.x)), self.places)
        return np.asarray(self.weights[:, left] @ self.x[left], np.float64)

    @cached_property
    def biases(self) -> F64:
        """(rows,)."""
        if "bias" not in self.lens.params:
            return np.zeros(len(self.rows))
        return self.lens.params["bias"][self.rows.start : self.rows.stop].astype(np.float64)

    @cached_property
    def outputs(self) -> F64:
        """(rows,): the output column as the engine computed it."""
        column = self.lens.output[0, self.rows.start : self.rows.stop]
        if column.ndim == 3:
            column = column[:, self.lens.at[1], self.lens.at[2]]
        return column.astype(np.float64)


def visible_rows(lens: InspectedValue, height: float, first: int | None) -> range:
    """Rows that fit below the column; from `first` on, else with the output in focus among them."""
    room = max(1, int((height - 2 * LINE - 18) // LINE))
    rows = lens.rows
    start = lens.at[0] - room // 2 if first is None else rows.start + first
    start = max(rows.start, min(start, rows.stop - room))
    return range(start, min(rows.stop, start + room))


def draw_matrix(
    sheet: Sheet,
    lens: InspectedValue,
    x: float,
    y: float,
    width: float,
    height: float,
    first: int | None,
    hover: Spot | None,
) -> float:
    """The column, the visible part of the matrix, what it adds up to, and below the row's products.

    Gives the width that is taken.
    """
    assert lens.arithmetic is not None
    count = len(lens.arithmetic.channels)
    room = max(NARROWEST + OTHERS, width - LABEL - BIAS - RESULT - 16)
    columns = count if count * NARROWEST <= room else max(1, int((room - OTHERS) // NARROWEST))
    pitch = min(WIDEST, (room - (OTHERS if columns < count else 0)) / columns)
    part = MatrixPart(lens, columns, pitch, visible_rows(lens, height, first))
    size = CellSize(part.pitch, LINE)
    grid = x + LABEL
    right = grid + len(part.places) * part.pitch + (OTHERS if part.others else 0.0)
    hovered = hover if hover is not None and hover.kind == "cell" else None
    _draw_heading(sheet, part, x, y, grid, right)
    fills = colours_of(part.x, dark=sheet.is_dark, signed=bool((part.x < 0).any()))
    column = part.x[part.places][None]
    mark = None if hovered is None or hovered.b not in part.places else (0, part.places.index(hovered.b))
    draw_cells(sheet, grid, y, column, size, colours=fills[part.places][None], kind=None, marked=mark)
    for index, place in enumerate(part.places):
        sheet.area(Area("term", grid + index * part.pitch, y, part.pitch, LINE, 1, 1, place, 0))
    top = y + LINE + 8
    weights = part.weights[:, part.places]
    fills = colours_of(weights, dark=sheet.is_dark, signed=True, reach=reach_of(part.weights))
    focus = part.rows.index(lens.at[0]) if lens.at[0] in part.rows else None
    if focus is not None:
        ground, whole = sheet.palette.selected, right + BIAS + RESULT - x + 16
        sheet.rect(x - 6, top + focus * LINE - 3, whole, LINE + 4, fill=ground, radius=5)
    mark = (
        None
        if hovered is None or mark is None or hovered.a not in part.rows
        else (part.rows.index(hovered.a), mark[1])
    )
    draw_cells(sheet, grid, top, weights, size, colours=fills, kind=None, marked=mark)
    for row, output in enumerate(part.rows):
        for index, place in enumerate(part.places):
            left = grid + index * part.pitch
            sheet.area(Area("cell", left, top + row * LINE, part.pitch, LINE, 1, 1, output, place))
    _draw_results(sheet, part, x, top, right, focus)
    _draw_products(sheet, part, x, top + len(part.rows) * LINE + 8, grid, right)
    return right + BIAS + RESULT + 4 - x


def _draw_heading(sheet: Sheet, part: MatrixPart, x: float, y: float, grid: float, right: float) -> None:
    for index, place in enumerate(part.places):
        middle = grid + (index + 0.5) * part.pitch - 1
        sheet.text(middle, y - 6, _number(part, place), anchor="middle")
    caption(sheet, x, y + 14, "Column" if part.lens.is_vector is False else "Input")
    if part.others:
        few = part.others < 1000
        sheet.text(right - 8, y - 6, f"{part.others} others" if few else "the others", anchor="end")
    sheet.text(right + BIAS - 4, y - 6, "bias", anchor="end")
    ink = sheet.palette.text
    sheet.text(right + BIAS + RESULT - 4, y - 6, "output", anchor="end", colour=ink, weight=500)


def _number(part: MatrixPart, place: int) -> str:
    assert part.lens.arithmetic is not None
    return str(part.lens.arithmetic.channels[place])


def _draw_results(
    sheet: Sheet, part: MatrixPart, x: float, top: float, right: float, focus: int | None
) -> None:
    point = sheet.numbers.decimal_point
    name = "value" if part.lens.is_vector else "map"
    fills = colours_of(part.outputs, dark=sheet.is_dark, signed=True, reach=reach_of(part.outputs))
    for row, output in enumerate(part.rows):
        base = top + row * LINE + 13
        is_focus = row == focus
        ink = sheet.palette.text if is_focus else sheet.palette.secondary
        sheet.text(x, base, f"{name} {output}", colour=ink, weight=600 if is_focus else 400)
        if part.others:
            sheet.text(right - 8, base, number_text(part.rest[row], point=point), anchor="end", colour=ink)
        bias = number_text(part.biases[row], point=point)
        sheet.text(right + BIAS - 14, base, bias, anchor="end", colour=ink)
        sheet.text(right + BIAS - 4, base, "=", anchor="middle", colour=ink)
        left = right + BIAS + 4
        cell = part.outputs[row : row + 1][None]
        mark = (0, 0) if is_focus else None
        cells, fill = CellSize(RESULT - 6, LINE), fills[row : row + 1][None]
        draw_cells(
            sheet, left, top + row * LINE, cell, cells, colours=fill, kind=None, marked=mark, mark=ORANGE
        )
        sheet.area(Area("cell", x - 6, top + row * LINE, 54, LINE, 1, 1, output, -1))
        sheet.area(Area("cell", left, top + row * LINE, RESULT, LINE, 1, 1, output, -1))


def _draw_products(sheet: Sheet, part: MatrixPart, x: float, y: float, grid: float, right: float) -> None:
    """Below the matrix: what the row in focus adds up."""
    made = part.lens.arithmetic
    assert made is not None
    products = made.products[:, 0, 0]
    fills = colours_of(products, dark=sheet.is_dark, signed=True, reach=reach_of(products))
    sheet.text(x, y + 13, "products", colour=sheet.palette.text)
    size = CellSize(part.pitch, LINE)
    draw_cells(sheet, grid, y, products[part.places][None], size, colours=fills[part.places][None], kind=None)
    for index, place in enumerate(part.places):
        sheet.area(Area("cell", grid + index * part.pitch, y, part.pitch, LINE, 1, 1, part.lens.at[0], place))
    point = sheet.numbers.decimal_point
    if part.others:
        rest = np.delete(products, part.places).sum()
        sheet.text(right - 8, y + 13, number_text(float(rest), point=point), anchor="end")
    sheet.text(right + BIAS - 14, y + 13, number_text(made.bias, point=point), anchor="end")
    sheet.text(right + BIAS - 4, y + 13, "Σ", anchor="middle", colour=sheet.palette.text)
    total = number_text(made.value, point=point)
    sheet.text(right + BIAS + RESULT - 6, y + 13, total, anchor="end", colour=sheet.palette.text, weight=600)
