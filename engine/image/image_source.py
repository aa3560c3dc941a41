"""What a project's `image` refers to: a bundled photograph by its name, a test pattern, or a file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from assets import sample_digits, sample_photographs
from engine.errors import PhotographError
from engine.image.cropped import Part, cropped, is_cropped, part_of
from engine.image.patterns import PATTERNS, PREFIX, Pattern, find_pattern, is_pattern
from engine.image.photograph import Scene, read_photograph
from engine.image.sketch import as_digit, is_sketch, read_sketch

DIGIT: Final = "digit:"
"""How a reference to a handwritten digit begins: `digit:3a`."""


def is_bundled(reference: str) -> bool:
    """Whether it comes with the program and so means the same everywhere; anything else is a file."""
    if is_cropped(reference):
        return is_bundled(part_of(reference)[1])
    made_here = is_pattern(reference) or is_digit(reference) or is_sketch(reference)
    return made_here or reference in sample_photographs()


def is_digit(reference: str) -> bool:
    """Whether the reference means a bundled handwritten digit (there may be none of this name)."""
    return reference.startswith(DIGIT)


def digits() -> tuple[str, ...]:
    """References to all bundled digits, in order."""
    return tuple(f"{DIGIT}{name}" for name in sample_digits())


def open_image(reference: str) -> Scene:
    """The photograph or pattern; `PhotographError` says why there is none."""
    if is_cropped(reference):
        part, whole = part_of(reference)
        return take_part(open_image(whole), part)
    if is_pattern(reference):
        return find_pattern(reference)
    if is_sketch(reference):
        return as_digit(read_sketch(reference))
    if is_digit(reference):
        path = sample_digits().get(reference.removeprefix(DIGIT))
        if path is None:
            raise PhotographError(f"there is no digit {reference!r}; there are {', '.join(digits())}")
        return read_photograph(path)
    return read_photograph(sample_photographs().get(reference) or Path(reference))


def take_part(scene: Scene, part: Part) -> Scene:
    """The part of a photograph; `PhotographError` for a pattern, which is made at the Input's own size."""
    if isinstance(scene, Pattern):
        raise PhotographError("a test pattern is made at the Input's own size: no part of it can be taken")
    left, top, right, bottom = part.pixels(scene.shape[1], scene.shape[0])
    made = np.ascontiguousarray(scene[top:bottom, left:right])
    made.flags.writeable = False
    return made


def with_file(reference: str, change: Callable[[str], str]) -> str:
    """A reference to a file with another path, of a part of it, too."""
    if is_bundled(reference):
        return reference
    part, whole = part_of(reference)
    return cropped(change(whole), part)


def image_title(reference: str) -> str:
    """What people call it: `hubble deep field`, `zone plate`, a file by its name without the ending."""
    if is_cropped(reference):
        return f"a part of {image_title(part_of(reference)[1])}"
    if is_pattern(reference):
        found = PATTERNS.get(reference.removeprefix(PREFIX))
        return found.title.lower() if found is not None else reference
    if is_sketch(reference):
        return "a drawing"
    if is_digit(reference):
        return f"digit {reference.removeprefix(DIGIT)}"
    return reference.replace("_", " ") if is_bundled(reference) else Path(reference).stem.replace("_", " ")


def series(reference: str, opened: Sequence[str] = ()) -> tuple[str, ...]:
    """What is gone through from here: patterns from a pattern, digits from a digit or a drawing, else the
    bundled photographs and the files that were `opened`."""
    reference = part_of(reference)[1]
    if is_pattern(reference):
        return tuple(pattern.reference for pattern in PATTERNS.values())
    if is_digit(reference) or is_sketch(reference):
        return digits()
    return (*sample_photographs(), *opened)


def neighbour(reference: str, step: int, opened: Sequence[str] = ()) -> str:
    """The one so many places on in its `series`, round and round; the first where it is in none."""
    reference = part_of(reference)[1]
    every = series(reference, opened)
    return every[(every.index(reference) + step) % len(every)] if reference in every else every[0]
