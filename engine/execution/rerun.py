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
from engine.execution.network_signature import network_signature, planar
from engine.execution.packed import PackedStore
from engine.kernels.fast.arrays import Pool
from engine.model.network import Network
from engine.plan import make_plan
from engine.shapes import elements
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
    ) -> None:
        """`given` must stand on every way from an Input to a wanted node.

        packed: where packed weights are kept, an executor's for instance. `checkpoint` may raise to end the
        work. `NetworkError` for wanted nodes that cannot be computed.
        """
        self._signature = network_signature(network, seed)
        self._wanted = tuple(wanted)
        missing = [node_id for node_id in self._wanted if node_id not in self._signature.shapes]
        if missing:
            raise NetworkError(f"{missing[0]} cannot be computed: it, or a layer above it, has a problem")
        self._given = {node_id: planar(self._signature.shapes[node_id]) for node_id in given}
        self._checkpoint = checkpoint
        self._pool = Pool(256 << 20)
        self._packed = PackedStore(self._pool) if packed is None else packed
        self._executables: dict[bool, ExecutablePlan] = {}

    def __call__(self, values: Mapping[str, Map]) -> dict[str, Map]:
        """The wanted maps (1, C, H, W), read-only. Call it on the compute thread.

        What is not finite is computed again without Winograd's algorithm, as the executor does.
        """
        stored = {node_id: self._stored(node_id, values[node_id]) for node_id in self._given}
        return self._run(stored, False) or self._run(stored, True) or {}

    def _run(self, given: Mapping[str, StoredMap], without_winograd: bool) -> dict[str, Map]:
        """Empty where a value that is not finite came out of Winograd's algorithm."""
        from engine.kernels.fast import machine

        self._checkpoint()
        executable = self._plan(without_winograd)
        plan = executable.plan
        team = machine.team()
        team.resume()
        binding = Binding(executable, given, self._pool)
        for chunk in executable.chunks:
            executable.fill(
                chunk.end,
                lambda node_id: parameters(self._signature, node_id, self._checkpoint),
                self._checkpoint,
            )
            with machine.computing, np.errstate(over="ignore", invalid="ignore"):
                if chunk.end > chunk.first:
                    team.prepare(len(plan.rows), plan.widest_bytes, plan.table_bytes, plan.scratch_bytes)
                    finished = team.run(
                        binding.rows, plan.tasks_before, chunk.first, chunk.end, alone=chunk.alone
                    )
                    if not finished:
                        self._checkpoint()
                        raise NetworkError("the run was cancelled")
                    if team.nonfinite_tiles and not without_winograd:
                        return {}
                for forward in chunk.forwards:
                    node = self._signature.network.nodes[forward.node]
                    inputs = [np.ascontiguousarray(binding.map_of(source)) for source in node.inputs]
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
                given=self._given,
                without_winograd=frozenset(network.nodes) if without_winograd else frozenset(),
            )
            found = prepare(plan, self._signature, set(self._given), self._packed)
            self._executables[without_winograd] = found
        return found

    def _stored(self, node_id: str, values: Map) -> StoredMap:
        """The values channel by channel, in memory of the pool."""
        shape = self._signature.shapes[node_id]
        buffer = self._pool.take(4 * elements(shape))
        view = buffer[: elements(shape)].reshape(1, *shape)
        view[...] = values
        return StoredMap(view, self._given[node_id])
