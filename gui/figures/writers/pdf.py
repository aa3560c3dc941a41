"""PDF: a page of the drawing's size, text as text, fonts embedded."""

from collections.abc import Sequence
from typing import Final

from gui.figures.drawing.drawing import Drawing
from gui.figures.writer import Finish, Writer


def write(drawing: Drawing, finish: Finish) -> bytes:
    """The file's content."""
    return bind([drawing], finish)


def bind(drawings: Sequence[Drawing], finish: Finish) -> bytes:
    """A file with a page for each drawing, each of its own size: Beamer's `page=` chooses one."""
    from gui.figures.rendering.painter import write_pdf

    return write_pdf(drawings, outlines=finish.outlines)


WRITER: Final = Writer(
    name="pdf", title="PDF", endings=(".pdf",), write=write, bind=bind, uses=frozenset({"outlines"})
)
