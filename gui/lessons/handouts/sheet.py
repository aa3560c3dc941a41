"""Pages of a handout with everything in its place: what both writers write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QTextDocument

from gui.figures.drawing.drawing import Drawing
from gui.figures.fitting import UNITS_PER_MM
from gui.lessons.handouts.forms import Paper

SIZES: Final[Mapping[Paper, QSizeF]] = MappingProxyType(
    {"a4": QSizeF(210 * UNITS_PER_MM, 297 * UNITS_PER_MM), "slides": QSizeF(960, 540)}
)
"""In units of 1/96 inch; slides are PowerPoint's 16:9."""

POINTS: Final = 0.75
"""Of a unit."""
SMALLEST_PX: Final = 11
"""8.25 pt."""
LINE: Final = 30.0
"""Between lines that are written on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Placed:
    """Something at a place of a page, its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    words: QTextDocument | None = None
    figure: Drawing | None = None
    """Neither of both: a line to write on, at its lower edge."""


@dataclass(kw_only=True, eq=False)
class Sheet:
    """One page."""

    paper: Paper
    items: list[Placed] = field(default_factory=list)
    notes: str = ""

    @property
    def size(self) -> QSizeF:
        """In units."""
        return SIZES[self.paper]

    def put_words(self, words: QTextDocument, x: float, y: float) -> float:
        """Text at this place; where it ends."""
        height = words.size().height()
        self.items.append(Placed(x=x, y=y, width=words.textWidth(), height=height, words=words))
        return y + height

    def put_figure(self, figure: Drawing, x: float, y: float) -> float:
        """A figure at this place; where it ends."""
        self.items.append(Placed(x=x, y=y, width=figure.width, height=figure.height, figure=figure))
        return y + figure.height

    def put_lines(self, count: int, x: float, y: float, width: float) -> float:
        """Lines to write on; where they end."""
        for number in range(count):
            self.items.append(Placed(x=x, y=y + number * LINE, width=width, height=LINE))
        return y + count * LINE
