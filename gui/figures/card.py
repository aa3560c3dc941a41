"""One node as a card: kind stripe, caption, settings, strongest map, and its share of the cost."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.network import Node
from gui.figures.drawing import Item, Picture, Point, Rect, Text
from gui.figures.shapes import right_rounded
from gui.figures.type_metrics import elided, text_width, wrapped
from gui.theme import (
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
_GAP: Final = 8


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is drawn of a node; `share` of all MACs is within 0…1, `problem` empty where all is well."""

    node: Node
    at: Point
    share: float = 0.0
    picture: npt.NDArray[np.uint8] | None = None
    problem: str = ""
    shape: str = ""
    """Output shape below the card, where no wire tells it."""


def card_items(card: Card, palette: Palette) -> Iterator[Item]:
    """The card's shapes, back to front."""
    x, y = card.at
    role = ROLE_COLOURS[card.node.layer.role]
    yield Rect(x=x, y=y, width=CARD_WIDTH, height=CARD_HEIGHT, radius=RADIUS, fill=role)
    yield right_rounded(x + STRIPE, y, CARD_WIDTH - STRIPE, CARD_HEIGHT, RADIUS, palette.surface)
    if card.share > 0:
        room = CARD_WIDTH - STRIPE - RADIUS
        width = max(1.0, card.share * room)
        yield Rect(x=x + STRIPE, y=y + CARD_HEIGHT - _BAR, width=width, height=_BAR, fill=role)
    yield _frame(card, palette)
    yield from _words(card, palette)
    if card.picture is not None:
        yield Picture(
            x=x + CARD_WIDTH - THUMBNAIL - _GAP,
            y=y + _GAP,
            width=THUMBNAIL,
            height=THUMBNAIL,
            pixels=card.picture,
            radius=4,
        )
    if card.problem:
        yield from _badge(card, palette)
    elif card.shape:
        yield Text(
            x=x + CARD_WIDTH, y=y + CARD_HEIGHT + 14, text=card.shape, size=PILL_PX, anchor="end",
            colour=palette.secondary,
        )  # fmt: skip


def _frame(card: Card, palette: Palette) -> Item:
    """A hairline around the card, in the colour of warnings where something is wrong."""
    x, y = card.at
    if card.problem:
        return Rect(
            x=x, y=y, width=CARD_WIDTH, height=CARD_HEIGHT, radius=RADIUS, stroke=palette.warning,
            stroke_width=1.5,
        )  # fmt: skip
    beside = right_rounded(x + STRIPE, y, CARD_WIDTH - STRIPE, CARD_HEIGHT, RADIUS, palette.surface)
    return replace(beside, closed=False, fill=None, stroke=palette.line)


def _words(card: Card, palette: Palette) -> Iterator[Item]:
    """The caption on one line, or two; below it the settings, beside the picture and then under it."""
    x, y = card.at
    node = card.node
    full = CARD_WIDTH - _LEFT - _GAP
    beside = full if card.picture is None else full - THUMBNAIL - 4
    captions = [node.label]
    if " " in node.label and text_width(node.label, BASE_PX, 600) > beside:
        captions = wrapped(node.label, (beside, beside), BASE_PX, 600)
    captions = [elided(caption, beside, BASE_PX, 600) for caption in captions]
    for index, caption in enumerate(captions):
        baseline = y + 24 + 16 * index
        yield Text(x=x + _LEFT, y=baseline, text=caption, size=BASE_PX, weight=600, colour=palette.text)
    # The third line lies where the bar of the cost would be: only layers without cost need it.
    widths = (beside, beside, full) if card.share == 0 else (beside, beside)
    first = len(captions) - 1
    for index, line in enumerate(wrapped(_detail(node), widths[first:], CAPTION_PX), first):
        baseline = y + 41 + 12.5 * index
        yield Text(x=x + _LEFT, y=baseline, text=line, size=CAPTION_PX, colour=palette.secondary)


def _detail(node: Node) -> str:
    """The settings; before them what the layer is, where its name does not tell."""
    parts = (node.layer.label if node.name else "", node.layer.detail)
    return " · ".join(part for part in parts if part)


def _badge(card: Card, palette: Palette) -> Iterator[Item]:
    """A sign at the corner and the reason below the card."""
    x, y = card.at
    centre = (x + CARD_WIDTH, y)
    yield Rect(x=centre[0] - 9, y=centre[1] - 9, width=18, height=18, radius=9, fill=palette.warning)
    yield Text(
        x=centre[0], y=centre[1] + 4.5, text="!", size=BASE_PX, weight=600, anchor="middle",
        colour=palette.surface,
    )  # fmt: skip
    for index, line in enumerate(wrapped(card.problem, (CARD_WIDTH, CARD_WIDTH), CAPTION_PX)):
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


PILL_PX: Final = 10


def pill_width(text: str) -> float:
    """Width of the pill with this caption."""
    return text_width(text, PILL_PX) + 14
