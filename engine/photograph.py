"""From an image file to the values of a network's input.

Photographs are (H, W, 3) uint8 RGB, upright. What an Input takes of one, and how it is scaled to the Input's
size, says `resize`; 3 channels are RGB in 0…1, 1 is the luminance, any other number that many responses of an
oriented filter bank, and `normalization` says what is made of 0…1. A test pattern is made at that very size.
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
from engine.patterns import Pattern
from engine.shapes import Shape

Photograph = npt.NDArray[np.uint8]

Scene = Photograph | Pattern
"""What a network can look at."""

MAX_PIXELS: Final = 64_000_000
"""Largest photograph that is opened; decoded it takes 192 MB."""

DEEP_MODES: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Pillow's grey modes of more than 8 bits."""

LUMINANCE: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""ITU-R BT.601 weights of R, G and B."""

IMAGENET_MEAN: Final = np.array([0.485, 0.456, 0.406], dtype=np.float32)
IMAGENET_DEVIATION: Final = np.array([0.229, 0.224, 0.225], dtype=np.float32)
"""Of R, G and B in 0…1, as torchvision's models expect them; a luminance gets the mixture of the three."""


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


def crop_box(
    width: int, height: int, shape: Shape, resize: str = "fill"
) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of what an input of this shape sees, in pixels of the photograph.

    `fill`: the largest centred part of the input's own aspect; `crop`: the centred part at the photograph's
    own scale (`fill` where the photograph is too small); `fit`: all of it, and bars beyond its edges;
    `stretch`: all of it, whatever becomes of its aspect.
    """
    rows, columns = shape[1], shape[2]
    if resize == "stretch":
        return 0.0, 0.0, float(width), float(height)
    if resize == "fit":
        scale = max(width / columns, height / rows)
        w, h = max(columns * scale, width), max(rows * scale, height)  # rounding may not cut anything off
    else:
        scale = min(width / columns, height / rows)
        if resize == "crop":
            scale = min(scale, 1.0)
        w, h = min(columns * scale, width), min(rows * scale, height)  # rounding may not lead outside
    return (width - w) / 2, (height - h) / 2, (width + w) / 2, (height + h) / 2


def fill_input(
    scene: Scene, shape: Shape, resize: str = "fill", normalization: str = "unit"
) -> npt.NDArray[np.float32]:
    """The photograph or pattern as the values of an Input: float32 (1, C, H, W), read-only."""
    if shape[0] == 3:
        values = _normalized(_resized(scene, shape, 1, resize), normalization).transpose(2, 0, 1)
    elif shape[0] == 1:
        grey = _luminance(scene, shape, 1, resize)
        values = _normalized(grey[..., None], normalization).transpose(2, 0, 1)
    else:
        values = responses(_luminance(scene, shape, pooling(shape), resize), shape)
    made = np.ascontiguousarray(values, dtype=np.float32)[None]
    made.flags.writeable = False
    return made


def without_normalization(values: npt.NDArray[np.float32], normalization: str) -> npt.NDArray[np.float32]:
    """(1, C, H, W) of an Input of 1 or 3 channels, as it was before `normalization`: to be looked at."""
    scale, shift = _affine(values.shape[1], normalization)
    return np.asarray((values - shift[:, None, None]) / scale[:, None, None], dtype=np.float32)


def _normalized(values: npt.NDArray[np.float32], normalization: str) -> npt.NDArray[np.float32]:
    """(H, W, C) of 0…1 as the Input wants it; "unit" leaves it as it is, to the bit."""
    if normalization == "unit":
        return values
    scale, shift = _affine(values.shape[2], normalization)
    return np.asarray(values * scale + shift, dtype=np.float32)


def _affine(channels: int, normalization: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """What each channel's value is multiplied by, and what is added then."""
    one = np.ones(channels, dtype=np.float32)
    if normalization == "signed":
        return 2 * one, -one
    if normalization == "imagenet":
        mean, deviation = IMAGENET_MEAN, IMAGENET_DEVIATION
        if channels == 1:
            mean, deviation = (np.array([values @ LUMINANCE]) for values in (mean, deviation))
        scale = np.asarray(1 / deviation, dtype=np.float32)
        return scale, np.asarray(-mean * scale, dtype=np.float32)
    return one, 0 * one


def _luminance(scene: Scene, shape: Shape, finer: int, resize: str) -> npt.NDArray[np.float32]:
    """(H, W) of what `_resized` gives; of a pattern its own values, to the bit."""
    if isinstance(scene, Pattern):
        return scene.values((shape[1] * finer, shape[2] * finer))
    return np.asarray(_resized(scene, shape, finer, resize) @ LUMINANCE, dtype=np.float32)


def _resized(scene: Scene, shape: Shape, finer: int, resize: str) -> npt.NDArray[np.float32]:
    """What an input of this shape sees, at `finer` times its height and width: (H, W, 3) in 0…1."""
    rows, columns = shape[1] * finer, shape[2] * finer
    if isinstance(scene, Pattern):
        return np.repeat(scene.values((rows, columns))[..., None], 3, axis=2)
    image = Image.fromarray(scene)
    left, top, right, bottom = crop_box(image.width, image.height, shape, resize)
    # Bars beyond the photograph stay black; their width is that of whole pixels.
    across, down = columns / (right - left), rows / (bottom - top)
    x, y = max(0, round(-left * across)), max(0, round(-top * down))
    size = (max(1, columns - 2 * x), max(1, rows - 2 * y))
    box = (max(left, 0.0), max(top, 0.0), min(right, float(image.width)), min(bottom, float(image.height)))
    resized = np.asarray(
        image.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=3.0), dtype=np.float32
    ) / np.float32(255)
    if (size[1], size[0]) == (rows, columns):
        return resized
    made = np.zeros((rows, columns, 3), dtype=np.float32)
    x, y = (columns - size[0]) // 2, (rows - size[1]) // 2
    made[y : y + size[1], x : x + size[0]] = resized
    return made


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
