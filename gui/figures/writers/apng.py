"""Animated PNG: true colours, half-transparent edges, without loss."""

import io
from typing import Final

from gui.figures.drawing.drawing import Animation
from gui.figures.rendering.frames import frames_of
from gui.figures.writer import Finish, Writer


def animate(animation: Animation, finish: Finish) -> bytes:
    """The file's content; it repeats for ever."""
    frames = frames_of(animation, finish)
    out = io.BytesIO()
    frames.images[0].save(
        out,
        "PNG",
        save_all=True,
        append_images=frames.images[1:],
        duration=list(frames.durations_ms),
        loop=0,
    )
    return out.getvalue()


WRITER: Final = Writer(
    name="apng", title="Animated PNG", endings=(".apng",), animate=animate,
    uses=frozenset({"scale", "duration_ms"}),
)  # fmt: skip
