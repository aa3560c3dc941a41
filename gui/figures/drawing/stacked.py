"""The pages of a figure below each other, as a preview shows them."""

from collections.abc import Sequence
from typing import Final

from gui.figures.drawing.drawing import Drawing, Item, Rect
from gui.figures.drawing.item_bounds import moved

_GAP: Final = 14.0


def stacked(pages: Sequence[Drawing]) -> Drawing:
    """One drawing of all pages, each on its own ground."""
    items: list[Item] = []
    y = 0.0
    for page in pages:
        if page.background is not None:
            items.append(Rect(x=0, y=y, width=page.width, height=page.height, fill=page.background))
        items += [moved(item, 0.0, y) for item in page.items]
        y += page.height + _GAP
    width = max(page.width for page in pages)
    return Drawing(width=width, height=y - _GAP, items=tuple(items), title=pages[0].title)
