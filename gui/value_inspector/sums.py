"""What the channels contribute, strongest first, the rest together, the bias, and the result."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from gui.figures.text.type_metrics import elided
from gui.look.theme import CAPTION_PX
from gui.value_inspector.cells import are_whole, number_text
from gui.value_inspector.inspected_value import InspectedValue
from gui.value_inspector.sheet import Area, Sheet

LINE: Final = 18.0
LABEL: Final = 66.0
VALUE: Final = 42.0
LEAST_BARS: Final = 30.0
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"


@dataclass(frozen=True)
class Row:
    """One line: a name, a number, and the channel's place where it is one."""

    label: str
    value: float
    place: int | None = None
    strong: bool = False


def lines_of(lens: InspectedValue, room: int, first: int) -> list[Row]:
    """At most `room` lines that make the value; channels from `first` on in the order of strength."""
    made = lens.arithmetic
    assert made is not None
    sums = made.channel_sums / made.divisor
    last = [Row("bias", made.bias)] if "bias" in lens.params else []
    last += [Row("output", made.value, strong=True)]
    shown = max(1, room - len(last))
    if len(sums) <= shown:
        places = list(range(len(sums)))
    else:
        first = max(0, min(first, len(sums) - shown + 1))
        places = [int(place) for place in lens.by_strength[first : first + shown - 1]]
    rows = [Row(_name(lens, place), float(sums[place]), place) for place in places]
    rest = len(sums) - len(places)
    if rest:
        others = np.delete(sums, places).sum()
        rows.append(Row(f"{rest} other{'s' if rest > 1 else ''}", float(others)))
    return [*rows, *last]


def draw_sums(
    sheet: Sheet,
    lens: InspectedValue,
    x: float,
    y: float,
    width: float,
    height: float,
    focus: int,
    first: int,
) -> None:
    """Lines with bars from a common zero."""
    rows = lines_of(lens, max(2, int(height // LINE)), first)
    values = [row.value for row in rows if np.isfinite(row.value)]
    whole = are_whole(np.array(values))
    reach = max((abs(value) for value in values), default=1.0) or 1.0
    bars = width - LABEL - VALUE - 8
    zero = x + LABEL + bars / 2
    for index, row in enumerate(rows):
        top = y + index * LINE
        if row.strong:
            sheet.line(x, top + 0.5, x + width, top + 0.5)
            top += 2
        if row.place is not None:
            if row.place == focus and len(rows) > 2:
                sheet.rect(x - 4, top, width + 8, LINE - 1, fill=sheet.palette.selected, radius=4)
            sheet.area(Area("term", x - 4, top, width + 8, LINE, 1, 1, row.place, 0))
        ink = sheet.palette.text if row.strong else sheet.palette.secondary
        label = elided(row.label, LABEL - 6, CAPTION_PX, 600 if row.strong else 400)
        sheet.text(x, top + 13, label, colour=ink, weight=600 if row.strong else 400)
        if np.isfinite(row.value) and bars >= LEAST_BARS:
            length = row.value / reach * bars / 2
            fill = VERMILION if row.value > 0 else BLUE
            sheet.rect(
                min(zero, zero + length), top + 4, max(abs(length), 0.75), LINE - 9, fill=fill, radius=1
            )
        text = number_text(row.value, whole=whole, point=sheet.numbers.decimal_point)
        sheet.text(
            x + width,
            top + 13,
            text,
            colour=sheet.palette.text,
            anchor="end",
            weight=600 if row.strong else 400,
        )
    if bars >= LEAST_BARS:
        sheet.line(zero, y, zero, y + len(rows) * LINE - 2)


def _name(lens: InspectedValue, place: int) -> str:
    if lens.joins:
        return lens.sources[place]
    return f"map {lens.channel(place)}"
