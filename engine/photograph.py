"""From an image file to the values of a network's input.

Photographs are (H, W, 3) uint8 RGB, upright. An input takes the largest centred part with its own
aspect ratio, resampled: 3 channels are RGB in 0…1, 1 is the luminance, any other number that many
responses of an oriented filter bank.
"""

import re
import struct
import warnings
import zlib
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

DEEP_MODES: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Pillow's grey modes of more than 8 bits."""

LUMINANCE: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""ITU-R BT.601 weights of R, G and B."""


def read_photograph(path: str | Path) -> Photograph:
    """The image in this file, turned upright by its EXIF tag; `PhotographError` says why there is none."""
    name = Path(path).name
    try:
        with warnings.catch_warnings():
            # Pillow warns of sizes, which are looked at here, and of tags that do not matter.
            warnings.simplefilter("ignore")
            return _read(path, name)
    except FileNotFoundError:
        raise PhotographError(f"there is no file {str(path)!r}") from None
    except Image.DecompressionBombError as error:
        # Pillow refuses the largest before it says their size; how many pixels they have stands in its words.
        count = re.search(r"\d+", str(error))
        raise _too_large(name, f"{int(count[0]) / 1e6:,.0f} million" if count else "too many") from None
    except UnidentifiedImageError:
        raise PhotographError(f"{name} is no image that can be read") from None
    except (OSError, EOFError, SyntaxError, ValueError, struct.error, zlib.error) as error:
        raise PhotographError(f"{name} cannot be read: {error}") from None


def _read(path: str | Path, name: str) -> Photograph:
    with Image.open(path) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise _too_large(name, f"{width}×{height}")
        return _read_only(np.asarray(_on_white(ImageOps.exif_transpose(image)), dtype=np.uint8))


def _too_large(name: str, pixels: str) -> PhotographError:
    most = f"at most {MAX_PIXELS // 1_000_000} million are opened"
    return PhotographError(f"{name} has {pixels} pixels; {most}. Scale it down first.")


def crop_box(width: int, height: int, shape: Shape) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of the centred part of a photograph that an input of this shape sees."""
    rows, columns = shape[1], shape[2]
    scale = min(width / columns, height / rows)
    w, h = min(columns * scale, width), min(rows * scale, height)  # rounding may not lead outside
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
    if image.mode in DEEP_MODES:
        deep: npt.NDArray[np.float64] = np.nan_to_num(np.asarray(image, dtype=np.float64))
        full = 65535.0 if image.mode.startswith("I;16") else _white_of(float(deep.max(initial=0)))
        return Image.fromarray((np.clip(deep / full, 0, 1) * 255).round().astype(np.uint8)).convert("RGB")
    return image.convert("RGB")


def _white_of(largest: float) -> float:
    """What white is in a file whose numbers go up to this: 1, 8 or 16 bits, or simply the largest."""
    return next((white for white in (1.0, 255.0, 65535.0) if largest <= white), largest)


def _read_only(values: Photograph) -> Photograph:
    made = np.ascontiguousarray(values)
    if made.flags.writeable:
        made.flags.writeable = False
    return made
