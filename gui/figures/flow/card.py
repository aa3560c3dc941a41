"""A layer, or a group of layers, as a card: kind stripe, caption, settings, strongest map, share of cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from gui.figures.drawing.drawing import Item, Picture, Point, Rect, Text
from gui.figures.drawing.shapes import right_rounded
from gui.figures.slabs.oblique import Coat, Solid, solid_items
from gui.figures.text.type_metrics import elided, text_width, wrapped
from gui.figures.tints import mixed
from gui.look.theme import (
    BASE_PX,
    CAPTION_PX,
    CARD_HEIGHT,
    CARD_WIDTH,
    RADIUS,
    ROLE_COLOURS,
    THUMBNAIL,
    Palette,
)  # fmt: skip

STRIPE: Final = 4
_LEFT: Final = STRIPE + 10
_BAR: Final = 3
SHEET: Final = 3.0
"""How far each sheet behind a card looks out, to the right and above."""
_GAP: Final = 8


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is drawn of a layer or a group; `share` of the whole cost is within 0…1, `problem` empty where
    all is well."""

    at: Point
    title: str
    details: tuple[str, ...] = ()
    """Lines below the title; a single one is wrapped."""
    parts: tuple[tuple[str, float], ...] = (("reshape", 1.0),)
    """Roles of layers, and their shares of the stripe; the first colours the bar."""
    share: float = 0.0
    picture: npt.NDArray[np.uint8] | None = None
    volume: tuple[float, float, float] | None = None
    """Width, height and depth of a box that stands for what comes out, where there is no picture: shares of
    the largest in the figure."""
    problem: str = ""
    shape: str = ""
    """Output shape below the card, where no wire tells it."""
    note: str = ""
    """Amounts below the card."""
    width: float = CARD_WIDTH
    copies: int = 1
    """How many equal ones in a row it stands for."""
    sheets: int = 0
    """How many sheets lie behind it: one for a group, two for several equal ones."""


def card_items(card: Card, palette: Palette, colours: Mapping[str, str] = ROLE_COLOURS) -> Iterator[Item]:
    """The card's shapes, back to front; `colours` of the roles."""
    x, y = card.at
    role = colours[card.parts[0][0]]
    for off in (2 * SHEET, SHEET)[2 - card.sheets :]:
        yield Rect(
            x=x + off, y=y - off, width=card.width, height=CARD_HEIGHT, radius=RADIUS, fill=palette.surface,
            stroke=palette.line,
        )  # fmt: skip
    yield from _stripe(card, colours)
    yield right_rounded(x + STRIPE, y, card.width - STRIPE, CARD_HEIGHT, RADIUS, palette.surface)
    if card.share > 0:
        room = card.width - STRIPE - RADIUS
        width = max(1.0, card.share * room)
        yield Rect(x=x + STRIPE, y=y + CARD_HEIGHT - _BAR, width=width, height=_BAR, fill=role)
    yield _frame(card, palette)
    yield from _words(card, palette)
    if card.picture is not None:
        yield Picture(
            x=x + card.width - THUMBNAIL - _GAP,
            y=y + _GAP,
            width=THUMBNAIL,
            height=THUMBNAIL,
            pixels=card.picture,
            radius=4,
        )
    elif card.volume is not None:
        yield from _volume(card, card.volume, palette, colours)
    if card.problem:
        yield from _badge(card, palette)
        return
    if card.note:
        yield Text(x=x, y=y + CARD_HEIGHT + 14, text=card.note, size=PILL_PX, colour=palette.secondary)
    if card.shape:
        yield Text(
            x=x + card.width, y=y + CARD_HEIGHT + 14, text=card.shape, size=PILL_PX, anchor="end",
            colour=palette.secondary,
        )  # fmt: skip


def _volume(
    card: Card, volume: tuple[float, float, float], palette: Palette, colours: Mapping[str, str]
) -> Iterator[Item]:
    """What comes out of the layer as a small box: as thick as it has channels, as high as it has rows."""
    width, height, depth = volume
    x, y = card.at
    fill = colours[card.parts[0][0]]
    solid = Solid(
        x=0.0, y=y + CARD_HEIGHT / 2, width=3 + 15 * width, height=4 + 38 * height, depth=4 + 38 * depth
    )
    middle = (solid.left + solid.right) / 2
    solid = replace(solid, x=x + card.width - THUMBNAIL / 2 - _GAP - middle)
    dark = palette.name == "dark"
    coat = Coat(
        front=mixed(fill, palette.surface, 0.35),
        lid=mixed(fill, palette.surface, 0.6),
        side=mixed(fill, palette.surface, 0.5),
        line=mixed(fill, "#FFFFFF" if dark else "#000000", 0.3),
    )
    yield from solid_items(solid, coat, hidden=False)


def _stripe(card: Card, colours: Mapping[str, str]) -> Iterator[Item]:
    """The left edge in the colours of what the card stands for, the first one uppermost."""
    x, y = card.at
    first = colours[card.parts[0][0]]
    yield Rect(x=x, y=y, width=card.width, height=CARD_HEIGHT, radius=RADIUS, fill=first)
    total = sum(share for _, share in card.parts) or 1.0
    top = y + CARD_HEIGHT * card.parts[0][1] / total
    for role, share in card.parts[1:]:
        height = CARD_HEIGHT * share / total
        # The lower corner stays round: the last piece ends above it.
        end = min(top + height, y + CARD_HEIGHT - RADIUS)
        if end > top:
            yield Rect(x=x, y=top, width=STRIPE, height=end - top, fill=colours[role])
        top += height


def _frame(card: Card, palette: Palette) -> Item:
    """A hairline around the card, in the colour of warnings where something is wrong."""
    x, y = card.at
    if card.problem:
        return Rect(
            x=x, y=y, width=card.width, height=CARD_HEIGHT, radius=RADIUS, stroke=palette.warning,
            stroke_width=1.5,
        )  # fmt: skip
    beside = right_rounded(x + STRIPE, y, card.width - STRIPE, CARD_HEIGHT, RADIUS, palette.surface)
    return replace(beside, closed=False, fill=None, stroke=palette.line)


def _words(card: Card, palette: Palette) -> Iterator[Item]:
    """The caption on one line, or two; below it the settings, beside the picture and then under it."""
    x, y = card.at
    full = card.width - _LEFT - _GAP
    beside = full if card.picture is None and card.volume is None else full - THUMBNAIL - 4
    captions = _captions(card, beside)
    # Two lines above two others begin higher: the bar of the cost lies below them.
    y -= 5 if len(captions) > 1 and len(card.details) > 1 else 0
    for index, caption in enumerate(captions):
        baseline = y + 24 + 16 * index
        yield Text(x=x + _LEFT, y=baseline, text=caption, size=BASE_PX, weight=600, colour=palette.text)
    # The third line lies where the bar of the cost would be: only layers without cost need it.
    widths = (beside, beside, beside if card.volume else full) if card.share == 0 else (beside, beside)
    first = len(captions) - 1
    lines = (
        wrapped(" ".join(card.details), widths[first:], CAPTION_PX)
        if len(card.details) < 2
        else [elided(line, beside, CAPTION_PX) for line in card.details[: len(widths)]]
    )
    for index, line in enumerate(lines, first):
        baseline = y + 41 + 12.5 * index
        yield Text(x=x + _LEFT, y=baseline, text=line, size=CAPTION_PX, colour=palette.secondary)


def _captions(card: Card, width: float) -> list[str]:
    """The title in one line or two, with how often it stands: that is never cut off."""
    copies = f" ×{card.copies}" if card.copies > 1 else ""
    if text_width(card.title + copies, BASE_PX, 600) <= width or not card.title:
        return [card.title + copies]
    last = width - text_width(copies, BASE_PX, 600)
    made = wrapped(card.title, (width, last), BASE_PX, 600)
    if text_width(made[-1] + copies, BASE_PX, 600) > width:
        return [*made, copies.strip()] if copies else made
    return [*made[:-1], made[-1] + copies]


def _badge(card: Card, palette: Palette) -> Iterator[Item]:
    """A sign at the corner and the reason below the card."""
    x, y = card.at
    centre = (x + card.width, y)
    yield Rect(x=centre[0] - 9, y=centre[1] - 9, width=18, height=18, radius=9, fill=palette.warning)
    yield Text(
        x=centre[0], y=centre[1] + 4.5, text="!", size=BASE_PX, weight=600, anchor="middle",
        colour=palette.surface,
    )  # fmt: skip
    for index, line in enumerate(wrapped(card.problem, (card.width, card.width), CAPTION_PX)):
        baseline = y + CARD_HEIGHT + 16 + 14 * index
        yield Text(x=x, y=baseline, text=line, size=CAPTION_PX, colour=palette.warning)


def pill(centre: Point, text: str, palette: Palette) -> tuple[Item, ...]:
    """A shape's caption on a wire."""
    width = pill_width(text)
    x, y = centre
    return (
        Rect(
            x=x - width / 2, y=y - 9, width=width, height=18, radius=9, fill=palette.surface,
            stroke=palette.line,
        ),
        Text(x=x, y=y + 3.5, text=text, size=PILL_PX, anchor="middle", colour=palette.secondary),
    )  # fmt: skip


PILL_PX: Final = 11


def pill_width(text: str) -> float:
    """Width of the pill with this caption."""
    return text_width(text, PILL_PX) + 12
