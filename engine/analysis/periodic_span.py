"""What the outputs of one path through a network see along one axis, exactly, output by output.

Behind ordinary windows every output sees equally many input pixels, one `jump` further on each time.
Transposed convolution and upsampling break that: of nearest-neighbour upsampling by 2, outputs 0 and 1 see
the same pixel. What repeats then is a *period* of several outputs. A strand stores one period, in whole
pixels, so that nothing is rounded and nothing is averaged.

A span is the way from the first pixel to the last one: what a dilated window leaves out between them counts
as seen, also where a transposed convolution with a kernel smaller than its stride has left holes there.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final

from engine.shapes import Reach

Rational = Fraction | int
Span = tuple[int, int]
"""First and last input pixel, both seen; negative, or beyond the input, inside the padding."""

LONGEST_PERIOD: Final = 1024
"""Longer periods (chains of resamplings with coprime sizes) are cut here; outputs beyond are not exact."""


@dataclass(frozen=True)
class PeriodicSpan:
    """Output `q·period + r` sees `spans[r]` moved by `q·advance` pixels; None sees nothing."""

    spans: tuple[Span | None, ...] = ((0, 0),)
    advance: int = 1
    jump: Rational = 1
    """Input pixels between neighbouring outputs, `advance / period`."""

    @property
    def period(self) -> int:
        """Outputs after which everything repeats; 1 behind ordinary windows."""
        return len(self.spans)

    @property
    def size(self) -> int:
        """Most pixels that an output sees, from the first to the last."""
        if len(self.spans) == 1 and self.spans[0] is not None:
            return self.spans[0][1] - self.spans[0][0] + 1
        return max((span[1] - span[0] + 1 for span in self.spans if span is not None), default=0)

    @property
    def start(self) -> int:
        """First pixel that output 0 sees (the next output that sees one, where output 0 sees none)."""
        return next((span[0] for span in self.spans if span is not None), 0)

    @property
    def centre(self) -> Rational:
        """Twice the centre of what output 0 sees, averaged over the period once the jump is taken off."""
        if len(self.spans) == 1 and self.spans[0] is not None:
            return sum(self.spans[0])
        seen = [(r, span) for r, span in enumerate(self.spans) if span is not None]
        off = sum((span[0] + span[1] - 2 * r * Fraction(self.jump) for r, span in seen), Fraction(0))
        return whole(off / len(seen)) if seen else 0

    def span(self, output: int) -> Span | None:
        """What this output sees, padding included."""
        turns, r = divmod(output, len(self.spans))
        span = self.spans[r]
        shift = turns * self.advance
        return None if span is None else (span[0] + shift, span[1] + shift)

    def through(self, reach: Reach) -> "PeriodicSpan":
        """After a layer whose output `o` reads `o·step + first … o·step + last` of this strand's outputs."""
        first, last, step = reach.first, reach.last, reach.step
        if len(self.spans) == 1 and self.spans[0] is not None and _are_whole(first, last, step):
            low, high = self.spans[0]
            low += first.numerator * self.advance
            high += last.numerator * self.advance
            advance = self.advance * step.numerator
            return PeriodicSpan(((low, high),), advance, advance)
        period = step.denominator * len(self.spans) // gcd(step.numerator, len(self.spans))
        scale = lcm(first.denominator, last.denominator, step.denominator)
        begin, end, move = (value.numerator * (scale // value.denominator) for value in (first, last, step))
        spans = tuple(
            self._hull(-(-(r * move + begin) // scale), (r * move + end) // scale)
            for r in range(min(period, LONGEST_PERIOD))
        )
        jump = whole(self.jump * step)
        return PeriodicSpan(spans, int(jump * len(spans)), jump)

    def union(self, other: "PeriodicSpan") -> "PeriodicSpan":
        """What either sees; both have the same jump."""
        period = min(lcm(len(self.spans), len(other.spans)), LONGEST_PERIOD)
        spans = tuple(hull(self.span(r), other.span(r)) for r in range(period))
        return PeriodicSpan(spans, int(self.jump * period), self.jump)

    def _hull(self, low: int, high: int) -> Span | None:
        """What outputs low … high see together. Spans never run backwards, so the ends decide."""
        while low <= high and (first := self.span(low)) is None:
            low += 1
        while low <= high and (last := self.span(high)) is None:
            high -= 1
        return (first[0], last[1]) if low <= high and first is not None and last is not None else None


def hull(a: Span | None, b: Span | None) -> Span | None:
    """From the first to the last pixel of two spans."""
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), max(a[1], b[1])


def whole(value: Rational) -> Rational:
    """A whole number as an int, anything else as the fraction it is."""
    return value.numerator if value.denominator == 1 else value


def _are_whole(*values: Fraction) -> bool:
    return all(value.denominator == 1 for value in values)
