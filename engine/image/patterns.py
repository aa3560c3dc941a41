"""Test patterns that stand in for a photograph: what a filter does to them is seen, and counted, at once.

A pattern is made at the size of the Input that looks at it, pixel by pixel: nothing is cut off, resampled or
rounded. Its values are raw numbers, which the Input's normalisation takes as those of a photograph in 0…1:
with "unit", the ramp holds exactly 1, 2, 3, … All channels are alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.errors import PhotographError, quoted
from engine.shapes import Pair

PREFIX: Final = "pattern:"
"""How a reference to a pattern begins: `pattern:zone_plate`."""

CHECKS: Final = 8
"""Squares of the checker along the shorter side."""

STRIPES: Final = 8.0
"""Wavelength of the grating in pixels."""

_PICTURE: Final = 256
"""A picture for people is at least so large: pixels of small patterns become squares."""

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Pattern:
    """One pattern: `name` in references, `title` and `help` for people."""

    name: str
    title: str
    help: str
    draw: Callable[[int, int], npt.NDArray[np.float64]]
    """(rows, columns) → (rows, columns)."""

    @property
    def reference(self) -> str:
        """What a project's `image` says for it."""
        return PREFIX + self.name

    def values(self, size: Pair) -> F32:
        """(H, W) as the network gets it."""
        return np.asarray(self.draw(*size), dtype=np.float32)

    def picture(self, size: Pair) -> npt.NDArray[np.uint8]:
        """(H', W', 3) grey picture of what an input of this size gets, its smallest value black."""
        values = self.values(size)
        low, high = float(values.min()), float(values.max())
        grey = np.rint((values - low) * (255 / (high - low if high > low else 1))).astype(np.uint8)
        times = max(1, -(-_PICTURE // max(size)))
        return np.repeat(np.repeat(np.repeat(grey[:, :, None], 3, axis=2), times, axis=0), times, axis=1)


def is_pattern(reference: str) -> bool:
    """Whether the reference means a pattern, known or not."""
    return reference.startswith(PREFIX)


def find_pattern(reference: str) -> Pattern:
    """The pattern of `pattern:name`; `PhotographError` for an unknown one."""
    found = PATTERNS.get(reference.removeprefix(PREFIX))
    if found is None:
        raise PhotographError(
            f"there is no test pattern {quoted(reference.removeprefix(PREFIX))}."
            f" There are {', '.join(PATTERNS)}."
        )
    return found


def _impulse(rows: int, columns: int) -> npt.NDArray[np.float64]:
    made = np.zeros((rows, columns))
    made[rows // 2, columns // 2] = 1
    return made


def _grating(rows: int, columns: int) -> npt.NDArray[np.float64]:
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * np.arange(columns) / STRIPES)
    return np.tile(wave, (rows, 1))


def _checker(rows: int, columns: int) -> npt.NDArray[np.float64]:
    side = max(1, min(rows, columns) // CHECKS)
    y, x = np.indices((rows, columns)) // side
    return ((y + x) % 2).astype(np.float64)


def _gradient(rows: int, columns: int) -> npt.NDArray[np.float64]:
    return np.tile(np.linspace(0, 1, columns), (rows, 1)) if columns > 1 else np.zeros((rows, 1))


def _zone_plate(rows: int, columns: int) -> npt.NDArray[np.float64]:
    """½ + ½ cos(k r²): the local frequency grows with r, to one cycle in two pixels at the nearer edge."""
    y, x = np.indices((rows, columns), dtype=np.float64)
    squared = (y - (rows - 1) / 2) ** 2 + (x - (columns - 1) / 2) ** 2
    return 0.5 + 0.5 * np.cos(np.pi / max(1, min(rows, columns)) * squared)


def _ramp(rows: int, columns: int) -> npt.NDArray[np.float64]:
    return np.arange(1, rows * columns + 1, dtype=np.float64).reshape(rows, columns)


PATTERNS: Final[Mapping[str, Pattern]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Pattern(
                "impulse", "Impulse", "One pixel of 1: what comes out is the kernel, turned round", _impulse
            ),
            Pattern("grating", "Grating", "Upright stripes, 8 pixels from one to the next", _grating),
            Pattern("checker", "Checker", "Squares of 0 and 1: edges and corners alone", _checker),
            Pattern("gradient", "Gradient", "From 0 at the left to 1 at the right", _gradient),
            Pattern("zone_plate", "Zone plate", "Every direction and every frequency at once", _zone_plate),
            Pattern("ramp", "Ramp 1, 2, 3, …", "Counts the pixels row by row: 4×4 holds 1 to 16", _ramp),
        )
    }
)
"""By name, in the order of menus."""
