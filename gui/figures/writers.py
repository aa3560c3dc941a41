"""Endings of figure files, and what writes them. Qt is loaded only by the ones that need it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from gui.figures.drawing import Drawing


def _svg(drawing: Drawing, scale: float) -> bytes:
    from gui.figures.svg import write

    return write(drawing)


def _pdf(drawing: Drawing, scale: float) -> bytes:
    from gui.figures.painter import write_pdf

    return write_pdf(drawing)


def _png(drawing: Drawing, scale: float) -> bytes:
    from gui.figures.painter import write_png

    return write_png(drawing, scale)


WRITERS: Final[Mapping[str, Callable[[Drawing, float], bytes]]] = MappingProxyType(
    {".svg": _svg, ".pdf": _pdf, ".png": _png}
)
"""Ending → writer of a drawing; the scale (pixels a unit) matters to pictures made of pixels alone."""
