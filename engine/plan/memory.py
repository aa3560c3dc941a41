"""The memory of a plan while it is made: buffers, where each map lies in them, scratch, packed weights."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.kernels.fast.packing import Packing
from engine.kernels.fast.places import (
    Address,
    MapLayout,
    Place,
    as_map,
    channels_last_place,
    map_bytes,
)
from engine.plan.concat_slices import Slice
from engine.plan.fusion import Group
from engine.plan.plan import Buffer, PackedWeights
from engine.shapes import Shape

PARALLEL_SCRATCH: Final = 16 << 20
"""Up to so many bytes each, steps of a level get scratch of their own, so that they run side by side."""
SHARED_PURPOSES: Final = ("transformed inputs", "products")
"""Scratch that is shared if it is large; the steps that use it then run one after the other."""


class Buffers(list[Buffer]):
    """All memory of a plan, by number."""

    def new(self, role: str, size: int, owner: str) -> int:
        """One more buffer; gives its number."""
        self.append(Buffer(role=role, bytes=size, owner=owner))
        return len(self) - 1

    def bytes_of(self, *roles: str) -> int:
        """Bytes of all buffers of these roles."""
        return sum(buffer.bytes for buffer in self if buffer.role in roles)


class Operand(NamedTuple):
    """A map to be read: where it is, and what a reader waits for (names that rows write)."""

    place: Place
    reads: tuple[str, ...]


class Maps:
    """Where each map lies."""

    def __init__(self, shapes: Mapping[str, Shape], slices: Mapping[str, Slice], buffers: Buffers) -> None:
        self.places: dict[str, Place] = {}
        self._shapes = shapes
        self._slices = slices
        self._buffers = buffers
        self._reads: dict[str, tuple[str, ...]] = {}

    def operand(self, node_id: str) -> Operand:
        """A map that has a place already."""
        return Operand(self.places[node_id], self._reads[node_id])

    def give(self, node_id: str, layout: MapLayout) -> None:
        """Note a map that exists already: nobody waits for it."""
        address = Address(self._buffers.new("given", layout.bytes, node_id))
        shape = as_map(self._shapes[node_id])
        self.alias(node_id, Operand(Place(address, shape, layout.pixel, layout.row, layout.channel), ()))

    def alias(self, node_id: str, operand: Operand) -> None:
        """Note a map that is a part of others'."""
        self.places[node_id], self._reads[node_id] = operand

    def new(self, node_id: str, reads: tuple[str, ...]) -> Place:
        """A place for a map that will be there when these names are written."""
        self._reads[node_id] = reads
        return self._place(node_id)

    def _place(self, node_id: str) -> Place:
        """A slice of the concatenation that the map lives in, or a buffer of its own."""
        if node_id not in self.places:
            shape = as_map(self._shapes[node_id])
            if node_id in self._slices:
                concat, channel = self._slices[node_id]
                self.places[node_id] = self._place(concat).slice(channel, shape)
            else:
                buffer = self._buffers.new("map", map_bytes(shape), node_id)
                self.places[node_id] = channels_last_place(buffer, shape)
        return self.places[node_id]


class Scratch:
    """Memory for the length of one run; the levels share it."""

    def __init__(self, buffers: Buffers) -> None:
        self._buffers = buffers
        self._held: dict[tuple[str, int], int] = {}
        """(purpose, slot) → buffer."""
        self._slots: dict[tuple[str, int], int] = {}
        """(purpose, level) → slots taken."""

    def take(self, purpose: str, size: int, level: int) -> tuple[Address, str]:
        """A piece, and its name; steps of one level get different ones if they are small."""
        slot = self._slots.get((purpose, level), 0)
        if size <= PARALLEL_SCRATCH or purpose not in SHARED_PURPOSES:
            self._slots[purpose, level] = slot + 1
        else:
            slot = -1  # the large ones share one piece
        buffer = self._held.get((purpose, slot))
        if buffer is None:
            buffer = self._held[purpose, slot] = self._buffers.new("scratch", size, purpose)
        elif size > self._buffers[buffer].bytes:
            self._buffers[buffer] = Buffer(role="scratch", bytes=size, owner=purpose)
        return Address(buffer), f"{purpose} {slot}"


class WeightRooms:
    """Room for packed weights."""

    def __init__(self, buffers: Buffers) -> None:
        self._buffers = buffers
        self.packed: dict[int, PackedWeights] = {}
        """By buffer."""

    def take(self, group: Group, packing: Packing) -> Address:
        """Room for the weights of a group's first node, with what is folded into them."""
        norm, epsilon = group.normalization
        buffer = self._buffers.new("weights", packing.bytes, group.root)
        self.packed[buffer] = PackedWeights(node=group.root, norm=norm, epsilon=epsilon, packing=packing)
        return Address(buffer)

    def bytes_of(self, node_id: str) -> int:
        """Bytes of the weights of a node, in all its packings."""
        return sum(self._buffers[index].bytes for index, one in self.packed.items() if one.node == node_id)
