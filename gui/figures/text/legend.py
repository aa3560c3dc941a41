"""What the colours of a figure mean, in rows below it."""

from collections.abc import Iterator, Mapping
from typing import Final

from gui.figures.drawing.drawing import Item, Rect, Text
from gui.figures.text.type_metrics import text_width
from gui.look.theme import CAPTION_PX, Palette

_SWATCH: Final = 11.0
_GAP: Final = 18.0
_LINE: Final = 20.0


def legend(entries: Mapping[str, str], palette: Palette, x: float, y: float, width: float) -> Iterator[Item]:
    """Name → colour, as swatches with their names in lines of at most this width, from (x, y) downwards."""
    left = x
    for name, colour in entries.items():
        own = _SWATCH + 6 + text_width(name, CAPTION_PX)
        if left > x and left + own > x + width:
            left, y = x, y + _LINE
        yield Rect(
            x=left, y=y, width=_SWATCH, height=_SWATCH, radius=2, fill=colour, stroke=palette.line,
            stroke_width=0.5,
        )  # fmt: skip
        yield Text(x=left + _SWATCH + 6, y=y + 9.5, text=name, size=CAPTION_PX, colour=palette.secondary)
        left += own + _GAP
