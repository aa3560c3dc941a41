"""An image file as RGB pixels: the formats that photographs come in, and no other decoder is ever started.

Left to itself, Pillow chooses by content among some fifty decoders; one of them gives a file to Ghostscript,
which runs it as a program. The file is read whole before it is looked at, so that nothing waits for a pipe;
what it will need in memory is known from its header.
"""

import errno
import importlib
import io
import logging
import os
import re
import stat
import struct
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from engine.errors import PhotographError, quoted, reason_of

log = logging.getLogger("onebyone")

FORMATS: Final = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM", "AVIF")
"""Pillow's names of what is read. PPM stands for PBM, PGM and PFM too."""

MAX_BYTES: Final = 512_000_000
"""Largest file that is read."""

MAX_PIXELS: Final = 64_000_000
"""A larger photograph is scaled down while it is read; decoded this many take 192 MB."""

MAX_DECODED_PIXELS: Final = 178_000_000
"""Largest photograph that is opened where it has to be decoded whole before it can be scaled down."""

MAX_DRAFT_PIXELS: Final = 1_000_000_000
"""Largest baseline JPEG, which is scaled down by its decoder, block by block."""

DEEP_MODES: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Pillow's grey modes of more than 8 bits."""

_REDUCIBLE_MODES: Final = ("L", "RGB", "RGBA", "LA", "CMYK", "YCbCr")
_PLUGINS: Final = ("Bmp", "Gif", "Jpeg", "Png", "Ppm", "Tiff", "WebP", "Avif")
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})


def read_image_file(path: str | Path) -> Image.Image:
    """The first picture in this file, upright, in RGB, at most `MAX_PIXELS` of them.

    `PhotographError` says why there is none.
    """
    name = quoted(Path(path).name, quotes="")
    content = _content(Path(path), name)
    try:
        with warnings.catch_warnings():
            # Pillow warns of sizes, which are looked at here, and of tags that do not matter.
            warnings.simplefilter("ignore")
            return _decoded(content, name)
    except PhotographError:
        raise
    except Image.DecompressionBombError as error:
        # Pillow refuses the largest before it says their size; how many pixels they have stands in its words.
        count = re.search(r"\d+", str(error))
        raise _too_large(name, f"{int(count[0]) / 1e6:,.0f} million" if count else "too many") from None
    except UnidentifiedImageError:
        raise PhotographError(_unknown(content, name)) from None
    except MemoryError:
        raise PhotographError(f"{name} needs more memory than there is") from None
    except Exception as error:
        # decoders raise whatever they stumble over in a damaged file
        log.debug("while reading %s", name, exc_info=True)
        raise PhotographError(f"{name} cannot be read: {quoted(str(error), quotes='')}") from None


def _content(path: Path, name: str) -> bytes:
    """The bytes of a regular file. Opening what is none (a pipe, a device) does not wait for it."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            mode = os.fstat(handle).st_mode
            if stat.S_ISDIR(mode):
                raise PhotographError(f"{quoted(path)} is a folder, not an image file")
            if not stat.S_ISREG(mode):
                raise PhotographError(f"{quoted(path)} is a pipe or a device, not an image file")
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PhotographError(f"there is no file {quoted(path)}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.EISDIR:
            raise PhotographError(f"{quoted(path)} is a folder, not an image file") from None
        raise PhotographError(f"{name} cannot be read: {reason_of(error)}") from None
    if len(content) > MAX_BYTES:
        raise PhotographError(f"{name} has more than {MAX_BYTES // 1_000_000} MB: it is no photograph")
    return content


def _decoded(content: bytes, name: str) -> Image.Image:
    with _opened(content) as image:
        width, height = image.size
        pixels = width * height
        draft = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
        most = MAX_DRAFT_PIXELS if draft else MAX_DECODED_PIXELS
        if pixels > most:
            raise _too_large(name, f"{width}×{height}", most)
        if pixels > MAX_PIXELS:
            share = (MAX_PIXELS / pixels) ** 0.5
            # takes effect for JPEG only: the largest of 1/1, 1/2, 1/4, 1/8 that is not smaller than asked
            image.draft(image.mode, (int(width * share), int(height * share)))
        image.load()
        smaller: Image.Image = image
        if image.mode in _REDUCIBLE_MODES:
            smaller = _reduced(smaller)
        return _reduced(_on_white(ImageOps.exif_transpose(smaller)))


def _too_large(name: str, pixels: str, most: int = MAX_DECODED_PIXELS) -> PhotographError:
    limit = f"at most {most // 1_000_000} million are opened"
    return PhotographError(f"{name} has {pixels} pixels; {limit}. Scale it down first.")


def _opened(content: bytes) -> ImageFile.ImageFile:
    for plugin in _PLUGINS:  # otherwise Pillow, asked for one that it has not loaded, loads all
        with suppress(ModuleNotFoundError):  # AVIF came with Pillow 11.3
            importlib.import_module(f"PIL.{plugin}ImagePlugin")
    try:
        known = tuple(name for name in FORMATS if name in Image.OPEN)
        return Image.open(io.BytesIO(content), formats=known)
    except Image.DecompressionBombError:
        # Pillow's own limit is below ours for JPEG, and reached before anything is decoded
        from PIL.JpegImagePlugin import JpegImageFile

        if not content.startswith(b"\xff\xd8\xff"):
            raise
        return JpegImageFile(io.BytesIO(content))


def _reduced(image: Image.Image) -> Image.Image:
    """The image, or the mean of blocks of 2×2, 3×3 … of its pixels if it has more than `MAX_PIXELS`."""
    factor = 1
    while (image.width // factor) * (image.height // factor) > MAX_PIXELS:
        factor += 1
    return image if factor == 1 else image.reduce(factor)


def _unknown(content: bytes, name: str) -> str:
    if _is_heic(content):
        return (
            f"{name} is a HEIC photograph, which cannot be read here. Save or share it as JPEG "
            "(on an iPhone: Settings, Camera, Formats, Most Compatible)."
        )
    return f"{name} is no image that can be read; PNG, JPEG, WebP, AVIF, GIF, TIFF, BMP and PPM can"


def _is_heic(content: bytes) -> bool:
    """ISO/IEC 23008-12: a box `ftyp` whose brands name HEVC."""
    if len(content) < 16 or content[4:8] != b"ftyp":
        return False
    (size,) = struct.unpack(">I", content[:4])
    brands = content[8 : min(size, 256)]
    return any(brands[at : at + 4] in _HEIC_BRANDS for at in range(0, len(brands), 4))


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
