"""What the colours of a figure mean, in rows below it."""

from collections.abc import Iterator, Mapping
from typing import Final

from gui.figures.drawing.drawing import Item, Rect, Text
from gui.figures.text.type_metrics import text_width
from gui.look.theme import CAPTION_PX, Palette

_SWATCH: Final = 11.0
_GAP: Final = 18.0
_LINE: Final = 20.0


def legend(
    entries: Mapping[str, str], palette: Palette, x: float, y: float, width: float, widest: float = 0.0
) -> Iterator[Item]:
    """Name → colour, as swatches with their names, centred below what is `width` wide from x on.

    Lines are as long as that, or as `widest`, where the page is wider than the drawing.
    """
    lines: list[list[tuple[str, float]]] = [[]]
    for name in entries:
        own = _SWATCH + 6 + text_width(name, CAPTION_PX) + _GAP
        if lines[-1] and sum(one for _, one in lines[-1]) + own - _GAP > max(width, widest):
            lines.append([])
        lines[-1].append((name, own))
    for line in lines:
        left = x + (width - sum(own for _, own in line) + _GAP) / 2
        for name, own in line:
            yield Rect(
                x=left, y=y, width=_SWATCH, height=_SWATCH, radius=2, fill=entries[name], stroke=palette.line,
                stroke_width=0.5,
            )  # fmt: skip
            yield Text(x=left + _SWATCH + 6, y=y + 9.5, text=name, size=CAPTION_PX, colour=palette.secondary)
            left += own
        y += _LINE
