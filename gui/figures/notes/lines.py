"""In which lines the layers of a drawing stand, and on which side of a line there is room for notes."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Final

from gui.figures.drawing.item_bounds import Box
from gui.figures.notes.subjects import Subjects

_FAR: Final = 1.5
"""Usual steps that lead back to where a new line begins, at least."""


class Lines:
    """Rows of layers that run to the right, or columns that run down: the parts of each, in order."""

    def __init__(self, found: Subjects) -> None:
        self._bodies = {part: box for part in found.in_order if (box := found.body(part)) is not None}

    @cached_property
    def axis(self) -> int:
        """0 where the layers run to the right, 1 where they run down."""
        steps = [_step(a, b) for a, b in pairwise(self._bodies.values())]
        along = [median(step[axis] for step in steps) if steps else 0.0 for axis in (0, 1)]
        return 0 if along[0] >= along[1] else 1

    @cached_property
    def lines(self) -> list[list[str]]:
        """The parts, cut where a new line begins: far back along the way, and beside all of the line."""
        axis, across = self.axis, 1 - self.axis
        steps = [_step(a, b)[axis] for a, b in pairwise(self._bodies.values())]
        far = _FAR * median(steps) if steps else 0.0
        made: list[list[str]] = []
        before: Box | None = None
        outer = 0.0
        for part, box in self._bodies.items():
            back = before is not None and box[0][axis] < before[0][axis] - far
            if not made or (back and box[0][across] >= outer):
                made.append([])
                outer = box[1][across]
            made[-1].append(part)
            outer = max(outer, box[1][across])
            before = box
        return made

    def side(self, part: str) -> int:
        """−1 where notes on the part stand above its row or left of its column, +1 where below or right: on
        the outer side, where there are several."""
        place = next((index for index, line in enumerate(self.lines) if part in line), 0)
        count = len(self.lines)
        if count > 1 and place in (0, count - 1):
            return -1 if place == 0 else 1
        return -1 if self.axis == 0 else 1

    def is_inner(self, part: str) -> bool:
        """Whether other lines lie on both sides of the part's."""
        return any(part in line for line in self.lines[1:-1])

    def pieces(self, parts: Sequence[str]) -> list[list[str]]:
        """These parts line by line."""
        found = ([part for part in line if part in parts] for line in self.lines)
        return [piece for piece in found if piece]

    def line_of(self, part: str) -> list[str]:
        """All parts of the same line."""
        return next((line for line in self.lines if part in line), [part])


def _step(a: Box, b: Box) -> tuple[float, float]:
    """How far apart the middles of two boxes are, along both axes."""
    x, y = (abs(b[0][axis] + b[1][axis] - a[0][axis] - a[1][axis]) / 2 for axis in (0, 1))
    return x, y
