"""A plan bound to memory: maps and scratch in one allocation, packed weights, rows with real addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.execution.maps import StoredMap, stored
from engine.execution.packed import Filling, PackedStore, Parameters
from engine.execution.recipe import Recipe, parameter_key
from engine.kernels.fast.arrays import ALIGNMENT, Pool
from engine.plan import Given, Plan
from engine.plan.plan import Step
from engine.weights import Checkpoint, go_on

SLAB_BYTES: Final = 64 << 20
"""Maps are allocated together up to so many bytes: one allocation, few pages. Larger maps stand alone."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """How a plan's buffers are spread over allocations; worked out once a plan."""

    slab_bytes: tuple[int, ...]
    slab_of: npt.NDArray[np.int64]
    """By buffer; −1 for weights and given maps."""
    offset_of: npt.NDArray[np.int64]
    givens: Mapping[str, Given]
    """How each stored map lies, for later plans."""


def lay_out(plan: Plan) -> Layout:
    """Maps of up to a slab together, scratch apart (it goes back to the pool after the run)."""
    slabs: list[int] = []
    roles: list[str] = []
    slab_of = np.full(len(plan.buffers), -1, np.int64)
    offset_of = np.zeros(len(plan.buffers), np.int64)
    for index, buffer in enumerate(plan.buffers):
        if buffer.role not in ("map", "scratch"):
            continue
        size = -(-buffer.bytes // ALIGNMENT) * ALIGNMENT
        fits = [i for i, role in enumerate(roles) if role == buffer.role and slabs[i] + size <= SLAB_BYTES]
        if not fits:
            fits = [len(slabs)]
            slabs.append(0)
            roles.append(buffer.role)
        slab_of[index], offset_of[index] = fits[0], slabs[fits[0]]
        slabs[fits[0]] += size
    givens = {}
    for node_id, place in plan.places.items():
        left = plan.buffers[place.address.buffer].bytes - place.address.offset
        givens[node_id] = Given(pixel=place.pixel, row=place.row, channel=place.channel, bytes=left)
    return Layout(slab_bytes=tuple(slabs), slab_of=slab_of, offset_of=offset_of, givens=givens)


class Binding:
    """One run's memory for a plan."""

    def __init__(
        self,
        plan: Plan,
        layout: Layout,
        weights: npt.NDArray[np.int64],
        recipe: Recipe,
        given: Mapping[str, StoredMap],
        pool: Pool,
    ) -> None:
        self._plan = plan
        self._layout = layout
        self._recipe = recipe
        self._given = given
        self._slabs = [pool.take(size) for size in layout.slab_bytes]
        bases = np.array([slab.ctypes.data for slab in self._slabs] + [0], np.int64)
        addresses = bases[layout.slab_of] + layout.offset_of + weights
        for index, buffer in enumerate(plan.buffers):
            if buffer.role == "given":
                addresses[index] = given[buffer.owner].address
        self.rows = plan.bound_rows(addresses)
        self._unfinished = dict(enumerate(plan.steps))

    def finish(
        self,
        rows: range,
        elapsed_ms: float,
        done: set[str],
        ticks: npt.NDArray[np.int64] | None = None,
    ) -> dict[str, tuple[StoredMap, float]]:
        """The maps of steps whose last row was among these, each with its share of the time.

        ticks: see `Team.finished`; without them, and where the processor has none, work is estimated.
        A step without rows is done when its inputs are: those in `done`, which grows by what is returned.
        """
        made: dict[str, tuple[StoredMap, float]] = {}
        spent = self._plan.work
        if ticks is not None and len(rows):
            passed = np.diff(ticks[rows.start : rows.stop + 1])
            if passed.sum() > 0:
                spent = np.zeros(len(self._plan.rows))
                spent[rows.start : rows.stop] = np.maximum(passed, 0)
        whole = float(spent[rows.start : rows.stop].sum()) or 1.0
        for index, step in list(self._unfinished.items()):
            if step.forward:
                continue
            if step.rows:
                ready = step.rows[-1] < rows.stop
            else:
                ready = all(source in done for source in self._recipe.network.nodes[step.nodes[0]].inputs)
            if ready:
                del self._unfinished[index]
                share = sum(float(spent[row]) for row in step.rows) / whole
                made[step.nodes[-1]] = self.map(step), elapsed_ms * share
                done.update(step.nodes)
        return made

    def forward(
        self, index: int, inputs: "list[npt.NDArray[np.float32]]", parameters: Parameters
    ) -> StoredMap:
        """Let a layer compute its own map, from planar copies of its inputs."""
        step = self._plan.steps[index]
        node = self._recipe.network.nodes[step.nodes[-1]]
        made = node.layer.forward([np.ascontiguousarray(one) for one in inputs], parameters)
        one = self.map(step)
        writable = one.map.view()
        writable.flags.writeable = True
        writable[...] = made
        self._unfinished.pop(index)
        return one

    def map(self, step: Step) -> StoredMap:
        """The map of a step."""
        node_id = step.nodes[-1]
        place = self._plan.places[node_id]
        index = place.address.buffer
        buffer = self._plan.buffers[index]
        shape = self._recipe.shapes[node_id]
        if buffer.role == "given":  # the map is its input, or a part of it, which exists already
            owner = self._given[buffer.owner]
            if owner.map.shape[1:] == shape:
                return owner
            offset = owner.address - owner.buffer.ctypes.data
            return stored(owner.buffer, offset, place, shape, self._layout.givens[node_id])
        slab = self._slabs[self._layout.slab_of[index]]
        return stored(slab, int(self._layout.offset_of[index]), place, shape, self._layout.givens[node_id])


def reserve_weights(
    plan: Plan, recipe: Recipe, packed: PackedStore
) -> tuple[npt.NDArray[np.int64], tuple[Filling, ...]]:
    """The address of each weight buffer (0 for others), and what is to be packed there, by first row.

    The fillings must be kept alive as long as the addresses are used.
    """
    addresses = np.zeros(len(plan.buffers), np.int64)
    fillings = []
    for index, weights in plan.weights.items():
        norm = "" if weights.norm is None else _weight_key(recipe, weights.norm)
        key = (_weight_key(recipe, weights.node), norm, weights.packing)
        epsilon = 0.0
        if weights.norm is not None:
            layer: Any = recipe.network.nodes[weights.norm].layer
            epsilon = float(layer.eps)
        room = packed.reserve(key, weights.packing.bytes)
        addresses[index] = room.array.ctypes.data
        row = int(plan.links[plan.links[:, 2] == index, 0].min(initial=len(plan.rows)))
        fillings.append(Filling(row=row, packed=room, weights=weights, epsilon=epsilon))
    return addresses, tuple(sorted(fillings, key=lambda one: one.row))


def parameters(recipe: Recipe, node_id: str, checkpoint: Checkpoint = go_on) -> Parameters:
    """A node's parameters as its source of weights makes them."""
    node = recipe.network.nodes[node_id]
    inputs = tuple(recipe.shapes[source] for source in node.inputs)
    return node.weights.parameters(node.id, node.layer, inputs, recipe.seed, checkpoint)


def _weight_key(recipe: Recipe, node_id: str) -> str:
    return parameter_key(recipe.network.nodes[node_id], recipe.shapes, recipe.seed)
