"""Animated WebP: true colours, half-transparent edges, without loss."""

import io
from typing import Final

import numpy as np

from gui.figures.drawing.drawing import Animation
from gui.figures.rendering.frames import Frames, frames_of
from gui.figures.writer import Finish, Writer


def animate(animation: Animation, finish: Finish) -> bytes:
    """The file's content; it repeats for ever."""
    frames = frames_of(animation, finish)
    out = io.BytesIO()
    frames.images[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=frames.images[1:],
        duration=list(frames.durations_ms),
        loop=0,
        lossless=True,
        quality=50,  # of the packing: how long a smaller file is looked for
        method=3,
    )
    return _with_alpha(out.getvalue()) if _is_transparent(frames) else out.getvalue()


def _is_transparent(frames: Frames) -> bool:
    return any(np.asarray(image)[..., 3].min() < 255 for image in frames.images)


def _with_alpha(data: bytes) -> bytes:
    """The file saying that it has transparent pixels.

    libwebp says so only where a frame has some, and cuts frames to what is opaque in them (RFC 9649,
    "WebP image format", 2024, section 2.7.1: the flags of the VP8X chunk).
    """
    at = data.index(b"VP8X") + 8
    return data[:at] + bytes([data[at] | _ALPHA]) + data[at + 1 :]


_ALPHA: Final = 0x10

WRITER: Final = Writer(
    name="webp", title="Animated WebP", endings=(".webp",), animate=animate,
    uses=frozenset({"scale", "duration_ms"}),
)  # fmt: skip
