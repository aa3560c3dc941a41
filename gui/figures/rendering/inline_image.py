"""Pictures as PDF operators in ASCII: images in the text of a file, for pdfTeX's `\\pdfliteral`.

ISO 32000-1, "Portable document format", 2008, section 8.9.7 (inline images) and 7.4 (filters).
"""

import zlib
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

_LINE: Final = 100
"""Characters a line; white space between hexadecimal digits means nothing."""


def inline_image(
    pixels: npt.NDArray[np.uint8], width: float, height: float, *, smooth: bool, rise: float = 0.0
) -> list[str]:
    """Lines that paint the (H, W, 3) array over width × height points, its lower left corner at the origin,
    its right side `rise` points higher.

    At most 256 colours are told by a table, which keeps maps small.
    """
    rows, columns = pixels.shape[:2]
    colours, indices = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colours) <= 256:
        space = f"[/I /RGB {len(colours) - 1} <{colours.astype(np.uint8).tobytes().hex()}>]"
        data = indices.astype(np.uint8).tobytes()
    else:
        space, data = "/RGB", pixels.tobytes()
    packed = zlib.compress(data, 9).hex()
    return [
        f"{width:.3f} {rise:.3f} 0 {height:.3f} 0 0 cm" if rise else f"{width:.3f} 0 0 {height:.3f} 0 0 cm",
        f"BI /W {columns} /H {rows} /BPC 8 /I {'true' if smooth else 'false'} /F [/AHx /Fl]",
        *_broken(f"/CS {space}"),
        "ID",
        *(packed[start : start + _LINE] for start in range(0, len(packed), _LINE)),
        "> EI",
    ]


def coarser(pixels: npt.NDArray[np.uint8], most: int, *, smooth: bool) -> npt.NDArray[np.uint8]:
    """The picture with at most `most` pixels: averaged where it is smooth, picked where it is sharp."""
    rows, columns = pixels.shape[:2]
    share = (most / (rows * columns)) ** 0.5
    if share >= 1:
        return pixels
    size = (max(1, int(columns * share)), max(1, int(rows * share)))
    if smooth:
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX), dtype=np.uint8)
    ys = (np.arange(size[1]) * 2 + 1) * rows // (2 * size[1])
    xs = (np.arange(size[0]) * 2 + 1) * columns // (2 * size[0])
    return pixels[np.ix_(ys, xs)]


def _broken(text: str) -> list[str]:
    head, mark, digits = text.partition("<")
    if not mark:
        return [text]
    lines = [digits[start : start + _LINE] for start in range(0, len(digits), _LINE)]
    return [head + mark, *lines]
