"""How wide text is in the bundled typefaces, without Qt: figures fit their text before it is painted."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Final
from unicodedata import combining, east_asian_width

from PIL import ImageFont

from assets import font_paths
from gui.figures.drawing.drawing import Span

FILES: Final = {400: "Inter-Regular", 500: "Inter-Medium", 600: "Inter-SemiBold"}
_BEHIND: Final = {400: "DejaVuSans", 500: "DejaVuSans", 600: "DejaVuSans-Bold"}
"""What brings the signs that Inter lacks."""
_OWN, _STAND_IN, _ELSEWHERE = range(3)
"""Who has a sign: Inter, DejaVu Sans, or only a typeface of the system's."""
_MEASURED_AT: Final = 200
"""Pixels; large, so that rounding to whole hinted pixels does not matter."""

FAMILIES: Final = ("Inter", "Helvetica Neue", "Arial", "DejaVu Sans", "sans-serif")
"""Where Inter is missing, faces of about its width come first."""


FONTS: Final[Mapping[str, tuple[str, ...]]] = {
    "inter": FAMILIES,
    "arial": ("Arial", "Helvetica", "Liberation Sans", "Arimo", "Nimbus Sans", *FAMILIES),
    "serif": (
        "CMU Serif", "Latin Modern Roman", "Computer Modern Serif", "Times New Roman", "Liberation Serif",
        "Nimbus Roman", "DejaVu Serif", "serif",
    ),
}  # fmt: skip
"""What a figure can be set in, the first that there is: `serif` goes with papers set in Computer Modern."""

SCRIPT_SCALE: Final = 0.7
"""Size of super- and subscripts as a share of the type size."""
SCRIPT_SHIFT: Final = {1: 0.36, 0: 0.0, -1: 0.16}
"""How far a superscript is raised and a subscript lowered, as a share of the type size."""


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of one line in drawing units."""
    whole = 0.0
    for place, letters in groupby(text, _face_of):
        run = "".join(letters)
        if place == _ELSEWHERE:
            whole += sum(map(_full_width, run)) * _MEASURED_AT
        else:
            whole += _font((FILES if place == _OWN else _BEHIND)[weight]).getlength(run)
    return whole * size / _MEASURED_AT


def spans_width(spans: Iterable[Span], size: float, weight: int = 400) -> float:
    """Width of a line in pieces; scripts are set smaller."""
    return sum(
        text_width(span.text, size * (SCRIPT_SCALE if span.script else 1.0), span.weight or weight)
        for span in spans
    )


def in_inter(letter: str) -> bool:
    """Whether Inter has the sign; DejaVu Sans stands in where it does not."""
    return " " <= letter <= "~" or ord(letter) in _signs(FILES[400])


def _face_of(letter: str) -> int:
    if in_inter(letter):
        return _OWN
    return _STAND_IN if ord(letter) in _signs(_BEHIND[400]) else _ELSEWHERE


def _full_width(letter: str) -> float:
    """In ems, of a sign that only the system's typefaces have: Chinese, Japanese and Korean ones and pictures
    are as wide as high (Unicode Standard Annex 11), what is put on another letter takes no room."""
    if combining(letter) or letter in "\u200d\ufe0f":
        return 0.0
    return 1.05 if east_asian_width(letter) in "WF" else 0.65


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
def _signs(stem: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    path = next(path for path in font_paths() if path.stem == stem)
    with TTFont(path, lazy=True) as face:
        return frozenset(face.getBestCmap())


@cache
def _font(stem: str) -> ImageFont.FreeTypeFont:
    path = next(path for path in font_paths() if path.stem == stem)
    return ImageFont.truetype(str(path), _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
