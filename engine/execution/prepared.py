"""A plan with everything that does not change from one photograph to the next, worked out once."""

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from engine.execution.packed import Filling, PackedStore, Parameters
from engine.execution.pieces import pieces
from engine.execution.recipe import Recipe, parameter_key
from engine.execution.slabs import Layout, MapViews, lay_out
from engine.plan import Plan
from engine.weights import Checkpoint, go_on


@dataclass(frozen=True, eq=False)
class Forward:
    """A step that is done by its layer's own `forward`, and the node whose map it makes."""

    step: int
    node: str


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows that run without a stop, what follows then, and the nodes whose maps are there afterwards."""

    first: int
    end: int
    forwards: tuple[Forward, ...]
    nodes: tuple[str, ...]
    """Whose maps the piece makes, in topological order."""
    steps: npt.NDArray[np.int64]
    """The step that makes each of them."""
    views: MapViews
    """Where each of them lies."""


@dataclass(eq=False)
class Prepared:
    """What a run needs beside its photograph and memory."""

    plan: Plan
    layout: Layout
    pieces: tuple[Piece, ...]
    offsets: npt.NDArray[np.int64]
    """The address of each weight buffer; where others begin in their allocation."""
    fillings: tuple[Filling, ...]
    """The packed weights, which must live as long as their addresses are used; by first row."""
    unfilled: deque[Filling]
    """Those of them that no run of this plan has come to yet."""
    last_bound: tuple[tuple[int, ...], npt.NDArray[np.int64]] | None = None
    """The rows that the last run was given, and for which addresses."""

    def bound_rows(self, bases: tuple[int, ...]) -> npt.NDArray[np.int64]:
        """The plan's rows for these addresses of its allocations and of the given maps.

        Nobody writes to them: a run that is given the memory of the one before gets its rows, too.
        """
        if self.last_bound is None or self.last_bound[0] != bases:
            addresses = np.array([*bases, 0], np.int64)[self.layout.memory_of] + self.offsets
            self.last_bound = bases, self.plan.bound_rows(addresses)
        return self.last_bound[1]

    def fill(self, end: int, parameters: Callable[[str], Parameters], checkpoint: Checkpoint = go_on) -> None:
        """Pack the weights that rows before `end` read; an exception leaves the rest to the next run."""
        while self.unfilled and self.unfilled[0].row < end:
            self.unfilled[0].fill(parameters, checkpoint)
            self.unfilled.popleft()


def prepare(
    plan: Plan,
    recipe: Recipe,
    given: Collection[str],
    packed: PackedStore,
    key_of: Callable[[str], str] | None = None,
) -> Prepared:
    """Spread the plan over memory, reserve room for its weights, and cut it into pieces.

    given: the nodes whose maps exist already when the plan is run; key_of: tells the parameters of a node
    from all others (by default what they are drawn from).
    """
    weights, fillings = _reserve_weights(plan, recipe, packed, key_of or partial(_weight_key, recipe))
    layout = lay_out(plan, recipe.shapes)
    return Prepared(
        plan=plan,
        layout=layout,
        pieces=tuple(_pieces(plan, layout, recipe, given)),
        offsets=layout.offset_of + weights,
        fillings=fillings,
        unfilled=deque(fillings),
    )


def parameters(recipe: Recipe, node_id: str, checkpoint: Checkpoint = go_on) -> Parameters:
    """A node's parameters as its source of weights makes them."""
    node = recipe.network.nodes[node_id]
    inputs = tuple(recipe.shapes[source] for source in node.inputs)
    return node.weights.parameters(node.id, node.layer, inputs, recipe.seed, checkpoint)


def _pieces(plan: Plan, layout: Layout, recipe: Recipe, given: Collection[str]) -> Iterator[Piece]:
    """Which map is there after which piece is settled before anything runs."""
    done = set(given)
    waiting = dict(enumerate(plan.steps))
    place = {node_id: index for index, node_id in enumerate(recipe.shapes)}
    step_of = {step.nodes[-1]: index for index, step in enumerate(plan.steps)}

    def ready(end: int) -> list[str]:
        """Of steps whose last row lies before `end`; those without rows are done when their inputs are."""
        found = []
        for index, step in list(waiting.items()):
            if step.forward:
                continue
            sources = recipe.network.nodes[step.nodes[0]].inputs
            if step.rows[-1] < end if step.rows else all(source in done for source in sources):
                del waiting[index]
                done.update(step.nodes)
                found.append(step.nodes[-1])
        return found

    for first, end, stops in pieces(plan):
        made = ready(end)
        forwards = []
        for index in stops:
            step = waiting.pop(index)
            done.update(step.nodes)
            forwards.append(Forward(index, step.nodes[-1]))
            made += [step.nodes[-1], *ready(end)]
        nodes = tuple(sorted(made, key=place.__getitem__))
        steps = np.array([step_of[node_id] for node_id in nodes], np.int64)
        yield Piece(first, end, tuple(forwards), nodes, steps, layout.views_of(nodes))


def _reserve_weights(
    plan: Plan, recipe: Recipe, packed: PackedStore, key_of: Callable[[str], str]
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
    return addresses, tuple(sorted(fillings, key=lambda one: one.row))


def _weight_key(recipe: Recipe, node_id: str) -> str:
    return parameter_key(recipe.network.nodes[node_id], recipe.shapes, recipe.seed)
