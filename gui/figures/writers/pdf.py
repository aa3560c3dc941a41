"""PDF: a page of the drawing's size, text as text, fonts embedded."""

from typing import Final

from gui.figures.drawing.drawing import Drawing
from gui.figures.writer import Finish, Writer


def write(drawing: Drawing, finish: Finish) -> bytes:
    """The file's content."""
    from gui.figures.rendering.painter import write_pdf

    return write_pdf(drawing, outlines=finish.outlines)


WRITER: Final = Writer(name="pdf", title="PDF", endings=(".pdf",), write=write, uses=frozenset({"outlines"}))
