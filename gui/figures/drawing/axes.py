"""A figure drawn once for both directions: along the network and across it, instead of x and y."""

from collections.abc import Sequence
from dataclasses import dataclass

from gui.figures.drawing.drawing import Path, Point
from gui.figures.drawing.shapes import rounded_line


@dataclass(frozen=True)
class Axes:
    """`down`: along is y and across is x; else along is x and across runs upwards, to what is above.

    So a shortcut that lies beyond everything in the direction of across is at the right of a column, and
    above a row.
    """

    down: bool

    def point(self, along: float, across: float) -> Point:
        """x and y."""
        return (across, along) if self.down else (along, -across)

    def size(self, width: float, height: float) -> tuple[float, float]:
        """(along, across) of a thing of this width and height."""
        return (height, width) if self.down else (width, height)

    def line(self, points: Sequence[Point], radius: float, stroke: str, stroke_width: float) -> Path:
        """A rounded line through points given as (along, across)."""
        return rounded_line([self.point(*point) for point in points], radius, stroke, stroke_width)

    def rect(self, along: Point, across: Point) -> tuple[float, float, float, float]:
        """x, y, width and height of an area from one number to another along and across."""
        (x1, y1), (x2, y2) = self.point(along[0], across[0]), self.point(along[1], across[1])
        return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)
