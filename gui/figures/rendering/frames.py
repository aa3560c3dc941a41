"""An animation as pixels: what GIF, WebP and APNG have in common."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from engine.errors import FormatError
from gui.figures.drawing.drawing import Animation, Drawing
from gui.figures.writer import Finish

MAX_PIXELS: Final = 600_000_000
"""Of all frames together; they take 2.4 GB."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Frames:
    """RGBA images of one size and how long each is shown; two in a row always differ."""

    images: tuple[Image.Image, ...]
    durations_ms: tuple[int, ...]


def frames_of(animation: Animation, finish: Finish, *, tick_ms: int = 1) -> Frames:
    """The frames as pictures; equal ones in a row become one that is shown longer.

    Durations are whole multiples of `tick_ms`, the shortest time the format can tell.
    """
    from gui.figures.rendering.painter import raster

    first = animation.frames[0]
    pixels = round(first.width * finish.scale) * round(first.height * finish.scale) * len(animation.frames)
    if pixels > MAX_PIXELS:
        raise FormatError(
            f"{len(animation.frames)} frames would have {pixels:,} pixels. A smaller scale helps."
        )
    usual = animation.duration_ms if finish.duration_ms is None else finish.duration_ms
    images: list[Image.Image] = []
    durations: list[int] = []
    before: Drawing | None = None
    for index, drawing in enumerate(animation.frames):
        last = index == len(animation.frames) - 1
        duration = max(animation.last_ms, usual) if last else usual
        duration = max(1, round(duration / tick_ms)) * tick_ms
        made = None if drawing is before else raster(drawing, finish.scale)
        if images and (made is None or np.array_equal(made, np.asarray(images[-1]))):
            durations[-1] += duration
        elif made is not None:
            images.append(Image.fromarray(made))
            durations.append(duration)
        before = drawing
    return Frames(images=tuple(images), durations_ms=tuple(durations))
