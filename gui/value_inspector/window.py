"""Patch × kernel = products, for one channel of a window: the middle of the lens."""

from typing import Final

import numpy as np

from gui.look.theme import TITLE_PX
from gui.value_inspector.cells import (
    LOWEST,
    NARROWEST,
    CellSize,
    colours_of,
    draw_cells,
    number_text,
    reach_of,
)
from gui.value_inspector.inspected_value import InspectedValue
from gui.value_inspector.maps import caption
from gui.value_inspector.sheet import Sheet, Spot

SIGN: Final = 20.0
"""Room for × and =."""
WIDEST: Final = 46.0
HIGHEST: Final = 34.0


def cell_size(rows: int, columns: int, grids: int, width: float, height: float) -> CellSize:
    """Cells for so many grids side by side; square ones where they show their colour alone."""
    wide = min(WIDEST, (width - (grids - 1) * SIGN) / (grids * columns))
    high = min(HIGHEST, height / rows)
    if wide < NARROWEST or high < LOWEST:
        wide = high = min(wide, high)
    return CellSize(wide, high)


def draw_window(
    sheet: Sheet,
    lens: InspectedValue,
    x: float,
    y: float,
    width: float,
    height: float,
    focus: int,
    hover: Spot | None,
) -> float:
    """The grids of the channel in focus; gives the width they take."""
    made = lens.arithmetic
    assert made is not None
    patch, outside = made.patch[focus], ~made.inside
    grids = 1 if made.kernel is None else 3
    size = cell_size(max(1, patch.shape[0]), max(1, patch.shape[1]), grids, width, height - 44)
    mark = (hover.a, hover.b) if hover is not None and hover.kind in ("tap", "weight") else None
    below = y + patch.shape[0] * size.height + 16
    if not patch.size:
        caption(sheet, x, y - 8, "Nothing", "no tap of the kernel reaches this place")
        return 200.0
    caption(
        sheet, x, y - 8, "Patch", f"map {lens.channel(focus)}" if size.width * patch.shape[1] >= 84 else ""
    )
    if made.operation == "max":
        best = np.unravel_index(int(np.nan_to_num(patch, nan=np.inf).argmax()), patch.shape)
        mark = mark or (int(best[0]), int(best[1]))
        sheet.text(x, below, f"the largest is {_text(sheet, made.value)}", colour=sheet.palette.text)
    elif made.kernel is None:
        summed = f"Σ = {_text(sheet, float(patch.sum()))}"
        if made.operation == "norm":
            power = number_text(made.power, whole=made.power == round(made.power))
            summed = f"(Σ x^{power})^(1/{power}) = {_text(sheet, made.value)}"
        if made.operation == "mean":
            summed += f", divided by {made.divisor} = {_text(sheet, made.value)}"
        sheet.text(x, below, summed, colour=sheet.palette.text)
    shown = np.where(outside, 0.0, patch) if made.operation != "max" else patch
    wide, high = draw_cells(sheet, x, y, shown, size, padding=outside, marked=mark)
    if made.kernel is None:
        return max(wide, 170.0)
    middle = y + high / 2 + 5
    x += wide
    _sign(sheet, x, middle, "×")
    x += SIGN
    name = f"{lens.channel(focus)} → {lens.at[0]}"
    caption(sheet, x, y - 8, "Kernel", name if wide >= 96 else "")
    kernel = made.kernel[focus]
    fills = colours_of(kernel, dark=sheet.is_dark, signed=True, reach=reach_of(kernel))
    draw_cells(sheet, x, y, kernel, size, colours=fills, kind="weight", marked=mark)
    x += wide
    _sign(sheet, x, middle, "=")
    x += SIGN
    products = made.products[focus]
    caption(sheet, x, y - 8, "Products")
    fills = colours_of(products, dark=sheet.is_dark, signed=True, reach=reach_of(products))
    draw_cells(sheet, x, y, products, size, colours=fills, marked=mark, padding=outside)
    sheet.text(x, below, f"Σ = {_text(sheet, float(products.sum()))}", colour=sheet.palette.text, weight=600)
    return 3 * wide + 2 * SIGN


def _sign(sheet: Sheet, x: float, y: float, sign: str) -> None:
    sheet.text(x + SIGN / 2 - 1, y, sign, size=TITLE_PX, anchor="middle", colour=sheet.palette.text)


def _text(sheet: Sheet, value: float) -> str:
    whole = bool(np.isfinite(value)) and value == round(value)
    return number_text(value, whole=whole, point=sheet.numbers.decimal_point)
