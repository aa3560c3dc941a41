"""Animated GIF: 256 colours shared by all frames, so that nothing flickers. No half-transparent edges: a
drawing without background is put on white.
"""

import io
from typing import Final

import numpy as np
from PIL import Image

from gui.figures.drawing.drawing import Animation
from gui.figures.rendering.frames import frames_of
from gui.figures.writer import Finish, Writer

TICK_MS: Final = 10
"""GIF counts hundredths of a second."""
_SAMPLES: Final = 6
"""Frames that the colours are chosen from."""


def animate(animation: Animation, finish: Finish) -> bytes:
    """The file's content; it repeats for ever."""
    frames = frames_of(animation, finish, tick_ms=TICK_MS)
    images = [_on_white(image) for image in frames.images]
    palette = _palette(images)
    indexed = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    out = io.BytesIO()
    indexed[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=indexed[1:],
        duration=list(frames.durations_ms),
        loop=0,
        optimize=False,
    )
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", image.size, "#FFFFFF")
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _palette(images: list[Image.Image]) -> Image.Image:
    """The colours of evenly chosen frames, the last among them: it usually holds most."""
    chosen = sorted({round(k) for k in np.linspace(0, len(images) - 1, _SAMPLES)})
    rows = np.concatenate([np.asarray(images[k]) for k in chosen])
    return Image.fromarray(rows).quantize(colors=256, method=Image.Quantize.MEDIANCUT)


WRITER: Final = Writer(
    name="gif", title="Animated GIF", endings=(".gif",), animate=animate,
    uses=frozenset({"scale", "duration_ms"}),
)  # fmt: skip
