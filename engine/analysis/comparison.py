"""Two networks side by side: every total and every layer with its difference.

The ratio of two amounts is before / after: "9.68× fewer multiplications" is what a reader looks for.

Which layers correspond is told from structure. Nodes of equal id and kind belong together: an edited network
keeps its ids. What lies between such pairs is aligned as two texts are, by the best common subsequence of
layers, along orders in which a branch stands in one piece. Needleman & Wunsch, "A general method applicable
to the search for similarities in the amino acid sequence of two proteins", J. Molecular Biology 48(3), 1970,
with gaps that cost nothing.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Literal

from engine.analysis.analyze import Analysis, LayerReport
from engine.layers import Layer
from engine.model.network import Network, Node

SAME_LAYER: Final = 8
"""All settings are equal."""
SAME_WINDOW: Final = 5
"""The same kind and kernel, other channels."""
SAME_KIND: Final = 3
SAME_ROLE: Final = 1
"""A Conv2d and a ConvTranspose2d, two kinds of pooling or of activation."""

MOST_CELLS: Final = 250_000
"""Size of the largest table that is filled in; longer stretches are compared piece by piece."""

Pairs = list[tuple[str | None, str | None]]


def align(before: Network, after: Network) -> Pairs:
    """(id before, id after) of every node, in reading order of `after`, what is gone where it was.

    One of the two is None for a node that has no counterpart. Every node occurs exactly once.
    """
    left, right = branch_order(before), branch_order(after)
    anchors = _anchors(before, after, left, right)
    made: Pairs = []
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *anchors, (len(left), len(right))]):
        made += _between(before, after, left[i + 1 : next_i], right[j + 1 : next_j])
        if next_i < len(left):
            made.append((left[next_i], right[next_j]))
    return _with_moved(before, after, made)


def branch_order(network: Network) -> list[str]:
    """All ids so that every node comes after its inputs, and each branch stands in one piece."""
    order: list[str] = []
    seen: set[str] = set()
    for last in network.order:
        if network.outputs_of[last]:
            continue
        waiting = [(last, False)]
        while waiting:
            node_id, done = waiting.pop()
            if done:
                order.append(node_id)
            elif node_id not in seen:
                seen.add(node_id)
                waiting.append((node_id, True))
                waiting += [(source, False) for source in reversed(network.nodes[node_id].inputs)]
    return order


def likeness(a: Layer, b: Layer) -> int:
    """How well two layers correspond; 0 for not at all."""
    if a.kind != b.kind:
        return SAME_ROLE if a.role == b.role and a.role != "reshape" else 0
    if a == b:
        return SAME_LAYER
    if a.role != b.role:
        return 0  # a 1×1 convolution is no smaller 3×3
    same = a.window is not None and b.window is not None and a.window.kernel_size == b.window.kernel_size
    return SAME_WINDOW if same else SAME_KIND


def _anchors(
    before: Network, after: Network, left: Sequence[str], right: Sequence[str]
) -> list[tuple[int, int]]:
    """Positions of pairs of equal id and kind that follow each other in both orders: as many as possible."""
    place = {node_id: index for index, node_id in enumerate(left)}
    pairs = [
        (place[node_id], index)
        for index, node_id in enumerate(right)
        if node_id in place and _is_kept(before.nodes[node_id], after.nodes[node_id])
    ]
    # The longest increasing subsequence of the places, by patience sorting.
    tails: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for index, (i, _) in enumerate(pairs):
        at = bisect_left(tails, i)
        previous.append(last[at - 1] if at else -1)
        tails[at : at + 1] = [i]
        last[at : at + 1] = [index]
    found: list[tuple[int, int]] = []
    index = last[-1] if last else -1
    while index >= 0:
        found.append(pairs[index])
        index = previous[index]
    return found[::-1]


def _is_kept(a: Node, b: Node) -> bool:
    return a.layer.kind == b.layer.kind and (a.layer.role == b.layer.role or a.inputs == b.inputs)


def _between(before: Network, after: Network, left: Sequence[str], right: Sequence[str]) -> Pairs:
    """Two stretches without a known pair in them."""
    if not left or not right:
        return [*((one, None) for one in left), *((None, one) for one in right)]
    if len(left) * len(right) > MOST_CELLS:
        i, j = len(left) // 2, len(right) // 2
        return _between(before, after, left[:i], right[:j]) + _between(before, after, left[i:], right[j:])
    a = [before.nodes[one].layer for one in left]
    b = [after.nodes[one].layer for one in right]
    likely: dict[tuple[Layer, Layer], int] = {}
    best = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(b) - 1, -1, -1):
            score = likely.get((a[i], b[j]))
            if score is None:
                score = likely[a[i], b[j]] = likeness(a[i], b[j])
            row[j] = max(below[j], row[j + 1], below[j + 1] + score if score else 0)
    made: Pairs = []
    i = j = 0
    while i < len(a) and j < len(b):
        score = likely[a[i], b[j]]
        if score and best[i][j] == best[i + 1][j + 1] + score:
            made.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            made.append((left[i], None))
            i += 1
        else:
            made.append((None, right[j]))
            j += 1
    return [*made, *((one, None) for one in left[i:]), *((None, one) for one in right[j:])]


def _with_moved(before: Network, after: Network, pairs: Pairs) -> Pairs:
    """Nodes of equal id and kind that the order kept apart are brought together."""
    gone = {a for a, b in pairs if b is None and a is not None}
    moved = {b for a, b in pairs if a is None and b in gone and _is_kept(before.nodes[b], after.nodes[b])}
    made: Pairs = []
    for a, b in pairs:
        if a is None and b in moved:
            made.append((b, b))
        elif not (b is None and a in moved):
            made.append((a, b))
    return made


Change = Literal["same", "changed", "inserted", "removed"]

AMOUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "parameters": "Parameters",
        "macs": "MACs",
        "activation_bytes": "Bytes of maps",
    }
)
"""What is compared of a layer: attribute → how people call it."""


@dataclass(frozen=True)
class Amount:
    """One number before and after; 0 where there is no such layer."""

    before: int
    after: int

    @property
    def difference(self) -> int:
        """How much more there is after."""
        return self.after - self.before

    @property
    def ratio(self) -> float | None:
        """before / after: how many times fewer there are after; None where one of them is 0."""
        return self.before / self.after if self.before and self.after else None


@dataclass(frozen=True, kw_only=True)
class LayerPair:
    """A layer before and after; one of both is None for a layer that was removed or inserted.

    `change` looks at settings, output shape and costs.
    """

    before: LayerReport | None
    after: LayerReport | None
    change: Change

    def amount(self, name: str) -> Amount:
        """One of `AMOUNTS`."""
        return Amount(
            0 if self.before is None else getattr(self.before, name),
            0 if self.after is None else getattr(self.after, name),
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What `compare` found. `pairs` stand in the reading order of the later network."""

    before: Analysis = field(repr=False)
    after: Analysis = field(repr=False)
    pairs: tuple[LayerPair, ...]

    def total(self, name: str) -> Amount:
        """One of `AMOUNTS`, or any other whole number of `engine.analysis.report.Totals`."""
        return Amount(getattr(self.before.totals, name), getattr(self.after.totals, name))

    @cached_property
    def by_node(self) -> Mapping[str, LayerPair]:
        """The pair of each node of the later network, by its id."""
        return MappingProxyType({pair.after.node_id: pair for pair in self.pairs if pair.after is not None})

    @cached_property
    def by_former_node(self) -> Mapping[str, LayerPair]:
        """The pair of each node of the earlier network, by its id."""
        return MappingProxyType({pair.before.node_id: pair for pair in self.pairs if pair.before is not None})


def compare(before: Analysis, after: Analysis) -> Comparison:
    """Align two analysed networks and put their numbers side by side; half-built ones are fine."""
    return Comparison(
        before=before,
        after=after,
        pairs=tuple(_pair(before, after, a, b) for a, b in align(before.network, after.network)),
    )


def _pair(before: Analysis, after: Analysis, a: str | None, b: str | None) -> LayerPair:
    old = None if a is None else before.layers[a]
    new = None if b is None else after.layers[b]
    if old is None or new is None or a is None or b is None:
        return LayerPair(before=old, after=new, change="inserted" if old is None else "removed")
    layers = before.network.nodes[a].layer, after.network.nodes[b].layer
    # The receptive field is left out: one inserted layer changes that of everything below it.
    numbers = [(one.output_shape, *(getattr(one, name) for name in AMOUNTS)) for one in (old, new)]
    same = layers[0] == layers[1] and numbers[0] == numbers[1]
    return LayerPair(before=old, after=new, change="same" if same else "changed")
