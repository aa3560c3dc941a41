"""Layered drawing of a graph that is neither series nor parallel.

Every node stands one column after the last of its sources. A wire that passes columns holds a lane in
each, one lane for all wires of a source. Lanes and nodes are ordered in each column by the barycentre of
their neighbours until no order with fewer crossings is found, then moved towards those neighbours as far
as order and distance allow.
Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system structures", IEEE
Transactions on Systems, Man, and Cybernetics 11(2), 1981.
"""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

_ORDER_SWEEPS: Final = 8
_PLACE_SWEEPS: Final = 6
_LANE: Final = 0.5
"""Distance of two wires that pass side by side, as a share of that of two cards."""

Extent = tuple[float, float, float]
"""Length along the columns with the gap behind, and how far a thing reaches up and down from its row."""

_POINT: Final = (1.0, 0.0, 0.0)


@dataclass
class _Cell:
    """A node, or the lane of a wire in a column it passes."""

    node_id: str | None
    column: int
    top: float
    bottom: float
    before: "list[_Cell]" = field(default_factory=list)
    after: "list[_Cell]" = field(default_factory=list)
    place: int = 0
    row: float = 0.0


def layered(
    nodes: Sequence[str],
    sources: Mapping[str, Sequence[str]],
    extents: Mapping[str, Extent] | None = None,
    gap: float = 1.0,
) -> dict[str, tuple[float, float]]:
    """(start along, row) by node for nodes in topological order, the first one at (0, 0).

    Sources that are not among the nodes are left out. Extents are of points, a column long, where none are
    given; the first node's height is that of a lane beside others. `gap` is kept between neighbours in a
    column.
    """
    sizes = extents or dict.fromkeys(nodes, _POINT)
    lane = sizes[nodes[0]][1:]
    columns = _columns(nodes, sources, sizes, lane)
    _reduce_crossings(columns)
    _straighten(columns, _Distances(gap, lane[1] - lane[0] + gap))
    starts = [0.0]
    for column in columns:
        lengths = [sizes[cell.node_id][0] for cell in column if cell.node_id]
        starts.append(starts[-1] + max(lengths, default=0.0))
    cells = [cell for column in columns for cell in column]
    first = next(cell.row for cell in cells if cell.node_id == nodes[0])
    return {cell.node_id: (starts[cell.column], cell.row - first) for cell in cells if cell.node_id}


def _columns(
    nodes: Sequence[str],
    sources: Mapping[str, Sequence[str]],
    sizes: Mapping[str, Extent],
    lane_size: tuple[float, float],
) -> list[list[_Cell]]:
    cells: dict[str, _Cell] = {}
    farthest: dict[str, int] = {}
    for node_id in nodes:
        known = [one for one in sources.get(node_id, ()) if one in cells]
        column = 1 + max((cells[one].column for one in known), default=-1)
        cells[node_id] = _Cell(node_id, column, *sizes[node_id][1:])
        for one in known:
            farthest[one] = max(farthest.get(one, 0), column)
    count = 1 + max(cell.column for cell in cells.values())
    columns: list[list[_Cell]] = [[] for _ in range(count)]
    lanes: dict[str, list[_Cell]] = {}
    for node_id, cell in cells.items():
        columns[cell.column].append(cell)
        lanes[node_id] = [cell]
        for column in range(cell.column + 1, farthest.get(node_id, 0)):
            lane = _Cell(None, column, *lane_size)
            columns[column].append(lane)
            _join(lanes[node_id][-1], lane)
            lanes[node_id].append(lane)
    for node_id, cell in cells.items():
        for one in sources.get(node_id, ()):
            if one in cells:
                _join(lanes[one][cell.column - cells[one].column - 1], cell)
    return columns


def _join(source: _Cell, target: _Cell) -> None:
    source.after.append(target)
    target.before.append(source)


def _reduce_crossings(columns: list[list[_Cell]]) -> None:
    """Leave the columns in the order with the fewest crossings that the sweeps come by."""
    _number(columns)
    best, fewest = [list(column) for column in columns], _crossings(columns)
    for sweep in range(_ORDER_SWEEPS):
        if not fewest:
            break
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            column.sort(key=lambda cell: _barycentre(cell, cell.before if forward else cell.after))
            for place, cell in enumerate(column):
                cell.place = place
        found = _crossings(columns)
        if found < fewest:
            best, fewest = [list(column) for column in columns], found
    columns[:] = best
    _number(columns)


def _number(columns: list[list[_Cell]]) -> None:
    for column in columns:
        for place, cell in enumerate(column):
            cell.place = place


def _barycentre(cell: _Cell, neighbours: list[_Cell]) -> float:
    return sum(neighbour.place for neighbour in neighbours) / len(neighbours) if neighbours else cell.place


def _crossings(columns: list[list[_Cell]]) -> int:
    """Pairs of wires that cross between neighbouring columns."""
    count = 0
    for column in columns:
        ends: list[int] = []
        for cell in column:
            targets = sorted(one.place for one in cell.after)
            count += sum(len(ends) - bisect_left(ends, target + 1) for target in targets)
            for target in targets:
                insort(ends, target)
    return count


@dataclass(frozen=True)
class _Distances:
    """How far apart neighbours in a column lie: `gap` between cards, a share of `row` between two wires."""

    gap: float
    row: float

    def between(self, upper: _Cell, lower: _Cell) -> float:
        if upper.node_id is None and lower.node_id is None:
            return _LANE * self.row
        return upper.bottom + self.gap - lower.top


def _straighten(columns: list[list[_Cell]], distances: _Distances) -> None:
    for column in columns:
        row = 0.0
        for index, cell in enumerate(column):
            row += distances.between(column[index - 1], cell) if index else 0.0
            cell.row = row
    for sweep in range(_PLACE_SWEEPS):
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            wanted = []
            for cell in column:
                near = (cell.before if forward else cell.after) or cell.before or cell.after
                wanted.append(sum(one.row for one in near) / len(near) if near else cell.row)
            _settle(column, wanted, distances)
    step = distances.row / 2
    for column in columns:
        for index, cell in enumerate(column):
            snapped = round(cell.row / step) * step
            above = column[index - 1] if index else cell
            cell.row = max(snapped, above.row + distances.between(above, cell)) if index else snapped


def _settle(column: list[_Cell], wanted: list[float], distances: _Distances) -> None:
    """Rows closest to the wanted ones, in the sense of least squares, that keep order and distance.

    Without the distances that is a monotone regression: neighbours in the wrong order are pooled at
    their mean (Barlow et al., "Statistical inference under order restrictions", 1972, section 1.2).
    """
    offsets = [0.0]
    for upper, lower in pairwise(column):
        offsets.append(offsets[-1] + distances.between(upper, lower))
    pools: list[tuple[float, int]] = []
    for target, offset in zip(wanted, offsets, strict=True):
        total, count = target - offset, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            total, count = total + pools[-1][0], count + pools[-1][1]
            pools.pop()
        pools.append((total, count))
    rows = [total / count for total, count in pools for _ in range(count)]
    for cell, row, offset in zip(column, rows, offsets, strict=True):
        cell.row = row + offset
