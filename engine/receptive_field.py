"""Receptive fields as an algebra: `through` a window, `union` where branches meet.

Per axis the triple of Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural
Networks", Distill 2019: `size` (input pixels seen), `jump` (input step between neighbouring outputs),
`start` (first input pixel seen by output 0, negative inside the padding). All rational, never floats.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from engine.shapes import Pair, Window

Rational = Fraction | int


@dataclass(frozen=True)
class AxisField:
    """Receptive field along one axis, in input pixels."""

    size: Rational = 1
    jump: Rational = 1
    start: Rational = 0

    @property
    def end(self) -> Rational:
        """One past the last pixel that output 0 sees."""
        return self.start + self.size


@dataclass(frozen=True)
class ReceptiveField:
    """What one output value sees of the input, per axis (height, width).

    `smallest` is the size along the branch that sees least. `aligned` is False where branches with
    different jumps met, or ones whose centres differ: then `size` and `start` describe output 0 alone.
    `whole_input` says that every output sees all of the input (global pooling, dense layers).
    """

    height: AxisField = AxisField()
    width: AxisField = AxisField()
    smallest: tuple[Rational, Rational] = (1, 1)
    whole_input: bool = False
    aligned: bool = True

    @property
    def axes(self) -> tuple[AxisField, AxisField]:
        """Height and width."""
        return self.height, self.width

    @property
    def size(self) -> tuple[Rational, Rational]:
        """Input pixels seen, (height, width)."""
        return self.height.size, self.width.size

    @property
    def jump(self) -> tuple[Rational, Rational]:
        """Input step between neighbouring outputs."""
        return self.height.jump, self.width.jump

    @property
    def start(self) -> tuple[Rational, Rational]:
        """First input pixel that output 0 sees."""
        return self.height.start, self.width.start

    def through(self, window: Window, size: Pair) -> "ReceptiveField":
        """After a window that slides over a map of this height and width."""
        axes = []
        smallest = []
        for axis in (0, 1):
            before = self.axes[axis]
            reach = window.extent[axis] - 1
            pad = window.pads(size)[axis][0]
            axes.append(
                AxisField(
                    size=before.size + reach * before.jump,
                    jump=before.jump * window.stride[axis],
                    start=before.start - pad * before.jump,
                )
            )
            smallest.append(self.smallest[axis] + reach * before.jump)
        return replace(self, height=axes[0], width=axes[1], smallest=(smallest[0], smallest[1]))

    def union(self, other: "ReceptiveField") -> "ReceptiveField":
        """What is seen where two branches meet: from the first start to the last end."""
        axes = []
        aligned = self.aligned and other.aligned
        for mine, theirs in zip(self.axes, other.axes, strict=True):
            start = min(mine.start, theirs.start)
            end = max(mine.end, theirs.end)
            axes.append(AxisField(size=end - start, jump=max(mine.jump, theirs.jump), start=start))
            aligned = aligned and mine.jump == theirs.jump
        low = [min(a, b) for a, b in zip(self.smallest, other.smallest, strict=True)]
        return ReceptiveField(
            height=axes[0],
            width=axes[1],
            smallest=(low[0], low[1]),
            whole_input=self.whole_input or other.whole_input,
            aligned=aligned,
        )

    def seeing_all(self, input_size: Pair) -> "ReceptiveField":
        """After a layer each of whose outputs depends on the whole map."""
        height, width = (
            AxisField(size=total, jump=before.jump, start=0)
            for total, before in zip(input_size, self.axes, strict=True)
        )
        return replace(self, height=height, width=width, whole_input=True)


def rational_json(value: Rational) -> int | str:
    """A whole number, or "1/2"."""
    return int(value) if Fraction(value).denominator == 1 else str(Fraction(value))
