"""Maps as sheets of cells lying in space, one above another: the planes of an arithmetic drawing.

Columns run to the right, rows to the front (down and a little to the left), channels downwards.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gui.figures.drawing.drawing import Ellipse, Item, Point, Polygon
from gui.figures.worked.cutout import Cutout

SLANT: Final = 0.46
"""How far a row lies to the left of the one behind it, as a share of a cell."""
RISE: Final = 0.46
"""And below it."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The sheets of a cutout; (x, y) is the back left corner of the uppermost one."""

    cut: Cutout
    x: float
    y: float
    cell: float
    apart: float
    """From one sheet to the next, downwards."""

    @property
    def width(self) -> float:
        """Of everything."""
        return self.cell * (len(self.cut.columns) + SLANT * len(self.cut.rows))

    @property
    def height(self) -> float:
        """Of everything."""
        return self.cell * RISE * len(self.cut.rows) + self.apart * (len(self.cut.channels) - 1)

    def corner(self, row: float, column: float, sheet: int) -> Point:
        """The back left corner of a cell, rows and columns of the map, sheets from above."""
        down = row - self.cut.rows.start
        right = column - self.cut.columns.start
        return (
            self.x + self.cell * (right - SLANT * down),
            self.y + self.cell * RISE * down + self.apart * sheet,
        )

    def square(self, rows: Sequence[int], columns: Sequence[int], sheet: int) -> tuple[Point, ...]:
        """The outline of an area from the first to the last of these rows and columns."""
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        return (
            self.corner(top, left, sheet),
            self.corner(top, right, sheet),
            self.corner(bottom, right, sheet),
            self.corner(bottom, left, sheet),
        )

    def centre(self, row: int, column: int, sheet: int) -> Point:
        """The middle of a cell."""
        return self.corner(row + 0.5, column + 0.5, sheet)


@dataclass(frozen=True, kw_only=True)
class Ink:
    """Colours of a sheet's cells."""

    line: str
    padding: str
    stroke_width: float = 0.8


def sheet_items(
    stack: Stack, sheet: int, fill: Callable[[int, int], str], ink: Ink, opacity: float
) -> Iterator[Item]:
    """One sheet, cell by cell; padding is dashed and empty."""
    for row in stack.cut.rows:
        for column in stack.cut.columns:
            outline = stack.square((row,), (column,), sheet)
            if stack.cut.is_padding(row, column):
                yield Polygon(points=outline, stroke=ink.padding, stroke_width=0.7, dashes=(2.0, 2.0))
            else:
                yield Polygon(
                    points=outline, fill=fill(row, column), fill_opacity=opacity, stroke=ink.line,
                    stroke_width=ink.stroke_width,
                )  # fmt: skip


def omission(stack: Stack, sheet: int, colour: str) -> Iterator[Item]:
    """Three dots between a sheet and the next, where channels are left out."""
    x, y = stack.corner(stack.cut.rows.stop, stack.cut.columns.start, sheet)
    for step in (0.3, 0.5, 0.7):
        yield Ellipse(x=x - 9, y=y + step * stack.apart - 1.3, width=2.6, height=2.6, fill=colour)
