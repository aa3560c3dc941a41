"""Where the nodes of a network lie on the canvas so that it reads like the figure in its paper.

Left to right, one column a layer. The network is taken apart into series and parallel pieces: nodes that
every path runs through share one line, the spine; branches between two of them lie on rows of their own,
centred around it. A shortcut keeps the spine and what it skips hangs below, so that its wire is straight
and crosses nothing. A piece that is neither series nor parallel goes to `engine.layering`.

Wires are meant to run straight along the row of their source and to turn only in the gap before their
target: each branch has its rows to itself over the whole width, so no such wire meets a card.
Valdes, Tarjan & Lawler, "The recognition of series parallel digraphs", SIAM J. Computing 11(2), 1982.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Final

from engine.layering import layered
from engine.network import Network
from engine.project import COLUMN, Point

ROW: Final = 120.0
"""Vertical distance between neighbouring branches, in canvas units."""

LINE_COLUMNS: Final = (12, 16, 24, 32, 48, 64)
"""Columns after which lines may be broken; which of them is taken is a matter of fitting into a window."""

WINDOW: Final = 16 / 9
"""Width to height of what the whole drawing should fit into."""

LINE_GAP: Final = 1.5
"""Distance between the lines of a network written in several, in rows: a wire leads back between them."""

_START, _END = "\0start", "\0end"


def lay_out(
    network: Network,
    *,
    line_starts: Collection[str] = (),
    line_columns: Sequence[int] = LINE_COLUMNS,
    column: float = COLUMN,
    row: float = ROW,
) -> dict[str, Point]:
    """Position of every node (top left corner; the smallest x and y are 0). The same for equal networks.

    Nodes in `line_starts` begin a new line, as words do in a text, where the spine can be broken: at nodes
    that every path runs through, and before the branches between two of them. Lines longer than
    one of `line_columns` (the one with which the whole is largest in a window; empty for any length) are
    broken too, if possible in their second half and where a single wire leads on.
    """
    graph = _Graph(network)
    breaks = _Breaks(frozenset(line_starts), tuple(line_columns), WINDOW * row / column)
    piece = graph.between(list(network.order), _START, _END, breaks)
    top = min((y for _, y in piece.at.values()), default=0.0)
    return {node_id: (x * column, (y - top) * row) for node_id, (x, y) in piece.at.items()}


@dataclass(frozen=True)
class _Breaks:
    """Where a series is broken into lines: before these nodes, and when a line has so many columns.

    Of several numbers of columns that one is taken with which the whole fits best into a window of so many
    columns a row.
    """

    nodes: frozenset[str] = frozenset()
    columns: tuple[int, ...] = ()
    window: float = 1.0


_UNBROKEN: Final = _Breaks()


@dataclass
class _Piece:
    """Part of a layout: (column, row) by node, relative to where the spine enters it."""

    at: dict[str, tuple[float, float]] = field(default_factory=dict)
    width: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    def place(self, other: "_Piece", column: float, row: float) -> None:
        """Take the other piece in, its entry at this column and row."""
        for node_id, (x, y) in other.at.items():
            self.at[node_id] = (x + column, y + row)
        self.width = max(self.width, column + other.width)
        self.top = min(self.top, row + other.top)
        self.bottom = max(self.bottom, row + other.bottom)


class _Graph:
    """Neighbours of every node, with a start before all inputs and an end after all outputs."""

    def __init__(self, network: Network) -> None:
        self.readers: dict[str, list[str]] = {_START: []}
        self.sources: dict[str, list[str]] = {_END: []}
        for node_id, node in network.nodes.items():
            self.sources[node_id] = list(node.inputs) or [_START]
            self.readers[node_id] = list(network.outputs_of[node_id]) or [_END]
            if not node.inputs:
                self.readers[_START].append(node_id)
            if not network.outputs_of[node_id]:
                self.sources[_END].append(node_id)

    def between(self, inner: Sequence[str], start: str, end: str, breaks: _Breaks = _UNBROKEN) -> _Piece:
        """The nodes on the paths from `start` to `end`, in topological order, both ends left out."""
        branches = self._components(inner)
        if end in self.readers[start]:
            return self._beside_a_shortcut(branches, start, end)
        if len(branches) > 1:
            return self._parallel(branches, start, end)
        return self._branch(inner, start, end, breaks)

    def _branch(self, inner: Sequence[str], start: str, end: str, breaks: _Breaks = _UNBROKEN) -> _Piece:
        """One connected group; a wire from `start` straight to `end` is not of it."""
        if not inner:
            return _Piece()
        return self._series(inner, start, end, breaks) or self._layered(inner, start, end)

    def _components(self, inner: Sequence[str]) -> list[list[str]]:
        """The nodes in connected groups, each in the order given."""
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
        groups: list[list[str]] = [[] for _ in range(count)]
        for node_id, group in members.items():
            groups[group].append(node_id)
        return groups

    def _series(self, inner: Sequence[str], start: str, end: str, breaks: _Breaks) -> _Piece | None:
        """One group cut at the nodes that every path runs through; None where there are none."""
        cuts = self._cuts(inner, start, end)
        if not cuts:
            return None
        parts = []
        before, first = start, 0
        for position in (*cuts, len(inner)):
            members = inner[first:position]
            after = inner[position] if position < len(inner) else end
            parts.append(_Part(self.between(members, before, after), members))
            if after != end:
                alone = _Piece({after: (0.0, 0.0)}, 1.0)
                parts.append(_Part(alone, [after], single=len(self.sources[after]) == 1))
            before, first = after, position + 1
        made = [_written(parts, breaks.nodes, columns) for columns in breaks.columns or (inf,)]
        return min(made, key=lambda piece: max(piece.width, (piece.bottom - piece.top) * breaks.window))

    def _cuts(self, inner: Sequence[str], start: str, end: str) -> list[int]:
        """Positions of the nodes that no edge passes by."""
        position = {node_id: index for index, node_id in enumerate(inner)}
        position[end] = len(inner)
        found = []
        farthest = max(position[one] for one in self.readers[start] if one in position and one != end)
        for index, node_id in enumerate(inner):
            if farthest <= index:
                found.append(index)
            farthest = max(farthest, *(position[one] for one in self.readers[node_id]))
        return found

    def _parallel(self, branches: list[list[str]], start: str, end: str) -> _Piece:
        """Branches below each other in the order in which `end` reads them, centred around the spine."""
        pieces = [self._branch(branch, start, end) for branch in self._as_read(branches, end)]
        if len(pieces) == 2:
            short, long = sorted(pieces, key=lambda piece: piece.width)
            if long.width >= 2 * short.width:
                return _stacked([short, long], spine=0)
        rows = _rows(pieces)
        made = _Piece()
        middle = (rows[0] + rows[-1]) / 2
        for piece, row in zip(pieces, rows, strict=True):
            made.place(piece, 0.0, row - middle)
        return made

    def _beside_a_shortcut(self, branches: list[list[str]], start: str, end: str) -> _Piece:
        """The spine is left to the wire from `start` to `end`; one branch hangs below, more lie around it."""
        pieces = [self._branch(branch, start, end) for branch in self._as_read(branches, end)]
        above = len(pieces) // 2
        return _stacked([*pieces[:above], _Piece(), *pieces[above:]], spine=above)

    def _layered(self, inner: Sequence[str], start: str, end: str) -> _Piece:
        """Neither series nor parallel; both ends take part, so that their wires have lanes."""
        at = layered([start, *inner, end], self.sources)
        rows = [at[node_id][1] for node_id in inner]
        moved = {node_id: (at[node_id][0] - 1.0, at[node_id][1]) for node_id in inner}
        return _Piece(moved, at[end][0] - 1.0, min(0.0, *rows), max(0.0, *rows))

    def _as_read(self, branches: list[list[str]], end: str) -> list[list[str]]:
        rank = {node_id: index for index, node_id in enumerate(self.sources[end])}
        return sorted(branches, key=lambda branch: min(rank.get(one, len(rank)) for one in branch))


@dataclass(frozen=True)
class _Part:
    """A stretch of the spine. `single` says that one wire alone leads into it."""

    piece: _Piece
    nodes: Sequence[str]
    single: bool = False


def _written(parts: Sequence[_Part], line_starts: Collection[str], columns: float) -> _Piece:
    """The parts one after another, in lines below each other; all but the first begin one column later."""
    made = _Piece()
    height = 0.0
    starts = [0, *_line_starts(parts, line_starts, columns)]
    for start, end in pairwise([*starts, len(parts)]):
        line = _Piece(width=1.0 if start else 0.0)
        for part in parts[start:end]:
            line.place(part.piece, line.width, 0.0)
        made.place(line, 0.0, height - line.top if start else 0.0)
        height = made.bottom + LINE_GAP
    return made


def _line_starts(parts: Sequence[_Part], line_starts: Collection[str], columns: float) -> list[int]:
    """Indices of the parts that begin a line, the first line left out."""
    starts: list[int] = []
    line, width, good = 0, 0.0, 0
    for index, part in enumerate(parts):
        if part.single and 2 * width >= columns:
            good = index
        begins = any(node_id in line_starts for node_id in part.nodes)
        if index > line and (begins or width + part.piece.width > columns):
            line = index if begins or good <= line else good
            starts.append(line)
            width, good = 1.0 + sum(one.piece.width for one in parts[line:index]), line
        width += part.piece.width
    return starts


def _rows(pieces: Sequence[_Piece]) -> list[float]:
    """Row of each piece's spine when they lie below each other, the first at 0."""
    rows = [0.0]
    for upper, lower in pairwise(pieces):
        rows.append(rows[-1] + upper.bottom + 1.0 - lower.top)
    return rows


def _stacked(pieces: Sequence[_Piece], *, spine: int) -> _Piece:
    """The pieces below each other, that of this index on the spine."""
    rows = _rows(pieces)
    made = _Piece()
    for piece, row in zip(pieces, rows, strict=True):
        made.place(piece, 0.0, row - rows[spine])
    return made
