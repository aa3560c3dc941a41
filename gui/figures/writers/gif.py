"""Animated GIF: 256 colours shared by all frames, so that nothing flickers. No half-transparent edges: a
drawing without background is put on white.
"""

import io
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from gui.figures.drawing.drawing import Animation
from gui.figures.rendering.frames import frames_of
from gui.figures.writer import Finish, Writer

Colours = npt.NDArray[np.uint8]
"""(count, 3) RGB."""

TICK_MS: Final = 10
"""GIF counts hundredths of a second."""
_KEPT: Final = 32
"""Colours that stay exact: ground, ink and the fills of boxes."""
_AT_ONCE: Final = 4096
"""Colours whose nearest are looked for together: 12 MB."""
_SAMPLES: Final = 6
"""Frames that the colours are chosen from."""


def animate(animation: Animation, finish: Finish) -> bytes:
    """The file's content; it repeats for ever."""
    frames = frames_of(animation, finish, tick_ms=TICK_MS)
    images = [_on_white(image) for image in frames.images]
    palette = _palette(images)
    indexed = [_indexed(image, palette) for image in images]
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


def _indexed(image: Image.Image, palette: Colours) -> Image.Image:
    """The image in the palette's colours, each the nearest: Pillow's own search looks at six bits alone."""
    pixels = np.asarray(image)
    values, places = np.unique(_packed(pixels), return_inverse=True)
    nearest = np.empty(len(values), np.uint8)
    for start in range(0, len(values), _AT_ONCE):
        part = values[start : start + _AT_ONCE]
        far = _unpacked(part).astype(np.int32)[:, None] - palette.astype(np.int32)
        nearest[start : start + _AT_ONCE] = np.square(far).sum(axis=2).argmin(axis=1)
    made = Image.fromarray(nearest[places].reshape(pixels.shape[:2]), "P")
    made.putpalette(palette.tobytes())
    return made


def _packed(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """One number for each colour."""
    return np.asarray(pixels.reshape(-1, 3).astype(np.uint32) @ np.array([65536, 256, 1], np.uint32))


def _unpacked(values: npt.NDArray[np.uint32]) -> Colours:
    return np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1).astype(np.uint8)


def _palette(images: list[Image.Image]) -> Colours:
    """The colours of evenly chosen frames, the last among them: it usually holds most."""
    chosen = sorted({round(k) for k in np.linspace(0, len(images) - 1, _SAMPLES)})
    rows = np.concatenate([np.asarray(images[k]) for k in chosen])
    # Median cut averages: the ground would be nearly white, a visible box on a white slide. The commonest
    # colours are kept as they are.
    values, counts = np.unique(_packed(rows), return_counts=True)
    exact = _unpacked(values[np.argsort(counts, kind="stable")[::-1][:_KEPT]])
    cut = Image.fromarray(rows).quantize(colors=256 - len(exact), method=Image.Quantize.MEDIANCUT)
    colours = np.asarray(cut.getpalette(), np.uint8).reshape(-1, 3)
    return np.concatenate([exact, colours])[:256]


WRITER: Final = Writer(
    name="gif", title="Animated GIF", endings=(".gif",), animate=animate,
    uses=frozenset({"scale", "duration_ms"}),
)  # fmt: skip
