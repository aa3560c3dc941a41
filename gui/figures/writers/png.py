"""PNG: pixels, with the resolution they are meant for."""

from typing import Final

from gui.figures.drawing.drawing import Drawing
from gui.figures.writer import Finish, Writer


def write(drawing: Drawing, finish: Finish) -> bytes:
    """The file's content."""
    from gui.figures.rendering.painter import write_png

    return write_png(drawing, finish.scale)


WRITER: Final = Writer(name="png", title="PNG", endings=(".png",), write=write, uses=frozenset({"scale"}))
