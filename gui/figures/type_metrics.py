"""How wide text is in the bundled typeface, without Qt: figures fit their text before it is painted."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from PIL import ImageFont

from assets import font_paths

_FILES: Final = {400: "Inter-Regular", 500: "Inter-Medium", 600: "Inter-SemiBold"}
_MEASURED_AT: Final = 200
"""Pixels; large, so that rounding to whole hinted pixels does not matter."""

FAMILIES: Final = ("Inter", "Helvetica Neue", "Arial", "DejaVu Sans", "sans-serif")
"""Where Inter is missing, faces of about its width come first."""


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of one line in drawing units."""
    return _font(weight).getlength(text) * size / _MEASURED_AT


def elided(text: str, width: float, size: float, weight: int = 400) -> str:
    """The text, or as much of its beginning as fits the width with an ellipsis."""
    if text_width(text, size, weight) <= width:
        return text
    kept = text
    while kept and text_width(kept.rstrip(" ·,") + "…", size, weight) > width:
        kept = kept[:-1]
    return kept.rstrip(" ·,") + "…"


def wrapped(text: str, widths: Sequence[float], size: float, weight: int = 400) -> list[str]:
    """The text broken at spaces into at most as many lines as there are widths, the last one elided."""
    made: list[str] = []
    words = text.split()
    for width in widths[:-1]:
        count = len(words)
        while count > 1 and text_width(" ".join(words[:count]), size, weight) > width:
            count -= 1
        if words:
            made.append(elided(" ".join(words[:count]).removesuffix(" ·"), width, size, weight))
        words = words[count:]
        if words[:1] == ["·"]:
            words = words[1:]
    return [*made, elided(" ".join(words), widths[-1], size, weight)] if words else made


@cache
def _font(weight: int) -> ImageFont.FreeTypeFont:
    path = next(path for path in font_paths() if path.stem == _FILES[weight])
    return ImageFont.truetype(str(path), _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
