"""What a writer is: a format's name and endings, and how a drawing, an animation or a table becomes bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.formats.tables.typesetting import Table
from gui.figures.drawing.drawing import Animation, Drawing

DPI_PER_SCALE: Final = 96
"""Pixels an inch at one pixel a unit."""


@dataclass(frozen=True, kw_only=True)
class Finish:
    """What can be chosen for the file beside what is drawn."""

    scale: float = 2.0
    """Pixels a unit, in formats made of pixels: 2 is 192 dpi."""
    outlines: bool = False
    """Letters as shapes, in formats that could keep them as text: they look the same without the typeface."""
    duration_ms: int | None = None
    """How long a frame of an animation is shown; None for the animation's own."""


@dataclass(frozen=True, kw_only=True)
class Writer:
    """One format. It writes drawings, animations or tables: the others of the three are None.

    All three give the same bytes for the same value, in any process, and raise `FormatError` for what the
    format cannot hold.
    """

    name: str
    """As on the command line."""
    title: str
    """As in a menu."""
    endings: tuple[str, ...]
    """Lower case, with the dot; the first is the usual one."""
    write: Callable[[Drawing, Finish], bytes] | None = None
    bind: Callable[[Sequence[Drawing], Finish], bytes] | None = None
    """Several pages in one file, where the format has pages."""
    animate: Callable[[Animation, Finish], bytes] | None = None
    tabulate: Callable[[Table], bytes] | None = None
    page: Callable[[Drawing], Drawing] | None = None
    """The drawing as it lies on the format's own page, where that is another than the drawing's size."""
    uses: frozenset[str] = frozenset()
    """Names of the `Finish` that matter to it."""
