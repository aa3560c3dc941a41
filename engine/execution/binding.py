"""A plan bound to memory: maps and scratch in one allocation, packed weights, rows with real addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from engine.execution.maps import StoredMap
from engine.kernels.fast.arrays import ALIGNMENT, Pool, start_of
from engine.plan import Given, Plan
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.execution.prepared import Piece, Prepared
    from engine.kernels.fast.team import Team

SLAB_BYTES: Final = 64 << 20
"""Maps are allocated together up to so many bytes: one allocation, few pages. Larger maps stand alone."""


class MapView(NamedTuple):
    """Where a map lies: in a slab, or in the memory of a map that was given."""

    slab: int
    owner: str
    """The given map; empty for one in a slab."""
    offset: int
    shape: Shape
    """Batch first."""
    strides: Shape
    given: Given


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """How a plan's buffers are spread over allocations; worked out once a plan."""

    slab_bytes: tuple[int, ...]
    slab_of: npt.NDArray[np.int64]
    """By buffer; −1 for weights and given maps."""
    offset_of: npt.NDArray[np.int64]
    given_buffers: tuple[tuple[int, str], ...]
    """(buffer, node) of the maps that exist already."""
    views: Mapping[str, MapView]
    """By node."""


def lay_out(plan: Plan, shapes: Mapping[str, Shape]) -> Layout:
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
    views = {}
    for node_id, place in plan.places.items():
        index, shape = place.address.buffer, shapes[node_id]
        buffer = plan.buffers[index]
        given = Given(
            pixel=place.pixel, row=place.row, channel=place.channel, bytes=buffer.bytes - place.address.offset
        )
        strides = (place.channel, place.row, place.pixel)[: len(shape)]
        views[node_id] = MapView(
            slab=int(slab_of[index]),
            owner=buffer.owner if buffer.role == "given" else "",
            offset=int(offset_of[index]) + place.address.offset,
            shape=(1, *shape),
            strides=(0, *strides),
            given=given,
        )
    return Layout(
        slab_bytes=tuple(slabs),
        slab_of=slab_of,
        offset_of=offset_of,
        given_buffers=tuple((i, one.owner) for i, one in enumerate(plan.buffers) if one.role == "given"),
        views=views,
    )


class Binding:
    """One run's memory for a plan; `maps` grows as its steps are done."""

    def __init__(self, prepared: "Prepared", given: Mapping[str, StoredMap], pool: Pool) -> None:
        """given: the maps that exist already."""
        layout = prepared.layout
        self._prepared = prepared
        self._layout = layout
        self.maps: dict[str, StoredMap] = dict(given)
        self._slabs = [pool.take(size) for size in layout.slab_bytes]
        bases = np.array([*map(start_of, self._slabs), 0], np.int64)
        addresses = bases[layout.slab_of] + layout.offset_of + prepared.weights
        for index, owner in layout.given_buffers:
            addresses[index] = given[owner].address
        self.rows = prepared.plan.bound_rows(addresses)
        self._spent_ms = np.zeros(len(prepared.plan.steps))
        """By step, over all pieces that have run."""

    def finish(self, steps: tuple[int, ...]) -> None:
        """The maps of these steps are there."""
        for index in steps:
            node_id = self._prepared.plan.steps[index].nodes[-1]
            self.maps[node_id] = self._map(self._layout.views[node_id])

    def spend(self, piece: "Piece", elapsed_ms: float, team: "Team") -> None:
        """Share the time of a piece's rows among the steps that they belong to."""
        plan = self._prepared.plan
        team.share_time(plan.step_of_row, plan.work, piece.first, piece.end, elapsed_ms, self._spent_ms)

    def times(self, piece: "Piece") -> dict[str, float]:
        """Milliseconds of each step that a piece finished, by the node whose map it makes."""
        steps = self._prepared.plan.steps
        return {steps[index].nodes[-1]: float(self._spent_ms[index]) for index in piece.ready}

    def fill(self, node_id: str, values: npt.NDArray[np.float32]) -> None:
        """A map that its layer computed itself: copied to where later rows look for it."""
        one = self.maps[node_id] = self._map(self._layout.views[node_id])
        writable = one.map.view()
        writable.flags.writeable = True
        writable[...] = values

    def _map(self, view: MapView) -> StoredMap:
        if view.owner:  # the map is its input, or a part of it, which exists already, in no slab of this run
            owner = self.maps[view.owner]
            if owner.map.shape == view.shape:
                return owner
            buffer, offset = owner.buffer, owner.address - owner.buffer.ctypes.data + view.offset
        else:
            buffer, offset = self._slabs[view.slab], view.offset
        made = np.ndarray(view.shape, np.float32, buffer, offset, view.strides)
        made.flags.writeable = False
        return StoredMap(made, buffer, view.given)
