"""Drawing a graph the way papers do: taken apart into series and parallel pieces.

Things that every path runs through share one line, the spine; branches between two of them lie on lines of
their own, centred around it. A shortcut keeps the spine and what it skips hangs below, so that its wire is
straight and crosses nothing. A piece that is neither series nor parallel goes to `engine.layout.layered`.

Everything here is `along` the way the network runs and `across` it, so that it can run to the right or down.
Valdes, Tarjan & Lawler, "The recognition of series parallel digraphs", SIAM J. Computing 11(2), 1982.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Final

from engine.layout.layered import layered

START, END = "\0start", "\0end"
"""Stand before everything that reads from outside, and behind everything that is read outside."""


@dataclass(frozen=True, kw_only=True)
class Spacing:
    """Sizes of what is drawn: of a card, and of the gaps along and across."""

    along: float
    across: float
    gap_along: float
    gap_across: float

    @property
    def column(self) -> float:
        """From one card to the next along a line."""
        return self.along + self.gap_along

    @property
    def row(self) -> float:
        """From one line of cards to the next."""
        return self.across + self.gap_across


@dataclass(frozen=True, kw_only=True)
class Breaks:
    """Where the spine is broken into lines: before these things, and when a line has become so long.

    Of several lengths that one is taken with which the whole fits best into a window that is `window` times
    as long as it is wide.
    """

    before: Collection[str] = frozenset()
    lengths: Sequence[float] = ()
    least: float = 0.0
    """What is no longer is not broken for its length."""
    window: float = 1.0
    indent: float = 0.0
    gap: float = 0.0


_UNBROKEN: Final = Breaks()


@dataclass
class Piece:
    """Part of a drawing, relative to where the spine enters it.

    `at` holds (start along, middle across) by thing. `length` includes the gap behind; `top` and `bottom`
    are how far it reaches across. What has several `lines` stands alone, as a paragraph does.
    """

    at: dict[str, tuple[float, float]] = field(default_factory=dict)
    length: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    lines: int = 1

    def place(self, other: "Piece", along: float, across: float) -> None:
        """Take the other piece in, its entry at this point."""
        for one, (x, y) in other.at.items():
            self.at[one] = (x + along, y + across)
        self.length = max(self.length, along + other.length)
        self.top = min(self.top, across + other.top)
        self.bottom = max(self.bottom, across + other.bottom)
        self.lines = max(self.lines, other.lines)


class Graph:
    """Neighbours of every thing, and the piece that each is by itself.

    `sources` and `readers` name `START` and `END` where they mean the outside.
    """

    def __init__(
        self,
        sources: Mapping[str, Sequence[str]],
        readers: Mapping[str, Sequence[str]],
        leaves: Mapping[str, Piece],
        spacing: Spacing,
    ) -> None:
        self.sources = {**sources, END: [one for one, reader in readers.items() if END in reader]}
        self.readers = {**readers, START: [one for one, source in sources.items() if START in source]}
        self._leaves = leaves
        self._spacing = spacing

    def piece(self, order: Sequence[str], breaks: Breaks = _UNBROKEN) -> Piece:
        """The drawing of everything, in topological order."""
        return self._between(order, START, END, breaks) if order else Piece()

    def _between(self, inner: Sequence[str], start: str, end: str, breaks: Breaks = _UNBROKEN) -> Piece:
        """The things on the paths from `start` to `end`, in topological order, both ends left out."""
        branches = self._components(inner)
        if end in self.readers[start]:
            return self._beside_a_shortcut(branches, start, end)
        if len(branches) > 1:
            return self._parallel(branches, start, end)
        return self._branch(inner, start, end, breaks)

    def _branch(self, inner: Sequence[str], start: str, end: str, breaks: Breaks = _UNBROKEN) -> Piece:
        """One connected part; a wire from `start` straight to `end` is not of it."""
        if not inner:
            return Piece()
        return self._series(inner, start, end, breaks) or self._layered(inner, start, end)

    def _components(self, inner: Sequence[str]) -> list[list[str]]:
        """The things in connected parts, each in the order given."""
        members = dict.fromkeys(inner, -1)
        count = 0
        for first in inner:
            if members[first] >= 0:
                continue
            waiting = [first]
            members[first] = count
            while waiting:
                one = waiting.pop()
                for near in (*self.sources[one], *self.readers[one]):
                    if members.get(near, 0) < 0:
                        members[near] = count
                        waiting.append(near)
            count += 1
        parts: list[list[str]] = [[] for _ in range(count)]
        for one, number in members.items():
            parts[number].append(one)
        return parts

    def _series(self, inner: Sequence[str], start: str, end: str, breaks: Breaks) -> Piece | None:
        """One part cut at what every path runs through; None where there is nothing of that kind."""
        cuts = self._cuts(inner, start, end)
        if not cuts:
            return None
        parts = []
        before, first = start, 0
        for position in (*cuts, len(inner)):
            members = inner[first:position]
            after = inner[position] if position < len(inner) else end
            parts.append(_Part(self._between(members, before, after), members))
            if after != end:
                parts.append(_Part(self._leaves[after], [after], single=len(self.sources[after]) == 1))
            before, first = after, position + 1
        total = sum(part.piece.length for part in parts)
        # All lines that everything fits in are the same: one of those lengths is tried.
        lengths = [length for length in breaks.lengths if length < total] + [inf]
        if total <= breaks.least or not breaks.lengths:
            lengths = [inf]
        elif max(breaks.lengths) < total:
            lengths.pop()
        made = [_written(parts, breaks, length) for length in lengths]
        return min(made, key=lambda piece: max(piece.length, (piece.bottom - piece.top) * breaks.window))

    def _cuts(self, inner: Sequence[str], start: str, end: str) -> list[int]:
        """Positions of what no wire passes by."""
        position = {one: index for index, one in enumerate(inner)}
        position[end] = len(inner)
        found = []
        farthest = max(
            position[reader] for reader in self.readers[start] if reader in position and reader != end
        )
        for index, one in enumerate(inner):
            if farthest <= index:
                found.append(index)
            farthest = max(farthest, *(position[reader] for reader in self.readers[one]))
        return found

    def _parallel(self, branches: list[list[str]], start: str, end: str) -> Piece:
        """Branches below each other in the order in which `end` reads them, centred around the spine."""
        pieces = [self._branch(branch, start, end) for branch in self._as_read(branches, end)]
        if len(pieces) == 2:
            short, long = sorted(pieces, key=lambda piece: piece.length)
            if long.length >= 2 * short.length:
                return self._stacked([short, long], spine=0)
        rows = self._rows(pieces)
        made = Piece()
        middle = (rows[0] + rows[-1]) / 2
        for piece, row in zip(pieces, rows, strict=True):
            made.place(piece, 0.0, row - middle)
        return made

    def _beside_a_shortcut(self, branches: list[list[str]], start: str, end: str) -> Piece:
        """The spine is left to the wire from `start` to `end`; one branch hangs below, more lie around it."""
        half = self._spacing.across / 2
        wire = Piece(top=-half, bottom=half)
        pieces = [self._branch(branch, start, end) for branch in self._as_read(branches, end)]
        above = len(pieces) // 2
        return self._stacked([*pieces[:above], wire, *pieces[above:]], spine=above)

    def _layered(self, inner: Sequence[str], start: str, end: str) -> Piece:
        """Neither series nor parallel; both ends take part, so that their wires have lanes."""
        spacing = self._spacing
        extents = {one: (leaf.length, leaf.top, leaf.bottom) for one, leaf in self._leaves.items()}
        card = (0.0, -spacing.across / 2, spacing.across / 2)
        at = layered(
            [start, *inner, end], self.sources, {**extents, start: card, end: card}, spacing.gap_across
        )
        piece = Piece(length=at[end][0])
        for one in inner:
            piece.place(self._leaves[one], *at[one])
        return piece

    def _as_read(self, branches: list[list[str]], end: str) -> list[list[str]]:
        rank = {source: index for index, source in enumerate(self.sources[end])}
        return sorted(branches, key=lambda branch: min(rank.get(one, len(rank)) for one in branch))

    def _rows(self, pieces: Sequence[Piece]) -> list[float]:
        """Where each piece's spine lies when they lie below each other, the first at 0."""
        rows = [0.0]
        for upper, lower in pairwise(pieces):
            rows.append(rows[-1] + upper.bottom + self._spacing.gap_across - lower.top)
        return rows

    def _stacked(self, pieces: Sequence[Piece], *, spine: int) -> Piece:
        """The pieces below each other, that of this index on the spine."""
        rows = self._rows(pieces)
        made = Piece()
        for piece, row in zip(pieces, rows, strict=True):
            made.place(piece, 0.0, row - rows[spine])
        return made


@dataclass(frozen=True)
class _Part:
    """A stretch of the spine. `single` says that one wire alone leads into it."""

    piece: Piece
    things: Sequence[str]
    single: bool = False


def _written(parts: Sequence[_Part], breaks: Breaks, length: float) -> Piece:
    """The parts one after another, in lines below each other; all but the first begin a little later."""
    piece = Piece()
    starts = [0, *_line_starts(parts, breaks, length)]
    for start, end in pairwise([*starts, len(parts)]):
        line = Piece(length=breaks.indent if start else 0.0)
        for part in parts[start:end]:
            line.place(part.piece, line.length, 0.0)
        piece.place(line, 0.0, piece.bottom + breaks.gap - line.top if start else 0.0)
    piece.lines = max(piece.lines, len(starts))
    return piece


def _line_starts(parts: Sequence[_Part], breaks: Breaks, length: float) -> list[int]:
    """Indices of the parts that begin a line, the first line left out."""
    starts: list[int] = []
    line, done, good, is_long = 0, 0.0, 0, False
    for index, part in enumerate(parts):
        if part.single and 2 * done >= length:
            good = index
        begins = any(thing in breaks.before for thing in part.things)
        begins = begins or part.piece.lines > 1 or parts[index - 1].piece.lines > 1
        # Where several wires would lead back, a line rather becomes longer, up to twice.
        is_full = done + part.piece.length > (length if good > line else 2 * length)
        # Broken before or behind a long part, it would be as long: the line goes on to a good place.
        is_long = is_long or part.piece.length > length
        is_full = is_full and (good > line or not is_long)
        if index > line and (begins or is_full):
            line = index if begins or good <= line else good
            starts.append(line)
            is_long = False
            done, good = breaks.indent + sum(part.piece.length for part in parts[line:index]), line
        done += part.piece.length
    return _without_orphans(parts, breaks, starts)


def _without_orphans(parts: Sequence[_Part], breaks: Breaks, starts: list[int]) -> list[int]:
    """The starts of lines without those of one or two cards, which rather end or begin the line beside them:
    as printers have no widows. Lines that were asked for stay."""
    kept: list[int] = []
    for place, start in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else len(parts)
        before = kept[-1] if kept else 0
        asked = any(thing in breaks.before for thing in parts[start].things)
        tall = any(part.piece.lines > 1 for part in (*parts[before:start], *parts[start:end]))
        least = 2.5 * breaks.indent  # more than two columns
        lengths = [
            sum(part.piece.length for part in line) for line in (parts[before:start], parts[start:end])
        ]
        if asked or tall or min(lengths) > least:
            kept.append(start)
    return kept
