"""A network, or a part of it, run over and over on given values: one plan, and memory that is used again.

Explanations ask the same network about hundreds of slightly different pictures. Nothing is remembered of
them: the maps live as long as somebody looks at them.
"""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from engine.errors import NetworkError
from engine.execution.binding import Binding
from engine.execution.executable_plan import ExecutablePlan, parameters, prepare
from engine.execution.maps import StoredMap
from engine.execution.measured.measured_network import measured_network
from engine.execution.network_signature import network_signature, planar
from engine.execution.packed import PackedStore
from engine.kernels.fast.arrays import Pool, address_of
from engine.kernels.fast.host import host
from engine.kernels.fast.places import SLACK_VECTORS, pixel_bytes
from engine.model.network import Network
from engine.plan import MapLayout, make_plan
from engine.shapes import Shape, elements
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]


class Rerun:
    """The maps `wanted`, for given values of the nodes `given`."""

    def __init__(
        self,
        network: Network,
        given: Collection[str],
        wanted: Collection[str],
        *,
        seed: int = 0,
        checkpoint: Checkpoint = go_on,
        packed: PackedStore | None = None,
        layouts: Mapping[str, MapLayout] | None = None,
        winograd: bool = True,
    ) -> None:
        """`given` must stand on every way from an Input to a wanted node.

        packed: where packed weights are kept, an executor's for instance. layouts: how the values of some
        given nodes will lie; they are read where they are. winograd: False rules out that algorithm, which
        rounds more coarsely. `checkpoint` may raise to end the work.
        `NetworkError` for wanted nodes that cannot be computed.
        """
        self._signature = network_signature(measured_network(network, seed), seed)
        self._without_winograd = not winograd
        self._wanted = tuple(wanted)
        missing = [node_id for node_id in self._wanted if node_id not in self._signature.shapes]
        if missing:
            raise NetworkError(f"{missing[0]} cannot be computed: it, or a layer above it, has a problem")
        known = layouts or {}
        self._given = {
            node_id: known.get(node_id) or planar(self._signature.shapes[node_id]) for node_id in given
        }
        self.checkpoint = checkpoint
        """May raise to end the work."""
        self._pool = Pool(256 << 20)
        self._packed = PackedStore(self._pool) if packed is None else packed
        self._executables: dict[bool, ExecutablePlan] = {}

    def __call__(self, values: Mapping[str, Map]) -> dict[str, Map]:
        """The wanted maps (1, C, H, W), read-only. Call it on the compute thread.

        What is not finite is computed again without Winograd's algorithm, as the executor does.
        """
        stored = {node_id: self._stored(node_id, values[node_id]) for node_id in self._given}
        return self._run(stored, self._without_winograd) or self._run(stored, True) or {}

    def _run(self, given: Mapping[str, StoredMap], without_winograd: bool) -> dict[str, Map]:
        """Empty where a value that is not finite came out of Winograd's algorithm."""
        from engine.kernels.fast import machine

        self.checkpoint()
        executable = self._plan(without_winograd)
        team = machine.team()
        team.resume()
        binding = Binding(executable, given, self._pool)
        for chunk in executable.chunks:
            executable.fill(
                chunk.end,
                lambda node_id: parameters(self._signature, node_id, self.checkpoint),
                self.checkpoint,
            )
            with machine.computing, np.errstate(over="ignore", invalid="ignore"):
                if binding.run(chunk, team) is None:
                    self.checkpoint()
                    raise NetworkError("the run was cancelled")
                if binding.nonfinite_tiles and not without_winograd:
                    return {}
                for forward in chunk.forwards:
                    node = self._signature.network.nodes[forward.node]
                    inputs = [binding.map_of(source) for source in node.inputs]
                    if not node.layer.reads_in_place:
                        inputs = [np.ascontiguousarray(values) for values in inputs]
                    binding.fill(node.id, node.layer.forward(inputs, parameters(self._signature, node.id)))
        return {node_id: binding.map_of(node_id) for node_id in self._wanted}

    def _plan(self, without_winograd: bool) -> ExecutablePlan:
        found = self._executables.get(without_winograd)
        if found is None:
            network, shapes = self._signature.network, self._signature.shapes
            plan = make_plan(
                network,
                shapes,
                wanted=set(self._wanted),
                only_wanted=True,
                given=self._given,
                without_winograd=frozenset(network.nodes) if without_winograd else frozenset(),
            )
            found = prepare(plan, self._signature, set(self._given), self._packed)
            self._executables[without_winograd] = found
        return found

    def _stored(self, node_id: str, values: Map) -> StoredMap:
        """The values where they are, if they lie as was said; else a copy, channel by channel."""
        shape = self._signature.shapes[node_id]
        found = as_it_lies(values, shape)
        if found is not None and found.layout == self._given[node_id]:
            return found
        layout = self._given[node_id]
        buffer = self._pool.take(max(layout.bytes, 4 * elements(shape)))
        buffer.fill(0)  # whole vectors are read, also where a pixel has fewer channels
        strides = (0, layout.channel, layout.row, layout.pixel)[: len(shape) + 1]
        view: Map = np.ndarray((1, *shape), np.float32, buffer, 0, strides)
        view[...] = values.reshape(1, *shape)
        return StoredMap(view, layout)


def as_it_lies(values: Map, shape: Shape) -> StoredMap | None:
    """A map of an executor or a rerun where it is in memory; None for other arrays, and for vectors."""
    memory = values.base
    is_pooled = isinstance(memory, np.ndarray) and memory.ndim == 1 and memory.dtype == np.float32
    if not is_pooled or values.shape != (1, *shape) or values.ndim != 4 or values.dtype != np.float32:
        return None
    assert isinstance(memory, np.ndarray)
    channel, row, pixel = values.strides[1:]
    left = memory.nbytes - (address_of(values) - address_of(memory))
    if min(channel, row, pixel) <= 0:
        return None
    if channel != 4:
        return StoredMap(values, MapLayout(pixel=pixel, row=row, channel=channel, bytes=left))
    # No more of the memory behind it than is read, so that one plan serves wherever it lies.
    needed = row * (shape[1] - 1) + pixel * (shape[2] - 1) + pixel_bytes((shape[0], 1, 1))
    needed += SLACK_VECTORS * host().vector_bytes
    return StoredMap(values, MapLayout(pixel=pixel, row=row, channel=channel, bytes=min(left, needed)))
