"""Boxes in oblique projection, front face upright and undistorted, depth running to the upper right.

Width is drawn along x, height along y, and depth at 45° at less than its length, as TikZ draws its z axis.
Boxes whose centres lie on one line never hide each other while there is a gap between them along x.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gui.figures.drawing.drawing import Item, Line, Path, Picture, Point, Polygon
from gui.look.colormaps import Rgb

FORESHORTENING: Final = 0.385
"""Units to the right and up that a unit of depth takes: TikZ's z axis, PGF manual, section 13.2."""


_BAND_FROM: Final = 2 / 3
_SHARP: Final = 120
"""Rows or columns of a picture that needs no sharpening."""


@dataclass(frozen=True, kw_only=True)
class Solid:
    """A box around (x + width / 2, y): x is where its left face is cut by the middle line."""

    x: float
    y: float
    width: float
    height: float
    depth: float

    @property
    def slant(self) -> float:
        """How far the back lies to the right of the front, and above it."""
        return self.depth * FORESHORTENING

    @property
    def left(self) -> float:
        """The leftmost x: that of the front's left edge."""
        return self.x - self.slant / 2

    @property
    def right(self) -> float:
        """The rightmost x: that of the back's right edge."""
        return self.x + self.width + self.slant / 2

    @property
    def top(self) -> float:
        """The uppermost y: that of the back's upper edge."""
        return self.y - self.height / 2 - self.slant / 2

    @property
    def bottom(self) -> float:
        """The lowest y: that of the front's lower edge."""
        return self.y + self.height / 2 + self.slant / 2

    @property
    def seen_from(self) -> float:
        """Where the box begins on its middle line, as it is seen."""
        return self.left + max(0.0, (self.slant - self.height) / 2)

    @property
    def seen_to(self) -> float:
        """Where it ends there."""
        return self.right - max(0.0, (self.slant - self.height) / 2)

    def at(self, across: float, up: float, deep: float) -> Point:
        """The point at shares 0…1 of width (from the left), height (from below), depth (from the front)."""
        return (
            self.left + across * self.width + deep * self.slant,
            self.bottom - up * self.height - deep * self.slant,
        )

    def front(self, start: float = 0.0, end: float = 1.0) -> tuple[Point, ...]:
        """The front face, or a piece of it between two shares of the width."""
        return self.at(start, 0, 0), self.at(end, 0, 0), self.at(end, 1, 0), self.at(start, 1, 0)

    def lid(self, start: float = 0.0, end: float = 1.0) -> tuple[Point, ...]:
        """The upper face."""
        return self.at(start, 1, 0), self.at(end, 1, 0), self.at(end, 1, 1), self.at(start, 1, 1)

    def side(self) -> tuple[Point, ...]:
        """The right face."""
        return self.at(1, 0, 0), self.at(1, 0, 1), self.at(1, 1, 1), self.at(1, 1, 0)

    def hidden_edges(self) -> tuple[tuple[Point, Point], ...]:
        """The three edges behind the box."""
        corner = self.at(0, 0, 1)
        return (corner, self.at(0, 0, 0)), (corner, self.at(1, 0, 1)), (corner, self.at(0, 1, 1))


@dataclass(frozen=True, kw_only=True)
class Coat:
    """Colours of a box; `band` is that of the right third of its front and lid, where there is one."""

    front: str
    lid: str
    side: str
    line: str
    band: str | None = None
    opacity: float = 1.0


def solid_items(
    solid: Solid, coat: Coat, *, stroke_width: float = 0.8, hidden: bool = True
) -> Iterator[Item]:
    """The box's faces, then its `hidden` edges, dashed."""

    def face(points: tuple[Point, ...], fill: str | None, stroke: str | None = coat.line) -> Polygon:
        return Polygon(
            points=points, fill=fill, fill_opacity=coat.opacity, stroke=stroke, stroke_width=stroke_width
        )

    yield face(solid.lid(), coat.lid)
    yield face(solid.front(), coat.front)
    if coat.band is not None:
        yield face(solid.lid(_BAND_FROM), coat.band, None)
        yield face(solid.front(_BAND_FROM), coat.band, None)
    yield face(solid.side(), coat.band or coat.side)
    for start, end in solid.hidden_edges() if hidden else ():
        thin = 0.6 * stroke_width
        yield Path(start=start, pieces=(Line(end),), stroke=coat.line, stroke_width=thin, dashes=(2.5, 2.5))
    if coat.band is not None:
        # Once more the outlines that the band painted over.
        yield face(solid.lid(), None)
        yield face(solid.front(), None)


def face_items(solid: Solid, pixels: Rgb, line: str, *, stroke_width: float = 0.8) -> Iterator[Item]:
    """A picture on the right face, where a map has its height and width."""
    x, y = solid.at(1, 1, 0)
    # Some viewers blend what is sheared: squares of many pixels stay square.
    times = max(1, _SHARP // max(pixels.shape[:2]))
    pixels = pixels.repeat(times, axis=0).repeat(times, axis=1)
    yield Picture(x=x, y=y, width=solid.slant, height=solid.height, rise=solid.slant, pixels=pixels)
    yield Polygon(points=solid.side(), stroke=line, stroke_width=stroke_width)
