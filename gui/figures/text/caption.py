"""The line below a figure, broken to its width."""

import re
from dataclasses import replace
from typing import Final

from gui.figures.drawing.drawing import Drawing, Span, Text
from gui.figures.text.type_metrics import wrapped
from gui.look.theme import BASE_PX, Palette

_LINE: Final = 18.0
_GAP: Final = 10.0
_BESIDE: Final = 12.0
_MOST_LINES: Final = 6
_NUMBER: Final = re.compile(r"(?:Figure|Fig\.|Table|Tab\.)\s+[\w.\-]*\w[.:]?(?=\s|$)")


def caption_height(caption: str, width: float) -> float:
    """What a caption adds to the height of a figure of this width."""
    lines = len(_lines(caption, width))
    return _GAP + _LINE * lines if lines else 0.0


def with_caption(drawing: Drawing, caption: str, palette: Palette) -> Drawing:
    """The drawing with the caption centred below it, in the program's base size."""
    lines = _lines(caption, drawing.width)
    if not lines:
        return drawing
    texts = tuple(
        Text(
            x=drawing.width / 2,
            y=drawing.height + _LINE * (index + 0.6),
            text=_spans(line) if not index else line,
            size=BASE_PX,
            colour=palette.text,
            anchor="middle",
        )
        for index, line in enumerate(lines)
    )
    height = drawing.height + caption_height(caption, drawing.width)
    return replace(drawing, height=height, items=(*drawing.items, *texts))


def _spans(line: str) -> str | tuple[Span, ...]:
    """The line with its number in bold, as papers set it: **Figure 3.** The network."""
    number = _NUMBER.match(line)
    if number is None:
        return line
    return Span(number[0], weight=600), Span(line[number.end() :])


def _lines(caption: str, width: float) -> list[str]:
    room = max(width - 2 * _BESIDE, 60.0)
    return wrapped(" ".join(caption.split()), [room] * _MOST_LINES, BASE_PX)
