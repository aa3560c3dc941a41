"""A wire that goes on elsewhere in the figure: a numbered circle where it leaves, another where it ends."""

from collections.abc import Iterator
from typing import Final

from gui.figures.drawing.axes import Axes
from gui.figures.drawing.drawing import Ellipse, Item, Line, Path, Point, Text
from gui.look.theme import Palette

REACH: Final = 30.0
"""How far a connector stands out."""
_RADIUS: Final = 8.0
_TYPE: Final = 11.0


def connector(axes: Axes, at: Point, number: int, *, leaves: bool, palette: Palette) -> Iterator[Item]:
    """From a point (along, across) outwards; with an arrow into it unless the wire leaves there."""
    along, across = at
    near, far = axes.point(along, across), axes.point(along, across + REACH - 2 * _RADIUS)
    start, end = (near, far) if leaves else (far, near)
    yield Path(
        start=start, pieces=(Line(end),), stroke=palette.wire, stroke_width=1.2, head_size=6.0,
        head="none" if leaves else "arrow",
    )  # fmt: skip
    x, y = axes.point(along, across + REACH - _RADIUS)
    yield Ellipse(
        x=x - _RADIUS, y=y - _RADIUS, width=2 * _RADIUS, height=2 * _RADIUS, fill=palette.surface,
        stroke=palette.wire, stroke_width=1.2,
    )  # fmt: skip
    yield Text(x=x, y=y + 4.0, text=str(number), size=_TYPE, weight=600, anchor="middle", colour=palette.text)
