"""A plan with everything that does not change from one photograph to the next, worked out once.

It is cut into chunks: maps appear during a long run, and a layer's own `forward` gets its turn. Each cut
wakes the other threads again and runs Python on cold caches. So a plan that is known to be quick is not cut
where nothing but its length asks for it, and a chunk of little work is left to one thread.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.execution.arena import ArenaLayout, ArenaViews, lay_out
from engine.execution.network_signature import NetworkSignature, parameter_key
from engine.execution.packed import Filling, PackedStore, Parameters
from engine.plan import Plan
from engine.weights import Checkpoint, go_on

FIRST_WORK: Final = 0.4e9
"""Multiply–adds of the first chunk: an edit shows its map after some milliseconds. Each chunk is twice as…"""
CHUNK_WORK: Final = 2.0e9
"""…long as the one before, up to so many: some ten milliseconds."""

ALONE_WORK: Final = 3e6
"""Multiply–adds of a chunk up to which one thread does it: to wake others takes 20 to 150 µs."""
REMEMBERED_BINDINGS: Final = 3
"""Rows with their addresses that are kept for the next runs."""
QUICK_MS: Final = 100.0
"""A run that takes no longer need not show its first maps before it ends."""


def chunks(plan: Plan, *, quick: bool = False) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """(first row, end row, steps whose `forward` follows), in order; a quick plan is cut for those alone."""
    total = len(plan.rows)
    stops = plan.stops
    first = 0
    work = 0.0
    limit = FIRST_WORK
    for row in range(total + 1):
        if row in stops:
            yield first, row, tuple(stops[row])
            first, work = row, 0.0
        if row == total:
            if row > first or not stops:
                yield first, row, ()
        else:
            work += float(plan.work[row])
            if work >= limit and not quick:
                yield first, row + 1, ()
                first, work = row + 1, 0.0
                limit = min(2 * limit, CHUNK_WORK)


@dataclass(frozen=True, eq=False)
class Forward:
    """A step that is done by its layer's own `forward`, and the node whose map it makes."""

    step: int
    node: str


@dataclass(frozen=True, eq=False)
class Chunk:
    """Rows that run without a stop, what follows then, and the nodes whose maps are there afterwards."""

    first: int
    end: int
    forwards: tuple[Forward, ...]
    nodes: tuple[str, ...]
    """Whose maps the chunk makes that are kept, in topological order."""
    steps: tuple[int, ...]
    """The step that makes each of them."""
    views: ArenaViews
    """Where each of them lies."""
    users: tuple[tuple[int, int], ...]
    """In which memories they lie, and how many of them in each."""
    alone: bool
    """Whether it is too little work for more than one thread."""


@dataclass(eq=False)
class ExecutablePlan:
    """What a run needs beside its photograph and memory."""

    plan: Plan
    layout: ArenaLayout
    chunks: tuple[Chunk, ...]
    offsets: npt.NDArray[np.int64]
    """The address of each weight buffer; where others begin in their allocation."""
    fillings: tuple[Filling, ...]
    """The packed weights, which must live as long as their addresses are used; by first row."""
    unfilled: deque[Filling]
    """Those of them that no run of this plan has come to yet."""
    cut: Callable[[bool], tuple[Chunk, ...]]
    """The chunks of a quick plan, or of one that may not be."""
    prepared_by: object = None
    """The team that has scratch for it."""
    fastest_ms: float = float("inf")
    """Of all whole runs so far."""
    bound: dict[tuple[int, ...], npt.NDArray[np.int64]] = field(default_factory=dict)
    """The rows that the last runs were given, by the addresses that they were given."""

    @property
    def is_quick(self) -> bool:
        """Whether it is known that a run does not take long."""
        return self.fastest_ms <= QUICK_MS

    @cached_property
    def quick_chunks(self) -> tuple[Chunk, ...]:
        """The chunks of a run that is known not to take long."""
        return self.cut(True)

    def bound_rows(self, bases: tuple[int, ...]) -> npt.NDArray[np.int64]:
        """The plan's rows for these addresses of its allocations and of the given maps.

        Nobody writes to them: a run that is given the memory of one before gets its rows, too. (Where maps
        of the last run are still looked at, the next one is given other memory, and that after it the first.)
        """
        found = self.bound.get(bases)
        if found is None:
            addresses = np.array([*bases, 0], np.int64)[self.layout.memory_of] + self.offsets
            while len(self.bound) >= REMEMBERED_BINDINGS:
                del self.bound[next(iter(self.bound))]
            found = self.bound[bases] = self.plan.bound_rows(addresses)
        return found

    def fill(self, end: int, parameters: Callable[[str], Parameters], checkpoint: Checkpoint = go_on) -> None:
        """Pack the weights that rows before `end` read; an exception leaves the rest to the next run."""
        while self.unfilled and self.unfilled[0].row < end:
            self.unfilled[0].fill(parameters, checkpoint)
            self.unfilled.popleft()


def prepare(
    plan: Plan,
    signature: NetworkSignature,
    given: Collection[str],
    packed: PackedStore,
    key_of: Callable[[str], str] | None = None,
) -> ExecutablePlan:
    """Spread the plan over memory, reserve room for its weights, and cut it into chunks.

    given: the nodes whose maps exist already when the plan is run; key_of: tells the parameters of a node
    from all others (by default what they are drawn from).
    """
    weights, fillings = _reserve_weights(plan, signature, packed, key_of or partial(_weight_key, signature))
    layout = lay_out(plan, signature.shapes)
    existing = frozenset(given)

    def cut(quick: bool) -> tuple[Chunk, ...]:
        return tuple(_chunks(plan, layout, signature, existing, quick=quick))

    return ExecutablePlan(
        plan=plan,
        layout=layout,
        chunks=cut(False),
        offsets=layout.offset_of + weights,
        fillings=fillings,
        unfilled=deque(fillings),
        cut=cut,
    )


def parameters(signature: NetworkSignature, node_id: str, checkpoint: Checkpoint = go_on) -> Parameters:
    """A node's parameters as its source of weights makes them."""
    node = signature.network.nodes[node_id]
    inputs = tuple(signature.shapes[source] for source in node.inputs)
    return node.weights.parameters(node.id, node.layer, inputs, signature.seed, checkpoint)


def _chunks(
    plan: Plan, layout: ArenaLayout, signature: NetworkSignature, given: Collection[str], *, quick: bool
) -> Iterator[Chunk]:
    """Which map is there after which chunk is settled before anything runs."""
    done = set(given)
    waiting = dict(enumerate(plan.steps))
    place = {node_id: index for index, node_id in enumerate(signature.shapes)}
    step_of = {step.nodes[-1]: index for index, step in enumerate(plan.steps)}

    def ready(end: int) -> list[str]:
        """Of steps whose last row lies before `end`; those without rows are done when their inputs are."""
        found = []
        for index, step in list(waiting.items()):
            if step.forward:
                continue
            sources = signature.network.nodes[step.nodes[0]].inputs
            if step.rows[-1] < end if step.rows else all(source in done for source in sources):
                del waiting[index]
                done.update(step.nodes)
                found.append(step.nodes[-1])
        return found

    for first, end, stops in chunks(plan, quick=quick):
        made = ready(end)
        forwards = []
        for index in stops:
            step = waiting.pop(index)
            done.update(step.nodes)
            forwards.append(Forward(index, step.nodes[-1]))
            made += [step.nodes[-1], *ready(end)]
        nodes = tuple(sorted(filter(plan.keeps, made), key=place.__getitem__))
        steps = tuple(step_of[node_id] for node_id in nodes)
        alone = float(plan.work[first:end].sum()) <= ALONE_WORK
        views = layout.views_of(nodes)
        users = tuple(Counter(views.memories).items())
        yield Chunk(first, end, tuple(forwards), nodes, steps, views, users, alone)


def _reserve_weights(
    plan: Plan, signature: NetworkSignature, packed: PackedStore, key_of: Callable[[str], str]
) -> tuple[npt.NDArray[np.int64], tuple[Filling, ...]]:
    """The address of each weight buffer (0 for others), and what is to be packed there, by first row."""
    addresses = np.zeros(len(plan.buffers), np.int64)
    fillings = []
    for index, weights in plan.weights.items():
        norm = "" if weights.norm is None else key_of(weights.norm)
        key = (key_of(weights.node), norm, weights.packing)
        room = packed.reserve(key, weights.packing.bytes)
        addresses[index] = room.array.ctypes.data
        row = int(plan.links[plan.links[:, 2] == index, 0].min(initial=len(plan.rows)))
        fillings.append(Filling(row=row, packed=room, weights=weights, epsilon=weights.epsilon))
    return addresses, tuple(sorted(fillings, key=lambda filling: filling.row))


def _weight_key(signature: NetworkSignature, node_id: str) -> str:
    return parameter_key(signature.network.nodes[node_id], signature.shapes, signature.seed)
