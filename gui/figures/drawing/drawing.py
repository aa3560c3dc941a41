"""A figure as a value: vector shapes in drawing units, without Qt. Every style makes one, every writer
replays one.

One unit is one CSS pixel (1/96 inch), x to the right, y downwards, angles clockwise. Colours are `#RRGGBB`;
None draws nothing. Later items lie over earlier ones. What can be said of items (their boxes, the same
items elsewhere or larger) stands in `boxes`, ready-made shapes in `shapes`.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Weight = Literal[400, 500, 600]
Font = Literal["inter", "arial", "serif"]
Script = Literal[-1, 0, 1]
Head = Literal["none", "arrow", "open", "dot"]


@dataclass(frozen=True, kw_only=True)
class Wire:
    """What is drawn of a wire into its item's part: where it comes from, and what it stands for."""

    source: str
    """The part that it leaves."""
    edges: tuple[tuple[str, str], ...]
    """The wires of the network behind it as (source, target), the one into its reader last."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What every item can say: which node of the network it is drawn for."""

    part: str = ""
    """The node's id; empty for what belongs to no node, such as a legend. A build-up of the network shows
    the parts one after another, and PowerPoint gets a group for each."""
    wire: Wire | None = None
    """Set where the item is drawn for a wire; `part` is what that leads to."""


@dataclass(frozen=True, kw_only=True)
class Ink(Part):
    """How an area is filled and its outline stroked."""

    fill: str | None = None
    fill_opacity: float = 1.0
    """0 for invisible … 1 for opaque; of the filling alone."""
    stroke: str | None = None
    stroke_width: float = 1.0
    dashes: tuple[float, ...] = ()
    """Lengths of strokes and gaps in turn, in units; none for a continuous line."""


@dataclass(frozen=True, kw_only=True)
class Rect(Ink):
    """A rectangle with equally rounded corners."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Ellipse(Ink):
    """The ellipse that touches the four sides of this box."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Polygon(Ink):
    """A closed area with straight sides."""

    points: tuple[Point, ...]


@dataclass(frozen=True)
class Line:
    """A straight piece of a path."""

    end: Point


@dataclass(frozen=True)
class Curve:
    """A cubic Bézier piece of a path."""

    control_1: Point
    control_2: Point
    end: Point


@dataclass(frozen=True, kw_only=True)
class Path(Ink):
    """Straight and curved pieces from `start` on, with an arrow head where one is wanted.

    `arrow` is a filled triangle, `open` two strokes, `dot` a disc, each in the stroke's colour. Heads are
    drawn as shapes of their own (`heads.without_heads`), so they look the same in every format.
    """

    start: Point
    pieces: tuple[Line | Curve, ...]
    closed: bool = False
    head: Head = "none"
    head_at: Literal["end", "middle"] = "end"
    """At the end, or halfway along the path's length."""
    head_size: float = 0.0
    """Length of the head; 0 for what suits the stroke's width."""


@dataclass(frozen=True)
class Span:
    """A piece of a line of text: raised or lowered, slanted, of another weight."""

    text: str
    script: Script = 0
    """1 for superscript, −1 for subscript, both in smaller type."""
    italic: bool = False
    weight: Weight | None = None
    """The text's own where None."""


@dataclass(frozen=True, kw_only=True)
class Text(Part):
    """One line of text; (x, y) is where its baseline starts, or its middle or end, by `anchor`."""

    x: float
    y: float
    text: str | tuple[Span, ...]
    size: float
    colour: str
    weight: Weight = 400
    anchor: Anchor = "start"
    font: Font = "inter"
    """Measured as Inter, whatever it is set in: the others are narrower."""
    rotation: float = 0.0
    """Degrees clockwise around (x, y): −90 reads upwards."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The text in pieces, also where it was given as one."""
        return (Span(self.text),) if isinstance(self.text, str) else self.text

    @property
    def plain(self) -> str:
        """The letters alone."""
        return self.text if isinstance(self.text, str) else "".join(span.text for span in self.text)


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture(Part):
    """An (H, W, 3) uint8 RGB array stretched over a rectangle."""

    x: float
    y: float
    width: float
    height: float
    pixels: npt.NDArray[np.uint8]
    radius: float = 0.0
    smooth: bool = False
    """Blended, as a photograph; else its pixels stay sharp squares, as a map's."""
    rise: float = 0.0
    """How much higher its right side lies than its left one: a face that runs away to the upper right."""


Item = Rect | Ellipse | Polygon | Path | Text | Picture


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A figure of a size in drawing units; `background` None is transparent."""

    width: float
    height: float
    items: tuple[Item, ...] = field(default=())
    background: str | None = None
    title: str = ""
    """What it shows, for readers of the file and for assistive tools."""
    about: str = ""
    """The same in sentences, for those who do not see it."""
    unsaid: tuple[str, ...] = ()
    """The user's notes that found no place in it, in words."""


@dataclass(frozen=True, kw_only=True)
class Animation:
    """Drawings of one size, shown one after another for `duration_ms` each, the last for `last_ms`."""

    frames: tuple[Drawing, ...]
    duration_ms: int = 500
    last_ms: int = 1500
