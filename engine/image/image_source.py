"""What a project's `image` refers to: a bundled photograph by its name, a test pattern, or a file."""

from pathlib import Path
from typing import Final

from assets import sample_digits, sample_photographs
from engine.errors import PhotographError
from engine.image.patterns import PATTERNS, PREFIX, find_pattern, is_pattern
from engine.image.photograph import Scene, read_photograph
from engine.image.sketch import as_digit, is_sketch, read_sketch

DIGIT: Final = "digit:"
"""How a reference to a handwritten digit begins: `digit:3a`."""


def is_bundled(reference: str) -> bool:
    """Whether it comes with the program and so means the same everywhere; anything else is a file."""
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


def image_title(reference: str) -> str:
    """What people call it: `hubble deep field`, `zone plate`, a file by its name without the ending."""
    if is_pattern(reference):
        found = PATTERNS.get(reference.removeprefix(PREFIX))
        return found.title.lower() if found is not None else reference
    if is_sketch(reference):
        return "a drawing"
    if is_digit(reference):
        return f"digit {reference.removeprefix(DIGIT)}"
    return reference.replace("_", " ") if is_bundled(reference) else Path(reference).stem.replace("_", " ")


def neighbour(reference: str, step: int) -> str:
    """The bundled photograph so many places on from this one, round and round; of a pattern the next pattern,
    of a digit the next digit.

    Before and after a file comes the first.
    """
    every = [*sample_photographs()]
    if is_pattern(reference):
        every = [pattern.reference for pattern in PATTERNS.values()]
    elif is_digit(reference) or is_sketch(reference):
        every = [*digits()]
    if reference not in every:
        return every[0]
    return every[(every.index(reference) + step) % len(every)]
