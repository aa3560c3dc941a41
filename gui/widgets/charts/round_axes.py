"""Axes whose ticks are round numbers, as many as there is room for; one of them of logarithms."""

from collections.abc import Callable, Iterable, Sequence
from math import ceil, floor, isfinite, log10
from typing import Any, Final

import pyqtgraph as pg

from gui.words.number_format import MINUS

_MANTISSAS: Final = ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 5, 7))
_FEWEST: Final = 3
_NEAR: Final = log10(5)
"""Between numbers that are no farther apart than this, equal steps look equal enough."""
_EDGE: Final = 1e-9
"""What rounding may put a number at the end of the range beyond it, in powers of ten."""


def logarithms(values: Sequence[float]) -> list[float]:
    """Where the values stand on the axis: log₁₀.

    0 (a loss may come to it) stands with the smallest that is more than 0, at the bottom; what is no number
    is none here either, and leaves a gap.
    """
    smallest = min((value for value in values if value > 0 and isfinite(value)), default=1.0)
    return [log10(max(value, smallest)) if isfinite(value) else float("nan") for value in values]


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between 10^low and 10^high, `most` at most: powers of ten where there are several, else
    numbers between them, else the multiples of one step."""
    powers = range(floor(low), ceil(high) + 1)
    for every in range(1, len(powers) + 1):
        ticks = [10.0**power for power in powers if power % every == 0 and _is_within(power, low, high)]
        if len(ticks) <= most:
            break
    if len(ticks) >= _FEWEST:
        return ticks
    for mantissas in _MANTISSAS:
        finer = [m * 10.0**power for power in powers for m in mantissas]
        finer = [tick for tick in finer if _is_within(log10(tick), low, high)]
        if len(ticks) < len(finer) <= most:
            ticks = finer
        if len(ticks) >= _FEWEST:
            return ticks
    if high - low > _NEAR and len(ticks) > 1:
        return ticks
    return [tick for tick in multiples(10.0**low, 10.0**high, most) if tick > 0]


def multiples(low: float, high: float, most: int) -> list[float]:
    """Those of 1, 2 or 5 times a power of ten between two numbers, as many as there may be."""
    power = floor(log10((high - low) / most))
    for step in (m * 10.0**p for p in (power, power + 1, power + 2) for m in (1, 2, 5)):
        first, last = ceil(low / step - _EDGE), floor(high / step + _EDGE)
        if last - first < most:
            return [number * step for number in range(first, last + 1)]
    return []


def _is_within(place: float, low: float, high: float) -> bool:
    return low - _EDGE <= place <= high + _EDGE


def plain_number(value: float) -> str:
    """`0.001`, `2000`, `1e−6`: as short as it can be read."""
    if value and isfinite(value) and not 1e-4 <= value < 1e5:
        mantissa, power = f"{value:.3e}".split("e")
        return f"{float(mantissa):g}e{int(power)}".replace("-", MINUS)
    return f"{value:.6g}"


Ticks = list[tuple[float | None, list[float]]]
"""Levels of them: (how far apart, where they are)."""


class RoundAxis(pg.AxisItem):
    """room: pixels that a tick needs along the axis."""

    def __init__(
        self, side: str, *, text: Callable[[float], str] = plain_number, room: int = 24, **options: Any
    ) -> None:
        super().__init__(side, **options)
        self._text, self._room = text, room

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:
        """One level of ticks."""
        low, high = sorted((minVal, maxVal))
        if not (isfinite(low) and isfinite(high)) or high <= low:
            return []
        return [(None, self.places(low, high, max(2, int(size / self._room))))]

    def places(self, low: float, high: float, most: int) -> list[float]:
        """Where the ticks are."""
        return multiples(low, high, most)

    def tickStrings(self, values: Iterable[float], scale: float, spacing: float | None) -> list[str]:
        """What they say."""
        return [self._text(value) for value in values]


class LogAxis(RoundAxis):
    """Give the plot the logarithms of what is shown (`logarithms`); the ticks tell the numbers."""

    def places(self, low: float, high: float, most: int) -> list[float]:
        """At the logarithms of round numbers."""
        return [log10(tick) for tick in round_ticks(low, high, most)]

    def tickStrings(self, values: Iterable[float], scale: float, spacing: float | None) -> list[str]:
        """What the ticks stand for."""
        return super().tickStrings([10**value for value in values], scale, spacing)
