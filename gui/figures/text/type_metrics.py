"""How wide text is in the bundled typefaces, without Qt: figures fit their text before it is painted."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Final

from PIL import ImageFont

from assets import font_paths
from gui.figures.drawing.drawing import Span

_FILES: Final = {400: "Inter-Regular", 500: "Inter-Medium", 600: "Inter-SemiBold"}
_BEHIND: Final = {400: "DejaVuSans", 500: "DejaVuSans", 600: "DejaVuSans-Bold"}
"""What brings the signs that Inter lacks."""
_MEASURED_AT: Final = 200
"""Pixels; large, so that rounding to whole hinted pixels does not matter."""

FAMILIES: Final = ("Inter", "Helvetica Neue", "Arial", "DejaVu Sans", "sans-serif")
"""Where Inter is missing, faces of about its width come first."""


SCRIPT_SCALE: Final = 0.7
"""Size of super- and subscripts as a share of the type size."""
SCRIPT_SHIFT: Final = {1: 0.36, 0: 0.0, -1: 0.16}
"""How far a superscript is raised and a subscript lowered, as a share of the type size."""


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of one line in drawing units."""
    whole = 0.0
    for known, letters in groupby(text, lambda letter: in_inter(letter)):
        face = _font((_FILES if known else _BEHIND)[weight])
        whole += face.getlength("".join(letters))
    return whole * size / _MEASURED_AT


def spans_width(spans: Iterable[Span], size: float, weight: int = 400) -> float:
    """Width of a line in pieces; scripts are set smaller."""
    return sum(
        text_width(span.text, size * (SCRIPT_SCALE if span.script else 1.0), span.weight or weight)
        for span in spans
    )


def in_inter(letter: str) -> bool:
    """Whether Inter has the sign; DejaVu Sans stands in where it does not."""
    return " " <= letter <= "~" or ord(letter) in _signs()


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
def _signs() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    path = next(path for path in font_paths() if path.stem == _FILES[400])
    with TTFont(path, lazy=True) as face:
        return frozenset(face.getBestCmap())


@cache
def _font(stem: str) -> ImageFont.FreeTypeFont:
    path = next(path for path in font_paths() if path.stem == stem)
    return ImageFont.truetype(str(path), _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
