"""What a plan's steps share while they are made: buffers, places of maps, packed weights, scratch."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from engine.kernels.fast.host import host
from engine.kernels.fast.packing import Packing
from engine.layers.lowering import AffineForm, FlattenForm, ViewForm
from engine.model.network import Network
from engine.plan import pixels
from engine.plan.fusion import Group
from engine.plan.placement import homes
from engine.plan.places import (
    Address,
    Buffer,
    Place,
    as_map,
    channels_last_place,
    map_bytes,
    pixel_bytes,
)
from engine.plan.plan import PackedWeights
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.plan.planner import Given

PARALLEL_SCRATCH = 16 << 20
"""Up to so many bytes each, steps of a level get scratch of their own, so that they run side by side."""
SHARED_PURPOSES = ("transformed inputs", "products")
"""Scratch that is shared if it is large; the steps that use it then run one after the other."""


class Allocation:
    """Gives every map a place, and every step the memory it asks for."""

    def __init__(
        self,
        network: Network,
        shapes: Mapping[str, Shape],
        groups: list[Group],
        given: "Mapping[str, Given]",
        direct: Collection[str],
    ) -> None:
        self.network = network
        self.shapes = shapes
        self.buffers: list[Buffer] = []
        self.weights: dict[int, PackedWeights] = {}
        self.places: dict[str, Place] = {}
        self.table_bytes = 0
        self.scratch_bytes = 0
        self.widest_bytes = 0
        self._names: dict[str, tuple[str, ...]] = {}
        """What a reader of a node's map waits for: the names that rows write."""
        self._direct = direct
        self._scratch: dict[tuple[str, int], tuple[int, int]] = {}
        """(purpose, slot) → (buffer, bytes); shared by the levels."""
        self._slots: dict[tuple[str, int], int] = {}
        """(purpose, level) → slots taken."""
        computed = {node for group in groups for node in group.nodes}
        stored = {group.output for group in groups if self._writes_slices(group)}
        self._homes = homes(network, computed, stored, shapes)
        for node_id, one in given.items():
            buffer = self._buffer("given", one.bytes, node_id)
            self.places[node_id] = Place(
                Address(buffer), as_map(shapes[node_id]), one.pixel, one.row, one.channel
            )
            self._names[node_id] = ()

    def _source(self, node_id: str, index: int) -> tuple[Place, tuple[str, ...]]:
        source = self.network.nodes[node_id].inputs[index]
        return self.places[source], self._names[source]

    def _vectors(self, node_id: str, index: int, level: int) -> tuple[Place, tuple[str, ...], list[Any]]:
        """An input as whole vectors of channels, copied into that layout if need be."""
        place, names = self._source(node_id, index)
        return (place, names, []) if place.channels_last else self._converted(node_id, index, level)

    def _converted(self, node_id: str, index: int, level: int) -> tuple[Place, tuple[str, ...], list[Any]]:
        place, names = self._source(node_id, index)
        scratch, name = self._scratch_buffer("channels last", map_bytes(place.shape), level)
        pixel = pixel_bytes(place.shape)
        copy = Place(scratch, place.shape, pixel, pixel * place.shape[2])
        return copy, (name,), [pixels.copy_row(name, place, copy, names)]

    def _input_index(self, group: Group, source: str) -> tuple[str, int]:
        for node in group.nodes:
            if source in self.network.nodes[node].inputs:
                return node, self.network.nodes[node].inputs.index(source)
        raise KeyError(source)

    def _output(self, group: Group) -> Place:
        place = self._home(group.output)
        self._names[group.output] = (group.output,)
        return place

    def _home(self, node_id: str) -> Place:
        """The node's place: a slice of the concatenation it lives in, or a buffer of its own."""
        if node_id not in self.places:
            shape = as_map(self.shapes[node_id])
            if node_id in self._homes:
                join, channel = self._homes[node_id]
                self.places[node_id] = self._home(join).slice(channel, shape)
            else:
                buffer = self._buffer("map", map_bytes(shape), node_id)
                self.places[node_id] = channels_last_place(buffer, shape)
            self._widen(shape[0])
        return self.places[node_id]

    def _forward_output(self, group: Group) -> None:
        self._output(group)
        self._names[group.output] = ()

    def _writes_slices(self, group: Group) -> bool:
        return not isinstance(group.form, ViewForm | FlattenForm)

    def _buffer(self, role: str, size: int, owner: str) -> int:
        self.buffers.append(Buffer(role=role, bytes=size, owner=owner))
        return len(self.buffers) - 1

    def _weights(self, group: Group, packing: Packing) -> Address:
        buffer = self._buffer("weights", packing.bytes, group.root)
        norm, epsilon = group.norm, group.epsilon
        if isinstance(group.form, AffineForm) and group.form.epsilon is not None:
            norm, epsilon = group.root, group.form.epsilon
        self.weights[buffer] = PackedWeights(node=group.root, norm=norm, epsilon=epsilon, packing=packing)
        return Address(buffer)

    def _scratch_buffer(self, purpose: str, size: int, level: int) -> tuple[Address, str]:
        """Memory for one run; steps of one level get different pieces if they are small."""
        slot = self._slots.get((purpose, level), 0)
        if size <= PARALLEL_SCRATCH or purpose not in SHARED_PURPOSES:
            self._slots[purpose, level] = slot + 1
        else:
            slot = -1  # the large ones share one piece
        buffer, held = self._scratch.get((purpose, slot), (-1, 0))
        if buffer < 0:
            buffer = self._buffer("scratch", size, purpose)
        elif size > held:
            self.buffers[buffer] = Buffer(role="scratch", bytes=size, owner=purpose)
        self._scratch[purpose, slot] = (buffer, max(size, held))
        return Address(buffer), f"{purpose} {slot}"

    def _widen(self, *channels: int) -> None:
        for count in channels:
            self.widest_bytes = max(self.widest_bytes, 4 * host().padded(count) + 4 * host().vector_bytes)
