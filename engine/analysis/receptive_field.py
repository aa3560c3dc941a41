"""Receptive fields as an algebra: `through` a layer's reach, `union` where branches meet.

Per axis the triple of Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural
Networks", Distill 2019: `size` (input pixels seen), `jump` (input step between neighbouring outputs),
`start` (first input pixel seen by output 0, negative inside the padding). All rational, never floats.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from engine.analysis.periodic_span import PeriodicSpan, Rational, Span, hull
from engine.shapes import Pair, Reach

__all__ = ["AxisField", "Mirrored", "Rational", "ReceptiveField", "rational_json"]

Mirrored = tuple[tuple[int, tuple[int, ...]], ...]
"""Outputs of a layer along one axis that read something else than its reach tells, and what they read."""


@dataclass(frozen=True)
class AxisField:
    """What outputs see along one axis: one strand for each jump among the paths that lead here.

    `pixels` is the input's size where every output sees all of it; the strands then only tell the jump.
    """

    strands: tuple[PeriodicSpan, ...] = (PeriodicSpan(),)
    pixels: int | None = None
    strays: tuple[tuple[int, Span | None], ...] = ()
    """Outputs that see something else than the strands tell, each with what it sees: a border that mirrors
    the map reads pixels of the photograph where the strands lie outside of it."""

    @cached_property
    def size(self) -> int:
        """Most input pixels that an output sees; where jumps differ, what output 0 sees."""
        if self.pixels is not None:
            return self.pixels
        if len(self.strands) == 1:
            return self.strands[0].size
        span = self.span_in_line(0)
        return 0 if span is None else span[1] - span[0] + 1

    @property
    def jump(self) -> Rational:
        """Input pixels between neighbouring outputs; the largest where they differ."""
        if len(self.strands) == 1:
            return self.strands[0].jump
        return max(strand.jump for strand in self.strands)

    @property
    def start(self) -> int:
        """First input pixel that output 0 sees; negative inside the padding."""
        return 0 if self.pixels is not None else min(strand.start for strand in self.strands)

    def span(self, output: int) -> Span | None:
        """First and last pixel that this output sees, padding included; None where it sees nothing."""
        if self.pixels is not None:
            return 0, self.pixels - 1
        return self._strays[output] if output in self._strays else self.span_in_line(output)

    def span_in_line(self, output: int) -> Span | None:
        """The same as if no border mirrored anything: as far from that of the next output as all others."""
        seen = None
        for strand in self.strands:
            seen = hull(seen, strand.span(output))
        return seen

    def through(self, reach: Reach, mirrored: Mirrored = (), outputs: int | None = None) -> "AxisField":
        """After a layer with this reach and so many outputs, some of which may mirror what lies inside."""
        strands = tuple(strand.through(reach) for strand in self.strands)
        if self.pixels is not None or not (self.strays or mirrored):
            return AxisField(strands, self.pixels)
        if reach.step == 0:  # one value for all outputs
            return AxisField((PeriodicSpan((self._seen(_taps(reach, 0)),), 0, 0),))
        reading = {
            output
            for index, _ in self.strays
            for output in range(
                ceil((index - reach.last) / reach.step), floor((index - reach.first) / reach.step) + 1
            )
            if outputs is None or 0 <= output < outputs
        }
        read = {output: _taps(reach, output) for output in reading} | dict(mirrored)
        return AxisField(strands, strays=tuple((output, self._seen(read[output])) for output in sorted(read)))

    def seeing_all(self, pixels: int) -> "AxisField":
        """After a layer each of whose outputs depends on the whole axis."""
        return AxisField(self.strands, pixels)

    def union(self, other: "AxisField") -> "AxisField":
        """What is seen where two branches meet."""
        if self.pixels is not None or other.pixels is not None:
            # The jump is that of the local branch: a gate that is the same everywhere has none.
            local = (
                self
                if (other.pixels is not None, self.jump) > (self.pixels is not None, other.jump)
                else other
            )
            return AxisField(local.strands, max(self.pixels or 0, other.pixels or 0))
        made = {strand.jump: strand for strand in self.strands}
        for strand in other.strands:
            found = made.get(strand.jump)
            made[strand.jump] = strand if found is None else found.union(strand)
        strays = sorted({output for output, _ in (*self.strays, *other.strays)})
        return AxisField(
            tuple(made.values()),
            strays=tuple((output, hull(self.span(output), other.span(output))) for output in strays),
        )

    def aligned_with(self, other: "AxisField") -> bool:
        """Whether outputs of equal index look at the same place: equal jumps and equal centres.

        What sees the whole input looks nowhere in particular, and is aligned with everything.
        """
        if self.pixels is not None or other.pixels is not None:
            return True
        mine, theirs = self.strands[0], other.strands[0]
        return mine.jump == theirs.jump and mine.centre == theirs.centre

    @cached_property
    def _strays(self) -> dict[int, Span | None]:
        return dict(self.strays)

    def _seen(self, outputs: Iterable[int]) -> Span | None:
        """What these outputs see together."""
        seen = None
        for output in outputs:
            seen = hull(seen, self.span(output))
        return seen


PIXEL = AxisField()


@dataclass(frozen=True)
class ReceptiveField:
    """What one output value sees of the input, per axis (height, width).

    `narrowest` is the field along the branch that sees least, padding included. `aligned` is False where
    branches met that cannot be aligned: their jumps differ, or their centres do. Behind differing jumps
    `size` and `start` describe output 0 and `jump` is the largest; `span` stays exact for every output.
    `whole_input` says that every output sees all of the input (global pooling, dense layers).
    """

    height: AxisField = PIXEL
    width: AxisField = PIXEL
    narrowest: tuple[AxisField, AxisField] = (PIXEL, PIXEL)
    aligned: bool = True
    input_size: Pair = (1, 1)
    """Height and width of the Input that all pixels are counted in."""

    @classmethod
    def of_input(cls, size: Pair) -> "ReceptiveField":
        """A pixel of an Input of this height and width sees itself."""
        return cls(input_size=size)

    @property
    def axes(self) -> tuple[AxisField, AxisField]:
        """Height and width."""
        return self.height, self.width

    @property
    def size(self) -> tuple[int, int]:
        """Input pixels seen, (height, width): the most that any output sees."""
        return self.height.size, self.width.size

    @property
    def jump(self) -> tuple[Rational, Rational]:
        """Input step between neighbouring outputs."""
        return self.height.jump, self.width.jump

    @property
    def start(self) -> tuple[int, int]:
        """First input pixel that output 0 sees."""
        return self.height.start, self.width.start

    @property
    def smallest(self) -> tuple[int, int]:
        """Size along the branch that sees least."""
        height, width = self.narrowest
        return min(height.size, self.height.size), min(width.size, self.width.size)

    @property
    def whole_input(self) -> bool:
        """Whether every output sees all of the input."""
        return self.height.pixels is not None

    def box(self, row: int, column: int) -> tuple[Span, Span] | None:
        """((top, bottom), (left, right)) of the pixels that the output there sees, both ends included.

        Parts inside the padding are kept: negative, or beyond the input.
        """
        rows, columns = self.height.span(row), self.width.span(column)
        return None if rows is None or columns is None else (rows, columns)

    def through(
        self,
        reach: tuple[Reach, Reach],
        mirrored: tuple[Mirrored, Mirrored] = ((), ()),
        outputs: tuple[int | None, int | None] = (None, None),
    ) -> "ReceptiveField":
        """After a layer whose outputs, so many, read this far, per axis; some may mirror what lies inside."""
        height = self.height.through(reach[0], mirrored[0], outputs[0])
        width = self.width.through(reach[1], mirrored[1], outputs[1])
        if self.narrowest[0] is self.height and self.narrowest[1] is self.width:
            narrowest = (height, width)  # one path so far: the same objects, computed once
        else:
            narrowest = (self.narrowest[0].through(reach[0]), self.narrowest[1].through(reach[1]))
        return ReceptiveField(height, width, narrowest, self.aligned, self.input_size)

    def union(self, other: "ReceptiveField") -> "ReceptiveField":
        """What is seen where two branches meet: from the first start to the last end.

        Branches from Inputs of different sizes have no pixels in common: the larger Input's is kept.
        """
        if self.input_size != other.input_size:
            mine, theirs = (size[0] * size[1] for size in (self.input_size, other.input_size))
            kept = self if mine >= theirs else other
            return ReceptiveField(kept.height, kept.width, kept.narrowest, False, kept.input_size)
        if self == other:
            return self
        aligned = self.aligned and other.aligned
        narrow = []
        for mine_, theirs_ in zip(self.narrowest, other.narrowest, strict=True):
            aligned = aligned and mine_.aligned_with(theirs_)
            narrow.append(mine_ if _narrower(mine_, theirs_) else theirs_)
        return ReceptiveField(
            self.height.union(other.height),
            self.width.union(other.width),
            (narrow[0], narrow[1]),
            aligned,
            self.input_size,
        )

    def seeing_all(self) -> "ReceptiveField":
        """After a layer each of whose outputs depends on the whole map."""
        height = self.height.seeing_all(self.input_size[0])
        width = self.width.seeing_all(self.input_size[1])
        return ReceptiveField(height, width, (height, width), self.aligned, self.input_size)


def _narrower(a: AxisField, b: AxisField) -> bool:
    """Whether a sees less. What is local counts as narrower than the whole input, however large it is."""
    return (a.pixels is not None, a.size) <= (b.pixels is not None, b.size)


def _taps(reach: Reach, output: int) -> Iterator[int]:
    """The indices that this output reads, padding included."""
    first = output * reach.step + reach.first
    within = range(ceil(first), floor(output * reach.step + reach.last) + 1)
    if not reach.gap or (reach.gap == 1 and first.denominator == 1):
        yield from within
    else:
        yield from (index for index in within if ((index - first) / reach.gap).denominator == 1)


def rational_json(value: Rational) -> int | str:
    """A whole number, or "1/2"."""
    return int(value) if Fraction(value).denominator == 1 else str(Fraction(value))
