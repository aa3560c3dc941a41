"""How sizes and channel counts become lengths, so that 7 and 224, or 3 and 2,048, fit into one figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log2, sqrt
from typing import Final

from gui.figures.style import Options, Scaling

UNITS_PER_MM: Final = 96 / 25.4
UNITS_PER_PT: Final = 96 / 72
NATURAL_WIDTH: Final = 1280.0
"""Units across a figure without a target: a 16:9 slide of 13⅓ inches."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Lengths of whole numbers: the largest one takes `longest` units, none less than `least`."""

    scaling: Scaling
    largest: int
    longest: float
    least: float = 0.0

    def __call__(self, value: int) -> float:
        return max(
            self.least, self.longest * _weight(value, self.scaling) / _weight(self.largest, self.scaling)
        )


def scale_of(values: Iterable[int], scaling: Scaling, longest: float, least: float = 0.0) -> Scale:
    """The scale on which the largest of the values is `longest`; any, where there is none."""
    return Scale(scaling=scaling, largest=max(values, default=1), longest=longest, least=least)


def room(options: Options, type_size: float) -> tuple[float, float | None]:
    """(width, height or None) a figure may take in its own units, whose smallest type is `type_size`.

    A figure that keeps within it can be scaled to its target with type of the smallest size asked for.
    """
    if options.width_mm is None:
        return NATURAL_WIDTH, None
    smallest = options.min_type_pt * UNITS_PER_PT
    # Without a smallest type, as many units as a slide is wide keep a figure from being blown up.
    factor = smallest / type_size if smallest else options.width_mm * UNITS_PER_MM / NATURAL_WIDTH
    width = options.width_mm * UNITS_PER_MM / factor
    height = None if options.height_mm is None else options.height_mm * UNITS_PER_MM / factor
    return width, height


def _weight(value: int, scaling: Scaling) -> float:
    if scaling == "linear":
        return float(max(value, 1))
    return sqrt(max(value, 1)) if scaling == "sqrt" else log2(1 + max(value, 1))
