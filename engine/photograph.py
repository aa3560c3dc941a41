"""From an image file to the values of a network's input.

Photographs are (H, W, 3) uint8 RGB, upright. An input takes the largest centred part with its own
aspect ratio, resampled: 3 channels are RGB in 0…1, 1 is the luminance, any other number that many
responses of an oriented filter bank.
"""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import PhotographError
from engine.filter_bank import pooling, responses
from engine.shapes import Shape

Photograph = npt.NDArray[np.uint8]

MAX_PIXELS: Final = 64_000_000
"""Largest photograph that is opened; decoded it takes 192 MB."""

LUMINANCE: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""ITU-R BT.601 weights of R, G and B."""


def read_photograph(path: str | Path) -> Photograph:
    """The image in this file, turned upright by its EXIF tag; `PhotographError` says why there is none."""
    name = Path(path).name
    try:
        with Image.open(path) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise PhotographError(
                    f"{name} has {width}×{height} pixels; at most {MAX_PIXELS // 1_000_000} million are"
                    " opened. Scale it down first."
                )
            upright = ImageOps.exif_transpose(image)
            return _read_only(np.asarray(_on_white(upright), dtype=np.uint8))
    except FileNotFoundError:
        raise PhotographError(f"there is no file {str(path)!r}") from None
    except Image.DecompressionBombError:
        raise PhotographError(f"{name} has too many pixels to be opened. Scale it down first.") from None
    except UnidentifiedImageError:
        raise PhotographError(f"{name} is no image that can be read") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise PhotographError(f"{name} cannot be read: {error}") from None


def crop_box(width: int, height: int, shape: Shape) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of the centred part of a photograph that an input of this shape sees."""
    rows, columns = shape[1], shape[2]
    scale = min(width / columns, height / rows)
    w, h = columns * scale, rows * scale
    return (width - w) / 2, (height - h) / 2, (width + w) / 2, (height + h) / 2


def fill_input(photograph: Photograph, shape: Shape) -> npt.NDArray[np.float32]:
    """The photograph as the values of an Input: float32 (1, C, H, W), read-only."""
    if shape[0] == 3:
        values = _resized(photograph, shape, 1).transpose(2, 0, 1)
    elif shape[0] == 1:
        values = (_resized(photograph, shape, 1) @ LUMINANCE)[None]
    else:
        fine = _resized(photograph, shape, pooling(shape)) @ LUMINANCE
        values = responses(np.asarray(fine, dtype=np.float32), shape)
    made = np.ascontiguousarray(values, dtype=np.float32)[None]
    made.flags.writeable = False
    return made


def _resized(photograph: Photograph, shape: Shape, finer: int) -> npt.NDArray[np.float32]:
    """The part that an input of this shape sees, `finer` times its height and width: (H, W, 3) in 0…1."""
    image = Image.fromarray(photograph)
    size = (shape[2] * finer, shape[1] * finer)
    box = crop_box(image.width, image.height, shape)
    resized = image.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=3.0)
    return np.asarray(resized, dtype=np.float32) / np.float32(255)


def _on_white(image: Image.Image) -> Image.Image:
    """RGB, with transparent parts on white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    if image.mode in ("I;16", "I;16B", "I;16L", "I"):
        deep = np.asarray(image, dtype=np.float64)
        top = 65535.0 if deep.max(initial=0) > 255 else 255.0
        return Image.fromarray((np.clip(deep / top, 0, 1) * 255).astype(np.uint8)).convert("RGB")
    return image.convert("RGB")


def _read_only(values: Photograph) -> Photograph:
    made = np.ascontiguousarray(values)
    if made.flags.writeable:
        made.flags.writeable = False
    return made
