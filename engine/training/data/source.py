"""What a source of data is: a name with, where it needs one, an argument behind a colon."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.layers import Layer
from engine.training.data.examples import Examples

Progress = Callable[[int, int], None]
"""Told (done, total) while pictures are read."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """`read(argument, layer, seed, progress)` gives pictures as the Input `layer` takes them."""

    name: str
    title: str
    help: str
    has_classes: bool
    reads: Callable[[str], bool]
    """Whether it is what people mean by this text."""
    read: Callable[[str, Layer, int, Progress], Examples]
    rank: int = 50
