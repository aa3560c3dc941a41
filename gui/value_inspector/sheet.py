"""What a lens is drawn on: items of a drawing, and what lies where for the mouse. No Qt."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from gui.figures.drawing.drawing import Drawing, Item, Line, Path, Picture, Rect, Text
from gui.look.colormaps import Rgb
from gui.look.theme import CAPTION_PX, ROLE_COLOURS, Palette
from gui.words.number_format import Numbers

Kind = Literal["input", "output", "tap", "weight", "term", "cell"]

SMALL_PX: Final = 10
TINY_PX: Final = 9

ORANGE: Final = ROLE_COLOURS["pointwise"]
"""The window, and what it reads: the hero's colour, seen on any map."""


@dataclass(frozen=True)
class Spot:
    """What can be pointed at.

    `input` and `output` (row, column) of the maps, `tap` and `weight` (row, column) of the window, `term`
    (place among the channels, 0), `cell` (output channel, place among the channels).
    """

    kind: Kind
    a: int
    b: int


@dataclass(frozen=True)
class Area:
    """A rectangle of `rows` × `columns` equal spots, the first of which is (first_a, first_b)."""

    kind: Kind
    x: float
    y: float
    width: float
    height: float
    rows: int = 1
    columns: int = 1
    first_a: int = 0
    first_b: int = 0

    def spot(self, x: float, y: float) -> Spot | None:
        """The spot there."""
        across, down = (x - self.x) / self.width, (y - self.y) / self.height
        if not (0 <= across < 1 and 0 <= down < 1):
            return None
        return Spot(
            self.kind, self.first_a + int(down * self.rows), self.first_b + int(across * self.columns)
        )


@dataclass(frozen=True, eq=False)
class ValuePicture:
    """A finished lens."""

    drawing: Drawing
    areas: tuple[Area, ...]

    def spot(self, x: float, y: float) -> Spot | None:
        """What is under the mouse; later areas lie over earlier ones."""
        for area in reversed(self.areas):
            found = area.spot(x, y)
            if found is not None:
                return found
        return None


class Sheet:
    """Collects items and areas."""

    def __init__(self, palette: Palette, numbers: Numbers) -> None:
        self.palette, self.numbers = palette, numbers
        self.items: list[Item] = []
        self.areas: list[Area] = []

    @property
    def is_dark(self) -> bool:
        """Whether the ground is dark."""
        return self.palette.name == "dark"

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int = CAPTION_PX,
        colour: str = "",
        anchor: Literal["start", "middle", "end"] = "start",
        weight: Literal[400, 500, 600] = 400,
    ) -> None:
        """One line on its baseline."""
        ink = colour or self.palette.secondary
        self.items.append(Text(x=x, y=y, text=text, size=size, colour=ink, anchor=anchor, weight=weight))

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        stroke_width: float = 1.0,
        radius: float = 0.0,
        dashes: tuple[float, ...] = (),
        opacity: float = 1.0,
    ) -> None:
        """A rectangle."""
        self.items.append(
            Rect(
                x=x,
                y=y,
                width=width,
                height=height,
                fill=fill,
                stroke=stroke,
                stroke_width=stroke_width,
                radius=radius,
                dashes=dashes,
                fill_opacity=opacity,
            )
        )

    def outline(
        self, x: float, y: float, width: float, height: float, colour: str, *, dashed: bool = False
    ) -> None:
        """A bright line on a dark one: seen on any map."""
        dashes = (4.0, 3.0) if dashed else ()
        self.rect(x, y, width, height, stroke="#101317", stroke_width=3.0, dashes=dashes)
        self.rect(x, y, width, height, stroke=colour, stroke_width=1.75, dashes=dashes)

    def line(
        self, x0: float, y0: float, x1: float, y1: float, *, colour: str = "", width: float = 1.0
    ) -> None:
        """A straight line."""
        ink = colour or self.palette.line
        self.items.append(Path(start=(x0, y0), pieces=(Line((x1, y1)),), stroke=ink, stroke_width=width))

    def picture(self, x: float, y: float, width: float, height: float, pixels: Rgb) -> None:
        """An array of colours, its pixels kept sharp."""
        self.items.append(Picture(x=x, y=y, width=width, height=height, pixels=pixels))

    def area(self, area: Area) -> None:
        """Something to point at."""
        self.areas.append(area)

    def finish(self, width: float, height: float, title: str) -> ValuePicture:
        """Everything together, on the panels' ground."""
        drawing = Drawing(
            width=width, height=height, items=tuple(self.items), background=self.palette.surface, title=title
        )
        return ValuePicture(drawing, tuple(self.areas))


def hex_colour(rgb: Rgb) -> str:
    """`#RRGGBB`."""
    return "#" + bytes(int(part) for part in rgb).hex().upper()


def ink_on(rgb: Rgb) -> str:
    """Black or white, whichever is read better on this colour (WCAG's relative luminance)."""
    linear = (np.asarray(rgb, np.float64) / 255) ** 2.2
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))
    return "#101317" if luminance > 0.19 else "#FFFFFF"
