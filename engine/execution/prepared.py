"""A plan with everything that does not change from one photograph to the next, worked out once."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.execution.binding import Layout, lay_out
from engine.execution.packed import Filling, PackedStore, Parameters
from engine.execution.pieces import pieces
from engine.execution.recipe import Recipe, parameter_key
from engine.plan import Plan
from engine.weights import Checkpoint, go_on


@dataclass(frozen=True, eq=False)
class Forward:
    """A step that is done by its layer's own `forward`, and the steps whose maps are there afterwards."""

    index: int
    ready: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows that run without a stop, the steps whose maps are there afterwards, and what follows then."""

    first: int
    end: int
    ready: tuple[int, ...]
    forwards: tuple[Forward, ...]
    nodes: tuple[str, ...]
    """Whose maps the piece makes, in topological order."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a run needs beside its photograph and memory."""

    plan: Plan
    layout: Layout
    pieces: tuple[Piece, ...]
    weights: npt.NDArray[np.int64]
    """The address of each weight buffer; 0 for others."""
    fillings: tuple[Filling, ...]
    """The packed weights, which must live as long as their addresses are used; by first row."""


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
    return Prepared(
        plan=plan,
        layout=lay_out(plan, recipe.shapes),
        pieces=tuple(_pieces(plan, recipe, given)),
        weights=weights,
        fillings=fillings,
    )


def parameters(recipe: Recipe, node_id: str, checkpoint: Checkpoint = go_on) -> Parameters:
    """A node's parameters as its source of weights makes them."""
    node = recipe.network.nodes[node_id]
    inputs = tuple(recipe.shapes[source] for source in node.inputs)
    return node.weights.parameters(node.id, node.layer, inputs, recipe.seed, checkpoint)


def _pieces(plan: Plan, recipe: Recipe, given: Collection[str]) -> Iterator[Piece]:
    """Which map is there after which piece is settled before anything runs."""
    done = set(given)
    waiting = dict(enumerate(plan.steps))
    place = {node_id: index for index, node_id in enumerate(recipe.shapes)}

    def ready(end: int) -> tuple[int, ...]:
        """Steps whose last row lies before `end`; those without rows are done when their inputs are."""
        found = []
        for index, step in list(waiting.items()):
            if step.forward:
                continue
            sources = recipe.network.nodes[step.nodes[0]].inputs
            if step.rows[-1] < end if step.rows else all(source in done for source in sources):
                del waiting[index]
                done.update(step.nodes)
                found.append(index)
        return tuple(found)

    for first, end, stops in pieces(plan):
        after_rows = ready(end)
        forwards = []
        for index in stops:
            done.update(waiting.pop(index).nodes)
            forwards.append(Forward(index, ready(end)))
        made = [*after_rows, *(step for one in forwards for step in (one.index, *one.ready))]
        nodes = sorted((plan.steps[index].nodes[-1] for index in made), key=place.__getitem__)
        yield Piece(first, end, after_rows, tuple(forwards), tuple(nodes))


def _reserve_weights(
    plan: Plan, recipe: Recipe, packed: PackedStore, key_of: Callable[[str], str]
) -> tuple[npt.NDArray[np.int64], tuple[Filling, ...]]:
    """The address of each weight buffer (0 for others), and what is to be packed there, by first row."""
    addresses = np.zeros(len(plan.buffers), np.int64)
    fillings = []
    for index, weights in plan.weights.items():
        norm = "" if weights.norm is None else key_of(weights.norm)
        key = (key_of(weights.node), norm, weights.packing)
        epsilon = 0.0
        if weights.norm is not None:
            layer: Any = recipe.network.nodes[weights.norm].layer
            epsilon = float(layer.eps)
        room = packed.reserve(key, weights.packing.bytes)
        addresses[index] = room.array.ctypes.data
        row = int(plan.links[plan.links[:, 2] == index, 0].min(initial=len(plan.rows)))
        fillings.append(Filling(row=row, packed=room, weights=weights, epsilon=epsilon))
    return addresses, tuple(sorted(fillings, key=lambda one: one.row))


def _weight_key(recipe: Recipe, node_id: str) -> str:
    return parameter_key(recipe.network.nodes[node_id], recipe.shapes, recipe.seed)
