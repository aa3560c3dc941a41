"""Picture files in a folder, in the order people would list them, and what is no picture left out."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from engine.errors import PhotographError, TrainingError, listed, quoted, reason_of
from engine.image.photograph import read_photograph
from engine.layers import Layer
from engine.shapes import shape_text
from engine.training.data.examples import Pixels
from engine.training.data.fitting_input import channels_of, fitted
from engine.training.data.source import Progress

ENDINGS: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm"}
)
MOST_FILES: Final = 100_000
MOST_BYTES: Final = 2_000_000_000
"""Of all pictures together, at the Input's size."""


def natural(path: Path) -> list[tuple[int, str]]:
    """Sorts 2 before 10, and letters whatever their case."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def listed_in(folder: Path) -> list[Path]:
    """What lies in a folder, hidden things left out, in natural order; `TrainingError` says why it cannot be
    read."""
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise TrainingError(f"{quoted(folder)} cannot be read: {reason_of(error)}") from None
    return sorted(found, key=natural)


def picture_files(folder: Path) -> list[Path]:
    """Files that are called like pictures."""
    return [path for path in listed_in(folder) if path.suffix.lower() in ENDINGS and path.is_file()]


def read_pictures(
    paths: Sequence[Path], layer: Layer, progress: Progress
) -> tuple[Pixels, list[int], tuple[str, ...]]:
    """(pictures as the Input sees them, which of the paths they are, what people should know)."""
    channels = channels_of(layer)
    shape = layer.output_shape()
    size = shape[1] * shape[2] * channels
    if len(paths) > MOST_FILES or len(paths) * size > MOST_BYTES:
        most = min(MOST_FILES, MOST_BYTES // size)
        raise TrainingError(
            f"{len(paths):,} pictures of {shape_text(shape)} are too many to be held in memory; {most:,} fit"
        )
    pictures = np.empty((len(paths), *shape[1:], channels), np.uint8)
    kept: list[int] = []
    refused: list[str] = []
    for number, path in enumerate(paths):
        progress(number, len(paths))
        try:
            photograph = read_photograph(path)
        except PhotographError:
            refused.append(f"{path.parent.name}/{path.name}")
            continue
        pictures[len(kept)] = fitted([photograph], layer, lambda done, total: None)[0]
        kept.append(number)
    progress(len(paths), len(paths))
    return pictures[: len(kept)], kept, left_out(refused)


def left_out(refused: Sequence[str]) -> tuple[str, ...]:
    """What people should know of files that are no pictures."""
    return (f"left out, for they are no pictures: {listed(refused, 8)}",) if refused else ()
