"""How a plan's buffers are spread over allocations, and where each map lies: worked out once a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import ALIGNMENT
from engine.plan import MapLayout, Plan
from engine.plan.plan import TRANSIENT
from engine.shapes import Shape

ARENA_BYTES: Final = 64 << 20
"""Maps are allocated together up to so many bytes: one allocation, few pages. Larger maps stand alone."""
SMALL_BYTES: Final = 16 << 10
"""Scratch up to so many bytes lies among the maps, though they are kept: an allocation less."""


class ArenaView(NamedTuple):
    """Where a map lies: in a arena, or in the memory of a map that was given."""

    memory: int
    """Arenas are counted first, then the layout's owners."""
    offset: int
    shape: Shape
    """Batch first."""
    strides: Shape
    layout: MapLayout


class ArenaViews(NamedTuple):
    """Where several maps lie: a column for each property."""

    memories: tuple[int, ...]
    offsets: tuple[int, ...]
    shapes: tuple[Shape, ...]
    strides: tuple[Shape, ...]
    layouts: tuple[MapLayout, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class ArenaLayout:
    """How a plan's buffers are spread over allocations."""

    arena_bytes: tuple[int, ...]
    owners: tuple[str, ...]
    """The maps that exist already and are read; those that others are a view of come first."""
    viewed: int
    """How many of them others are a view of."""
    memory_of: npt.NDArray[np.int64]
    """By buffer; −1 for weights."""
    offset_of: npt.NDArray[np.int64]
    views: Mapping[str, ArenaView]
    """By node."""

    def views_of(self, nodes: Iterable[str]) -> ArenaViews:
        """Where the maps of these nodes lie; equal shapes are the same objects, to be found in the cache."""
        found = [self.views[node_id] for node_id in nodes]
        same: dict[Shape, Shape] = {}
        return ArenaViews(
            memories=tuple(view.memory for view in found),
            offsets=tuple(view.offset for view in found),
            shapes=tuple(same.setdefault(view.shape, view.shape) for view in found),
            strides=tuple(same.setdefault(view.strides, view.strides) for view in found),
            layouts=tuple(view.layout for view in found),
        )


def lay_out(plan: Plan, shapes: Mapping[str, Shape]) -> ArenaLayout:
    """Maps of up to a arena together, scratch and what is overwritten apart (they go back after the run)."""
    arenas: list[int] = []
    roles: list[str] = []
    memory_of = np.full(len(plan.buffers), -1, np.int64)
    offset_of = np.zeros(len(plan.buffers), np.int64)
    if plan.transient_bytes:
        arenas.append(plan.transient_bytes)
        roles.append("scratch")  # what is overwritten and scratch go back alike
    for index, buffer in enumerate(plan.buffers):
        if buffer.role == TRANSIENT:
            offset_of[index], memory_of[index] = buffer.offset, 0
        if buffer.role not in ("map", "scratch"):
            continue
        size = -(-buffer.bytes // ALIGNMENT) * ALIGNMENT
        role = "map" if size <= SMALL_BYTES else buffer.role
        fits = [i for i, kept in enumerate(roles) if kept == role and arenas[i] + size <= ARENA_BYTES]
        if not fits:
            fits = [len(arenas)]
            arenas.append(0)
            roles.append(role)
        memory_of[index], offset_of[index] = fits[0], arenas[fits[0]]
        arenas[fits[0]] += size
    places = [(node_id, place.address.buffer) for node_id, place in plan.places.items()]
    viewed = {index for node_id, index in places if node_id != plan.buffers[index].owner}
    read = viewed.union(plan.links[:, 2].tolist())
    given = [index for index in read if plan.buffers[index].role == "given"]
    given.sort(key=lambda index: index not in viewed)
    memory_of[given] = range(len(arenas), len(arenas) + len(given))
    return ArenaLayout(
        arena_bytes=tuple(arenas),
        owners=tuple(plan.buffers[index].owner for index in given),
        viewed=len(viewed.intersection(given)),
        memory_of=memory_of,
        offset_of=offset_of,
        views=_views(plan, shapes, memory_of, offset_of),
    )


def _views(
    plan: Plan,
    shapes: Mapping[str, Shape],
    memory_of: npt.NDArray[np.int64],
    offset_of: npt.NDArray[np.int64],
) -> dict[str, ArenaView]:
    views = {}
    for node_id, place in plan.places.items():
        index, shape = place.address.buffer, shapes[node_id]
        left = plan.buffers[index].bytes - place.address.offset
        strides = (place.channel, place.row, place.pixel)[: len(shape)]
        views[node_id] = ArenaView(
            memory=int(memory_of[index]),
            offset=int(offset_of[index]) + place.address.offset,
            shape=(1, *shape),
            strides=(0, *strides),
            layout=MapLayout(pixel=place.pixel, row=place.row, channel=place.channel, bytes=left),
        )
    return views
