"""Tables as they are set in papers: three rules, no vertical lines, numbers aligned to the right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from gui.figures.drawing.drawing import Item, Rect, Text
from gui.figures.drawing.shapes import straight
from gui.figures.text.type_metrics import text_width
from gui.look.theme import Palette

TYPE: Final = 12.0
ROW: Final = 19.0
_APART: Final = 20.0
"""Between columns."""
_SWATCH: Final = 8.0


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is set: `numbers` are the columns aligned to the right, `swatches` a colour a row."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()
    swatches: tuple[str, ...] = ()
    parts: tuple[str, ...] = field(default=())
    """The node each row is about."""


def column_widths(setting: Setting) -> list[float]:
    """How wide each column must be."""
    widths = []
    for column, heading in enumerate(setting.headings):
        cells = [row[column] for row in setting.rows]
        total = text_width(setting.totals[column], TYPE, 600) if setting.totals else 0.0
        widths.append(
            max([text_width(heading, TYPE, 600), total, *(text_width(cell, TYPE) for cell in cells)])
        )
    if setting.swatches and widths:
        widths[0] += _SWATCH + 7
    return widths


def table_size(setting: Setting, widths: Sequence[float], rows: int, totals: bool) -> tuple[float, float]:
    """Width and height of the table with so many rows."""
    height = ROW * (1 + rows + (1 if totals else 0)) + 14 + (8 if totals else 0)
    return sum(widths) + _APART * (len(widths) - 1), height


def table_items(
    setting: Setting, widths: Sequence[float], rows: range, palette: Palette, *, totals: bool
) -> Iterator[Item]:
    """The headings and these rows from the origin on; with the totals below, if wanted."""
    width, height = table_size(setting, widths, len(rows), totals and bool(setting.totals))
    yield straight((0, 0.6), (width, 0.6), palette.text, 1.3)
    yield from _row(setting, setting.headings, widths, 4.0, palette.text, 600)
    y = ROW + 7.0
    yield straight((0, y - 0.5), (width, y - 0.5), palette.secondary, 0.8)
    y += 3.0
    for index in rows:
        part = setting.parts[index] if setting.parts else ""
        if setting.swatches:
            colour = setting.swatches[index]
            top = y + (ROW - _SWATCH) / 2
            yield Rect(x=0, y=top, width=_SWATCH, height=_SWATCH, radius=2, fill=colour, part=part)
        yield from _row(setting, setting.rows[index], widths, y, palette.text, 400, part)
        y += ROW
    if totals and setting.totals:
        yield straight((0, y + 3), (width, y + 3), palette.secondary, 0.8)
        yield from _row(setting, setting.totals, widths, y + 5, palette.text, 600)
    yield straight((0, height - 0.6), (width, height - 0.6), palette.text, 1.3)


def _row(
    setting: Setting,
    cells: Sequence[str],
    widths: Sequence[float],
    y: float,
    colour: str,
    weight: int,
    part: str = "",
) -> Iterator[Item]:
    x = 0.0
    for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        number = column in setting.numbers
        indent = _SWATCH + 7 if setting.swatches and column == 0 else 0.0
        if cell:
            yield Text(
                x=x + width if number else x + indent, y=y + ROW / 2 + 4.3, text=cell, size=TYPE,
                weight=600 if weight == 600 else 400, anchor="end" if number else "start", colour=colour,
                part=part,
            )  # fmt: skip
        x += width + _APART
