"""Where the pieces of a figure stand: columns from left to right, branches on rows, long ones in lines.

Rows and columns are those of the canvas' own layout, so a figure reads in the same order as the network
on screen. What a column is wide, or a row high, is the style's business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from engine.layout.layout import lay_out
from engine.model.network import Network

_EVEN: Final = 0.6
"""How long lines are on average, compared with the longest: less looks like a mistake."""

Cell = tuple[int, float]
"""Column and row; rows may be halves."""


@dataclass(frozen=True, kw_only=True)
class Lattice:
    """Cells by id, columns in order, and after which of them a line may end."""

    cells: Mapping[str, Cell]
    columns: tuple[tuple[str, ...], ...]
    """Ids of each column, from the top."""
    breaks: frozenset[int]
    """Columns after which every wire that leads on comes from one piece of that column."""

    @property
    def rows(self) -> tuple[float, float]:
        """The first and last row; the spine's is somewhere between."""
        rows = [row for _, row in self.cells.values()] or [0.0]
        return min(rows), max(rows)


def lattice(trunk: Network, links: Iterable[tuple[str, str]], kept: Iterable[Sequence[str]] = ()) -> Lattice:
    """The lattice of a network without its skips. `links` are all wires, skips too; no line ends within
    one of the groups `kept`."""
    at = lay_out(trunk, line_columns=(), column=1.0, row=1.0)
    cells = {one: (round(x), y) for one, (x, y) in at.items()}
    count = 1 + max((column for column, _ in cells.values()), default=-1)
    columns: list[list[str]] = [[] for _ in range(count)]
    for cell in sorted(cells, key=lambda cell: cells[cell][1]):
        columns[cells[cell][0]].append(cell)
    crossing: list[set[str]] = [set() for _ in range(count)]
    for source, target in links:
        for column in range(cells[source][0], cells[target][0]):
            crossing[column].add(source)
    breaks = {
        column
        for column, sources in enumerate(crossing)
        if len(sources) == 1 and cells[next(iter(sources))][0] == column and len(columns[column]) == 1
    }
    for group in kept:
        places = [cells[one][0] for one in group]
        breaks -= set(range(min(places), max(places)))
    return Lattice(cells=cells, columns=tuple(map(tuple, columns)), breaks=frozenset(breaks))


def broken(widths: Sequence[float], breaks: frozenset[int], room: float) -> list[range]:
    """The columns of each line: as few lines as fit into the room, and those about equally long.

    A stretch without a break may be longer than the room; lines are added as long as they gain a fifth.
    """
    best = [range(len(widths))]
    longest = sum(widths)
    for wanted in range(2, len(breaks) + 2):
        if longest <= room:
            break
        lines = _filled(widths, breaks, wanted)
        found = max(sum(widths[i] for i in line) for line in lines)
        # Where one stretch cannot be broken, more lines of little else help nobody.
        if found < 0.8 * longest and sum(widths) > _EVEN * found * len(lines):
            best, longest = lines, found
    return best


def _filled(widths: Sequence[float], breaks: frozenset[int], wanted: int) -> list[range]:
    """So many lines, or as many as there can be, as equal in length as the breaks allow: no line is left
    with the last word of a text."""
    ends = [*(column + 1 for column in sorted(breaks) if column < len(widths) - 1), len(widths)]
    reach = [sum(widths[:end]) for end in ends]
    wanted = min(wanted, len(ends))
    mean = reach[-1] / wanted
    # best[j]: the smallest sum of squares of what lines up to ends[j] differ from the mean, and its lines.
    best: list[tuple[float, tuple[int, ...]]] = [((at - mean) ** 2, (j,)) for j, at in enumerate(reach)]
    for line in range(1, wanted):
        best = [
            min(
                (best[i][0] + (reach[j] - reach[i] - mean) ** 2, (*best[i][1], j)) for i in range(line - 1, j)
            )
            if j >= line
            else (float("inf"), ())
            for j in range(len(ends))
        ]
    starts = [0, *(ends[j] for j in best[-1][1])]
    return [range(start, end) for start, end in pairwise(starts)]
