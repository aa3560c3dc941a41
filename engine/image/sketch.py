"""A drawing of one's own: ink on a small square, held in a project as text, looked at as MNIST has digits.

MNIST's digits were scaled until their longer side had 20 pixels, and put with their centre of mass into the
middle of 28×28 (LeCun, Cortes & Burges, The MNIST database of handwritten digits); a network that learned
from them expects a drawing to be prepared alike, wherever and however large it is drawn.
"""

import base64
import binascii
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.errors import PhotographError

PREFIX: Final = "sketch:"
"""How a reference to a drawing begins; the rest is the ink, deflated, as base64."""

SIDE: Final = 56
"""Rows and columns of a drawing: twice those of a digit."""

DIGIT_SIDE: Final = 28
LONGER_SIDE: Final = 20
"""Of a digit's ink, in its 28×28."""

_FAINT: Final = 24
"""What is darker is no ink."""

Ink = npt.NDArray[np.uint8]
"""(SIDE, SIDE), 0 where nothing is drawn, 255 where the pen was."""


def is_sketch(reference: str) -> bool:
    """Whether the reference holds a drawing."""
    return reference.startswith(PREFIX)


def sketch_reference(ink: Ink) -> str:
    """The drawing as text: what a project's `image` says for it."""
    return PREFIX + base64.urlsafe_b64encode(zlib.compress(np.ascontiguousarray(ink).tobytes(), 9)).decode()


def read_sketch(reference: str) -> Ink:
    """The drawing that `sketch_reference` wrote; `PhotographError`."""
    try:
        data = base64.b64decode(reference.removeprefix(PREFIX).encode("ascii"), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(data, SIDE * SIDE + 1)
    except (ValueError, binascii.Error, zlib.error):
        raw = b""
    if len(raw) != SIDE * SIDE:
        raise PhotographError("the drawing is damaged")
    return np.frombuffer(raw, np.uint8).reshape(SIDE, SIDE)


def as_digit(ink: Ink) -> npt.NDArray[np.uint8]:
    """(28, 28, 3) uint8, read-only: the drawing scaled and centred as MNIST's digits; black without ink."""
    made = np.zeros((DIGIT_SIDE, DIGIT_SIDE), np.float64)
    rows, columns = (np.flatnonzero((ink > _FAINT).any(axis=axis)) for axis in (1, 0))
    if rows.size:
        part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        scale = min(LONGER_SIDE / max(part.shape), 1.0)  # a speck is not blown up to a digit
        height, width = (max(1, round(size * scale)) for size in part.shape)
        small = np.asarray(
            Image.fromarray(part).resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64
        )
        small *= 255 / small.max()
        y, x = (_start(small.sum(axis=axis)) for axis in (1, 0))
        made[y : y + height, x : x + width] = small
    digit = np.repeat(np.rint(made).astype(np.uint8)[:, :, None], 3, axis=2)
    digit.flags.writeable = False
    return digit


def _start(ink: npt.NDArray[np.float64]) -> int:
    """Where to begin along one axis, for the centre of mass to come to the middle, and all of it inside."""
    centre = float(ink @ np.arange(ink.size) / ink.sum())
    return min(max(round(DIGIT_SIDE / 2 - 0.5 - centre), 0), DIGIT_SIDE - ink.size)
