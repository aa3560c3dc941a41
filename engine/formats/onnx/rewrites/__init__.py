"""Layers that a file writes out in pieces, put together again. A rewrite is found by being there.

Each module has a function `rewrite(drafts, number)`, which changes the draft of that number where it is the
last piece; pieces that nobody else reads are left out with all that the outputs do not depend on.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from engine.formats.onnx.reader.matching import Drafts

Rewrite = Callable[[Drafts, int], bool]

REWRITES: Final[tuple[Rewrite, ...]] = tuple(
    import_module(f"{__name__}.{info.name}").rewrite
    for info in sorted(iter_modules(__path__), key=lambda info: info.name)
)


def rewrite_all(drafts: Drafts) -> None:
    """Try all rewrites on all drafts, in order: what one makes may be a piece of another."""
    for number in range(len(drafts)):
        for rewrite in REWRITES:
            rewrite(drafts, number)
