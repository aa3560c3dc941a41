"""What the colours of arrows mean, in rows below a figure."""

from collections.abc import Iterator, Sequence
from typing import Final

from gui.figures.drawing.drawing import Item, Line, Path, Text
from gui.figures.drawing.item_bounds import Box
from gui.figures.text.type_metrics import text_width
from gui.look.theme import CAPTION_PX, Palette

_LONG: Final = 24.0
_GAP: Final = 22.0
_LINE: Final = 20.0
_LEAST: Final = 420.0
"""How long a row may be at least, however narrow the figure."""


def arrow_legend(entries: Sequence[tuple[str, str]], palette: Palette, above: Box) -> Iterator[Item]:
    """(colour, words) as arrows with their words, centred below what stands within this box."""
    (left, _), (right, bottom) = above
    rows: list[list[tuple[str, str, float]]] = [[]]
    for colour, words in entries:
        own = _LONG + 8 + text_width(words, CAPTION_PX) + _GAP
        if rows[-1] and sum(one[2] for one in rows[-1]) + own > max(right - left, _LEAST):
            rows.append([])
        rows[-1].append((colour, words, own))
    y = bottom + 26
    for row in rows:
        x = (left + right - sum(own for _, _, own in row) + _GAP) / 2
        for colour, words, own in row:
            yield Path(
                start=(x, y - 4), pieces=(Line((x + _LONG, y - 4)),), stroke=colour, stroke_width=2.4,
                head="arrow", head_size=7.0,
            )  # fmt: skip
            yield Text(x=x + _LONG + 8, y=y, text=words, size=CAPTION_PX, colour=palette.secondary)
            x += own
        y += _LINE
