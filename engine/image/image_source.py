"""What a project's `image` refers to: a bundled photograph by its name, a test pattern, or a file."""

from pathlib import Path

from assets import sample_photographs
from engine.image.patterns import PATTERNS, PREFIX, find_pattern, is_pattern
from engine.image.photograph import Scene, read_photograph


def is_bundled(reference: str) -> bool:
    """Whether it comes with the program and so means the same everywhere; anything else is a file."""
    return is_pattern(reference) or reference in sample_photographs()


def open_image(reference: str) -> Scene:
    """The photograph or pattern; `PhotographError` says why there is none."""
    if is_pattern(reference):
        return find_pattern(reference)
    return read_photograph(sample_photographs().get(reference) or Path(reference))


def image_title(reference: str) -> str:
    """What people call it: `hubble deep field`, `zone plate`, a file by its name without the ending."""
    if is_pattern(reference):
        found = PATTERNS.get(reference.removeprefix(PREFIX))
        return found.title.lower() if found is not None else reference
    return reference.replace("_", " ") if is_bundled(reference) else Path(reference).stem.replace("_", " ")


def neighbour(reference: str, step: int) -> str:
    """The bundled photograph so many places on from this one, round and round; of a pattern the next pattern.

    Before and after a file comes the first.
    """
    every = [one.reference for one in PATTERNS.values()] if is_pattern(reference) else [*sample_photographs()]
    if reference not in every:
        return every[0]
    return every[(every.index(reference) + step) % len(every)]
