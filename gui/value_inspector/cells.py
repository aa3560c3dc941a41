"""Numbers in coloured cells: the patch, the kernel, the products. No Qt."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gui.figures.drawing.drawing import Rect, Text
from gui.look.colormaps import Rgb, colour, on_ground
from gui.look.theme import CAPTION_PX
from gui.value_inspector.sheet import SMALL_PX, TINY_PX, Area, Kind, Sheet, hex_colour, ink_on
from gui.words.number_format import MINUS

GAP: Final = 2.0
"""Between cells."""
NARROWEST: Final = 25.5
"""Cells less wide show their colour alone."""
ROOMY: Final = 36.0
"""Cells less wide have no room for powers of ten."""
SHORT: Final = 17.0
"""Enough for two digits."""
LOWEST: Final = 14.0

Values = npt.NDArray[Any]


@dataclass(frozen=True)
class CellSize:
    """Distance between neighbouring cells."""

    width: float
    height: float

    @property
    def has_numbers(self) -> bool:
        """Whether a number fits."""
        return self.width >= NARROWEST and self.height >= LOWEST


def are_whole(values: Values) -> bool:
    """Whether all finite values are small whole numbers: they are written without decimals."""
    finite = values[np.isfinite(values)]
    return (
        bool(len(finite)) and bool((finite == np.rint(finite)).all()) and bool((np.abs(finite) < 1e4).all())
    )


def number_text(value: float, *, whole: bool = False, point: str = ".", short: bool = False) -> str:
    """At most five letters or so: `0.37`, `−12.3`, `1e5`, `NaN`, `∞`; `short` writes small ones as 0.00."""
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    value += 0.0  # −0 is 0
    size = abs(value)
    if whole or value == 0:
        text = f"{value:.0f}"
    elif size < 0.005 and not short:
        text = f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")
    elif size < 9.995:
        text = f"{value:.2f}"
    elif size < 99.95:
        text = f"{value:.1f}"
    elif size < 99_999.5:
        text = f"{value:.0f}"
    else:
        text = f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return text.replace("-", MINUS).replace(".", point)


def colours_of(values: Values, *, dark: bool, signed: bool, reach: float | None = None) -> Rgb:
    """Diverging around zero where signed, up to ±`reach` where given."""
    name = on_ground("diverging" if signed else "cividis", dark=dark)
    shown = np.where(np.isinf(values), np.nan, values) if np.isneginf(values).any() else values
    if signed and reach is not None:
        return colour(shown, name, -reach or -1.0, reach or 1.0)
    return colour(shown, name)


def reach_of(values: Values) -> float:
    """The largest finite magnitude."""
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if finite.size else 1.0


def draw_cells(
    sheet: Sheet,
    x: float,
    y: float,
    values: Values,
    size: CellSize,
    *,
    colours: Rgb | None = None,
    kind: Kind | None = "tap",
    first: tuple[int, int] = (0, 0),
    padding: npt.NDArray[np.bool_] | None = None,
    marked: tuple[int, int] | None = None,
    mark: str = "",
    whole: bool | None = None,
) -> tuple[float, float]:
    """A grid of (h, w) values; gives its width and height. `padding` is dashed, `marked` outlined."""
    rows, columns = values.shape
    width, height = columns * size.width - GAP, rows * size.height - GAP
    signed = bool((values[np.isfinite(values)] < 0).any())
    fills = colours_of(values, dark=sheet.is_dark, signed=signed) if colours is None else colours
    whole = are_whole(values) if whole is None else whole
    numbered = size.has_numbers or (whole and size.width >= SHORT and size.height >= LOWEST)
    if size.width < 5 or size.height < 5:
        sheet.picture(x, y, columns * size.width, rows * size.height, fills)
    else:
        type_px = CAPTION_PX if size.width >= 38 else SMALL_PX if size.width >= 31 else TINY_PX
        for i in range(rows):
            for j in range(columns):
                left, top = x + j * size.width, y + i * size.height
                outside = padding is not None and bool(padding[i, j])
                _draw_cell(sheet, left, top, size, fills[i, j], outside=outside)
                if numbered:
                    text = number_text(
                        float(values[i, j]),
                        whole=whole or outside,
                        point=sheet.numbers.decimal_point,
                        short=size.width < ROOMY,
                    )
                    ink = sheet.palette.secondary if outside else ink_on(fills[i, j])
                    sheet.items.append(
                        Text(
                            x=left + (size.width - GAP) / 2,
                            y=top + (size.height - GAP) / 2 + type_px * 0.36,
                            text=text,
                            size=type_px,
                            colour=ink,
                            anchor="middle",
                        )
                    )
    if marked is not None and 0 <= marked[0] < rows and 0 <= marked[1] < columns:
        left, top = x + marked[1] * size.width, y + marked[0] * size.height
        ink = mark or sheet.palette.accent
        sheet.rect(left, top, size.width - GAP, size.height - GAP, stroke=ink, stroke_width=2.5, radius=2)
    if kind is not None:
        sheet.area(Area(kind, x, y, width + GAP, height + GAP, rows, columns, *first))
    return width, height


def _draw_cell(sheet: Sheet, x: float, y: float, size: CellSize, fill: Rgb, *, outside: bool) -> None:
    width, height = size.width - GAP, size.height - GAP
    if outside:
        sheet.rect(
            x + 0.5, y + 0.5, width - 1, height - 1, stroke=sheet.palette.wire, radius=2, dashes=(3.0, 2.0)
        )
    else:
        sheet.items.append(Rect(x=x, y=y, width=width, height=height, fill=hex_colour(fill), radius=2))
