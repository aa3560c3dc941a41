"""An explanation as a figure: the photograph, the heat over it, the signed heat alone, the scale, the
sums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gui.figures.drawing.drawing import Drawing, Item, Picture, Rect, Text
from gui.figures.text.type_metrics import wrapped
from gui.figures.tints import paper
from gui.look.colormaps import Rgb
from gui.look.heat_overlay import beyond, overlay, scale_strip, signed_picture
from gui.look.theme import BASE_PX, CAPTION_PX, TITLE_PX, Palette

SIDE: Final = 300.0
"""Longer side of each picture."""
MARGIN: Final = 20.0
APART: Final = 16.0
STRIP: Final = 14.0
NUMBERS: Final = 76.0
"""Room for the numbers beside the scale."""
LINE: Final = 17.0


@dataclass(frozen=True, kw_only=True, eq=False)
class HeatFigure:
    """What is drawn: pictures, one scale, and lines of text below."""

    photograph: Rgb
    heat: npt.NDArray[np.float32]
    """(H, W) of the Input, signed."""
    limit: float
    title: str
    notes: Sequence[str]
    """Sums, settings, what it does not show; each a paragraph."""
    warning: str = ""
    """Why there is nothing to see."""


def draw_heat(figure: HeatFigure, palette: Palette, *, opacity: float = 0.85) -> Drawing:
    """The figure in its natural size."""
    dark = palette.name == "dark"
    rows, columns = figure.heat.shape
    unit = SIDE / max(rows, columns)
    width, height = columns * unit, rows * unit
    top = MARGIN + 2 * LINE
    pictures = (
        ("photograph", figure.photograph, True),
        (
            "heat over it",
            overlay(figure.photograph, figure.heat, figure.limit, opacity=opacity, dark=dark),
            True,
        ),
        ("heat alone, signed", signed_picture(figure.heat, figure.limit, dark=dark), False),
    )
    total = 2 * MARGIN + 3 * width + 3 * APART + STRIP + NUMBERS
    items: list[Item] = [
        Text(x=MARGIN, y=MARGIN + 12, text=figure.title, size=TITLE_PX, colour=palette.text, weight=600)
    ]
    for index, (name, pixels, smooth) in enumerate(pictures):
        x = MARGIN + index * (width + APART)
        items.append(Text(x=x, y=top - 6, text=name, size=CAPTION_PX, colour=palette.secondary))
        items.append(Picture(x=x, y=top, width=width, height=height, pixels=pixels, smooth=smooth))
    items += _scale(figure, MARGIN + 3 * (width + APART), top, height, palette, dark)
    y = top + height + LINE + 6
    paragraphs = [(figure.warning, palette.warning)] if figure.warning else []
    for text, ink in (*paragraphs, *((note, palette.text) for note in figure.notes)):
        for line in wrapped(text, [total - 2 * MARGIN] * 6, BASE_PX):
            items.append(Text(x=MARGIN, y=y, text=line, size=BASE_PX, colour=ink))
            y += LINE
        y += 3
    return Drawing(
        width=total,
        height=y + MARGIN - LINE,
        items=tuple(items),
        background=paper(palette),
        title=figure.title,
    )


def _scale(
    figure: HeatFigure, x: float, top: float, height: float, palette: Palette, dark: bool
) -> Iterator[Item]:
    strip = scale_strip(256, 8, dark=dark)
    yield Picture(x=x, y=top, width=STRIP, height=height, pixels=strip, smooth=True)
    yield Rect(x=x, y=top, width=STRIP, height=height, stroke=palette.line, stroke_width=1)
    for share in (1.0, 0.5, 0.0, -0.5, -1.0):
        y = top + (1 - share) / 2 * height
        yield Text(
            x=x + STRIP + 6,
            y=min(max(y + 4, top + 9), top + height),
            text=f"{share * figure.limit:+.3g}".replace("-", "−") if share else "0",
            size=CAPTION_PX,
            colour=palette.text,
        )
    clipped = beyond(figure.heat, figure.limit)
    if clipped:
        yield Text(
            x=x,
            y=top + height + 13,
            text=f"{clipped:.1%} beyond",
            size=CAPTION_PX,
            colour=palette.secondary,
        )
