"""Where cards lie on the canvas so that a network reads like the figure in its paper.

It runs to the right or down, taken apart by `engine.layout.series_parallel`. What lies in an expanded group
is drawn by itself, in a box that takes its place among the cards around it; what lies in a collapsed one is
laid out too, and waits behind its card.

Wires are meant to run straight along the line of their source and to turn only in the gap before their
target: each branch has its lines to itself over the whole length, so no such wire meets a card.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.layout.series_parallel import END, START, Breaks, Graph, Piece, Spacing
from engine.model.grouping import Grouping
from engine.model.network import Network
from engine.model.project import COLUMN, DIRECTIONS, Point

CARD: Final = (176.0, 72.0)
"""Width and height of a card, in canvas units."""

ROW: Final = 120.0
"""Vertical distance between neighbouring branches of a network that runs to the right."""

RIGHT: Final = Spacing(along=CARD[0], across=CARD[1], gap_along=COLUMN - CARD[0], gap_across=ROW - CARD[1])
DOWN: Final = Spacing(along=CARD[1], across=CARD[0], gap_along=56.0, gap_across=40.0)


@dataclass(frozen=True, kw_only=True)
class Padding:
    """Room between the outline of a group and what lies in it; its title stands on top."""

    left: float = 24.0
    top: float = 40.0
    right: float = 24.0
    bottom: float = 24.0


BOX: Final = Padding()

LINE_COLUMNS: Final = (5, 6, 8, 12, 16, 24, 32, 48, 64)
"""Columns after which lines may be broken; which of them is taken is a matter of fitting into a window."""

LEAST_BOX_COLUMNS: Final = 16
"""The content of a group is written in one line up to so many columns: a block is read as a whole."""

WINDOW: Final = 16 / 9
"""Width to height of what the whole drawing should fit into."""

SHORT_COLUMNS: Final = 6
"""What is no longer is written in one line."""

LINE_GAP: Final = 1.25
"""Distance between the lines of a network written in several, in rows: a wire leads back between them."""


def lay_out(
    network: Network,
    groups: Grouping | None = None,
    *,
    direction: str = DIRECTIONS[0],
    line_starts: Collection[str] = (),
    line_columns: Sequence[int] = LINE_COLUMNS,
    column: float | None = None,
    row: float | None = None,
    window: float = WINDOW,
) -> dict[str, Point]:
    """Top left corner of every node and every collapsed group (the smallest x and y are 0).

    The same for equal networks. Nodes in `line_starts` begin a new line, as words do in a text, where the
    spine can be broken: at nodes that every path runs through, and before the branches between two of
    them. Lines longer than one of `line_columns` (the one with which the whole is largest in a window;
    empty for any length) are broken too, if possible in their second half and where a single wire leads on.
    `window` is its width to its height. Things are points in a lattice where `column` and `row` are given.
    """
    down = direction == "down"
    spacing = DOWN if down else RIGHT
    if column is not None or row is not None:
        spacing = Spacing(along=0.0, across=0.0, gap_along=column or COLUMN, gap_across=row or ROW)
    boxes = Grouping() if groups is None else groups
    breaks = Breaks(
        before=frozenset(line_starts),
        lengths=[columns * spacing.column for columns in line_columns],
        least=SHORT_COLUMNS * spacing.column if line_columns is LINE_COLUMNS else 0.0,
        window=1 / window if down else window,
        indent=spacing.column,
        gap=LINE_GAP * spacing.row - spacing.across,
    )
    made = _Levels(network, boxes, spacing, breaks, down).piece("")
    half = spacing.across / 2
    at = {one: (y - half, x) if down else (x, y - half) for one, (x, y) in made.at.items()}
    seen = [place for one, place in at.items() if boxes.card(one) == one]
    left, top = min((x for x, _ in seen), default=0.0), min((y for _, y in seen), default=0.0)
    return {one: (x - left, y - top) for one, (x, y) in at.items()}


class _Levels:
    """Draws what lies in a group, its inner groups first."""

    def __init__(
        self, network: Network, groups: Grouping, spacing: Spacing, breaks: Breaks, down: bool
    ) -> None:
        self._network = network
        self._groups = groups
        self._spacing = spacing
        self._breaks = breaks
        self._before = BOX.top if down else BOX.left
        self._behind = BOX.bottom if down else BOX.right
        self._above = BOX.left if down else BOX.top
        self._below = BOX.right if down else BOX.bottom

    def piece(self, level: str) -> Piece:
        """What lies in a group, or everything for the empty id."""
        items, order = self._items(level)
        leaves = {one: self._leaf(one) for one in order}
        before = {items.item[one] for one in self._breaks.before if one in items.item}
        graph = Graph(items.sources, items.readers, leaves, self._spacing)
        lengths = self._breaks.lengths
        if level:
            lengths = [length for length in lengths if length >= LEAST_BOX_COLUMNS * self._spacing.column]
        return graph.piece(order, replace(self._breaks, before=before, lengths=lengths))

    def _leaf(self, one: str) -> Piece:
        spacing = self._spacing
        half = spacing.across / 2
        if one not in self._groups:
            return Piece({one: (0.0, 0.0)}, spacing.column, -half, half)
        inner = self.piece(one)
        piece = Piece()
        piece.place(inner, self._before, 0.0)
        if self._groups[one].collapsed:
            # What is hidden waits where it will lie when its card gives way to it.
            return Piece({**piece.at, one: (0.0, 0.0)}, spacing.column, -half, half)
        top, bottom = inner.top - self._above, inner.bottom + self._below
        return Piece(piece.at, piece.length + self._behind, top, bottom, inner.lines)

    def _items(self, level: str) -> "tuple[_Items, list[str]]":
        """The cards and boxes of a level. A box that wires leave and enter again cannot be drawn as one."""
        opened: set[str] = set()
        while True:
            items = _Items.of(self._network, self._groups, level, opened)
            order, stuck = _topological(items)
            loops = [one for one in stuck if one in self._groups and not self._groups[one].collapsed]
            if not loops:
                return items, order
            opened.update(loops)


@dataclass(frozen=True, kw_only=True)
class _Items:
    """What is drawn side by side on a level, and the wires there; `START` and `END` are the outside."""

    item: Mapping[str, str]
    """The card or box by the node that it stands for."""
    sources: dict[str, list[str]]
    readers: dict[str, list[str]]

    @classmethod
    def of(cls, network: Network, groups: Grouping, level: str, opened: Collection[str]) -> "_Items":
        """Those of a group, with the content of inner groups that are `opened`."""
        inside = network.in_order(groups.nodes(level)) if level else network.order
        item = {node_id: _item(groups, node_id, level, opened) for node_id in inside}
        sources: dict[str, dict[str, None]] = {one: {} for one in item.values()}
        readers: dict[str, dict[str, None]] = {one: {} for one in item.values()}
        for node_id, mine in item.items():
            for source in network.nodes[node_id].inputs:
                sources[mine][item.get(source, START)] = None
            for reader in network.outputs_of[node_id]:
                readers[mine][item.get(reader, END)] = None
        for one in sources:
            sources[one].pop(one, None)
            readers[one].pop(one, None)
        return cls(
            item=item,
            sources={one: list(source) or [START] for one, source in sources.items()},
            readers={one: list(reader) or [END] for one, reader in readers.items()},
        )


def _item(groups: Grouping, node_id: str, level: str, opened: Collection[str]) -> str:
    found = node_id
    for group_id in groups.around(groups.home(node_id)):
        if group_id == level:
            break
        if group_id not in opened:
            found = group_id
    return found


def _topological(items: _Items) -> tuple[list[str], list[str]]:
    """An order in which everything comes after what it reads, and what had to be put in with a wire back.

    Such wires, between collapsed groups that read each other, are taken out of the items.
    """
    missing = {one: sum(source != START for source in found) for one, found in items.sources.items()}
    order: list[str] = []
    stuck: list[str] = []
    ready = [one for one, count in missing.items() if not count]
    done: set[str] = set(ready)
    while len(order) < len(missing):
        if not ready:
            left = [one for one in missing if one not in done]
            stuck += _in_loops(items, left)
            first = left[0]
            for source in [source for source in items.sources[first] if source not in (START, *order)]:
                items.sources[first].remove(source)
                items.readers[source].remove(first)
                items.readers[source] = items.readers[source] or [END]
            items.sources[first] = items.sources[first] or [START]
            ready.append(first)
            done.add(first)
        one = ready.pop(0)
        order.append(one)
        for reader in items.readers[one]:
            if reader != END:
                missing[reader] -= 1
                if not missing[reader] and reader not in done:
                    ready.append(reader)
                    done.add(reader)
    return order, stuck


def _in_loops(items: _Items, left: list[str]) -> list[str]:
    """Those of the things that lie on a circle of wires, or between two."""
    kept = dict.fromkeys(left)
    ends = [one for one in left if not any(reader in kept for reader in items.readers[one])]
    while ends:
        one = ends.pop()
        del kept[one]
        ends += [
            source
            for source in items.sources[one]
            if source in kept and not any(reader in kept for reader in items.readers[source])
        ]
    return list(kept)
