"""A folder of folders: each inner folder is a class, called like it, of the pictures in it."""

from pathlib import Path
from typing import Final

import numpy as np

from engine.errors import TrainingError, quoted
from engine.layers import Layer
from engine.training.chance import chance
from engine.training.data.examples import CHOOSE, HELD_OUT, TRAIN, Examples, Numbers
from engine.training.data.pictures_in import listed_in, picture_files, read_pictures
from engine.training.data.source import Progress, Source

ASIDE: Final = 0.15
"""Share of each class that is held out, and again so much to choose by; at least one picture each."""


def _read(name: str, layer: Layer, seed: int, progress: Progress) -> Examples:
    folder = Path(name)
    inner = [path for path in listed_in(folder) if path.is_dir()]
    files = [(path, picture) for path in inner for picture in picture_files(path)]
    if not files:
        raise TrainingError(
            f"{quoted(folder)} holds no classes: one folder of pictures is needed for each, such as"
            f" {folder.name}/cats/*.jpg and {folder.name}/dogs/*.jpg"
        )
    classes = list(dict.fromkeys(path.name for path, _ in files))
    pictures, kept, notes = read_pictures([picture for _, picture in files], layer, progress)
    labels = np.array([classes.index(files[number][0].name) for number in kept], np.int64)
    _require_enough(labels, classes, folder, notes)
    empty = [path.name for path in inner if path.name not in classes]
    if empty:
        notes = (*notes, f"left out, for they hold no pictures: {', '.join(empty[:8])}")
    return Examples(
        name=str(folder),
        kind=f"pictures of {folder.name}",
        pictures=pictures,
        labels=labels,
        classes=tuple(classes),
        splits=_splits(labels, len(classes), seed),
        notes=notes,
    )


def _require_enough(labels: Numbers, classes: list[str], folder: Path, notes: tuple[str, ...]) -> None:
    """notes: what was left out."""
    counts = np.bincount(labels, minlength=len(classes))
    few = [name for name, count in zip(classes, counts, strict=True) if count < 3]
    if few:
        why = f" ({'; '.join(notes)})" if notes else ""
        raise TrainingError(
            f"the class {quoted(few[0])} of {quoted(folder)} has fewer than 3 pictures: one to learn from,"
            f" one to choose by and one held out are needed{why}"
        )


def _splits(labels: Numbers, classes: int, seed: int) -> dict[str, Numbers]:
    """Each class parted alike, by chance."""
    parts: dict[str, list[Numbers]] = {TRAIN: [], CHOOSE: [], HELD_OUT: []}
    for label in range(classes):
        numbers = np.flatnonzero(labels == label)
        numbers = chance(seed, "split", label).permutation(numbers)
        aside = max(1, round(len(numbers) * ASIDE))
        parts[HELD_OUT].append(numbers[:aside])
        parts[CHOOSE].append(numbers[aside : 2 * aside])
        parts[TRAIN].append(numbers[2 * aside :])
    return {split: np.sort(np.concatenate(numbers)) for split, numbers in parts.items()}


SOURCE: Final = Source(
    name="folder",
    title="Folder of folders",
    help="Each inner folder is a class: data/cats/*.jpg, data/dogs/*.jpg.",
    has_classes=True,
    reads=lambda text: Path(text).is_dir(),
    read=_read,
    rank=2,
)
