"""Runs a network on a photograph, all cores on one plan, and remembers every map.

Maps are remembered by content: a map's key is the photograph's digest and that of everything above the node.
"Recompute only what an edit changes" and "undo recomputes nothing" follow without an algorithm: what is
remembered is given to the planner, which plans the rest.
"""

import contextlib
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.execution.binding import Binding
from engine.execution.budget import check_maps, default_budget_bytes, forget_stale, make_room
from engine.execution.executable_plan import Chunk, ExecutablePlan, parameters, prepare
from engine.execution.known_run import Asked, KnownRun, Replay, Standing, given_results
from engine.execution.maps import MapKey, MapStore, StoredMap
from engine.execution.measured.running_statistics import with_running_statistics
from engine.execution.network_signature import NetworkSignature, network_signature, planar
from engine.execution.packed import PackedStore
from engine.execution.request import Request, Requests
from engine.execution.results import NodeResult, still_missing
from engine.image.image_source import open_image
from engine.image.input_arrays import InputArrays
from engine.image.photograph import Scene, fill_input
from engine.kernels.fast.arrays import Pool
from engine.kernels.fast.operation_rows import operation_of
from engine.kernels.fast.operations import StrassenRuns, Winograd
from engine.model.network import Network
from engine.plan import Plan, make_plan
from engine.plan.output_shapes import output_shapes
from engine.shapes import elements
from engine.weights import MEASURED_ON, Checkpoint, go_on

if TYPE_CHECKING:
    from engine.kernels.fast.running.team import Team

__all__ = ["Executor", "NodeResult", "default_budget_bytes"]

MIXING: Final = (Winograd, StrassenRuns)
"""What spreads a value that is not finite, and tells of it: the convolution is done again without."""
REMEMBERED: Final = 8
"""Networks whose signatures and plans are remembered."""


class _Stopped(Exception):
    """Raised out of work that is not wanted any more."""


class Executor:
    """Keeps maps and packed weights up to `budget_bytes`, least recently used first out."""

    def __init__(
        self,
        budget_bytes: int | None = None,
        threads: int | None = None,
        *,
        checkpoint: Checkpoint = go_on,
        runs_once: bool = False,
    ) -> None:
        """checkpoint: called every few milliseconds of preparing; it may raise to end a run.

        runs_once: Winograd's algorithm is ruled out, whose weights take longer to pack than one run saves.
        """
        self._checkpoint = checkpoint
        self._runs_once = runs_once
        self.budget_bytes = default_budget_bytes() if budget_bytes is None else budget_bytes
        self.threads = threads
        self._pool = Pool()
        self._maps = MapStore()
        self._packed = PackedStore(self._pool)
        self._input_keys: frozenset[MapKey] = frozenset()
        self._requests = Requests()
        self._signatures: dict[tuple[int, int], tuple[Network, NetworkSignature]] = {}
        self._executables: dict[Any, ExecutablePlan] = {}
        self._known: KnownRun | None = None
        self._standing: Standing | None = None
        """Of the last replay."""
        self._team: Team | None = None
        self._computing: contextlib.AbstractContextManager[object] = contextlib.nullcontext()
        """Around what the team does."""
        self._cancelled = False

    @property
    def packed_weights(self) -> PackedStore:
        """Where packed weights are kept: reruns of the same network need not pack them again."""
        return self._packed

    def warm_up(self, progress: Callable[[int, int], None], stop: Callable[[], bool] = lambda: False) -> None:
        """Make the kernels ready; `progress(done, total)` after each, `stop()` ends early.

        The first time ever they are compiled, which takes some seconds; later they are loaded.
        """
        from engine.kernels.fast import machine

        def told(done: int, total: int) -> None:
            progress(done, total)
            if stop():
                raise _Stopped

        with contextlib.suppress(_Stopped):
            self._team = machine.team(self.threads, told)

    def close(self) -> None:
        """Let go of all memory."""
        self._maps.clear()
        self._executables.clear()
        self._known = self._standing = None
        self._packed.shrink(0)
        self._pool.drop()

    def run(
        self,
        network: Network,
        photograph: Scene | InputArrays,
        *,
        seed: int = 0,
        wanted: Collection[str] | None = None,
        only_wanted: bool = False,
    ) -> Iterator[NodeResult]:
        """Yield maps in topological order as they are ready; stop iterating, or `cancel`, to end early.

        wanted: the nodes whose maps are needed, by default all. A node whose map is not wanted may be fused
        away (`plan.post_activation` names those that never are). only_wanted: all other maps are overwritten
        as soon as nobody reads them any more, and not remembered. Nodes with a problem, and those below them,
        are left out. `MemoryLimit` before anything is allocated if maps, scratch and packed weights together
        exceed the budget.
        """
        known, room = self._known, self._room()
        if known and known.serves(network, photograph, seed, wanted, only_wanted, self._maps, room):
            request, maps = known.request, known.given
        else:
            known = self._standing = None
            request = self._requests.make(self._signature(network, seed), photograph, wanted)
            maps = self._maps.find(request.keys)
        self._cancelled = False
        if self._team is not None:
            self._team.resume()
        self._input_keys = request.input_keys
        yield from known.found if known else given_results(request, maps)
        if known is not None and known.replay is not None:
            results = self._replay(known, known.replay)
            if results is not None:
                yield from results
                return
        missing = set(request.wanted)
        missing.difference_update(maps)
        without_winograd: frozenset[str] | None = frozenset(network.nodes if self._runs_once else ())
        executable, read = (known.executable, known.read) if known else (None, None)
        while missing and without_winograd is not None:
            executable = executable or self._prepared(request, maps, without_winograd, only_wanted)
            if executable is None:
                break
            computing = self._compute(request, executable, maps, missing, without_winograd, read)
            without_winograd = yield from computing
            if without_winograd is not None:
                maps, executable, read = self._maps.find(request.keys), None, None
        if executable is not None and not missing and not (known and known.replay):
            asked = Asked(network, photograph, seed, wanted, only_wanted)
            self._known = KnownRun.of(asked, request, maps, executable, self._room())
        forget_stale(self.budget_bytes, request, self._maps, self._packed)

    def check(self, network: Network, wanted: Collection[str] | None = None) -> None:
        """`MemoryLimit` if a run would be refused by the shapes of its maps alone; nothing is planned."""
        shapes = output_shapes(network)
        check_maps(self.budget_bytes, network, shapes, shapes if wanted is None else wanted, ())

    def plan(
        self, network: Network, wanted: Collection[str] | None = None, *, only_wanted: bool = False
    ) -> Plan:
        """The plan of a run that finds nothing remembered: for reading. `MemoryLimit` as of a run."""
        shapes = output_shapes(network)
        inputs = {node_id: planar(shapes[node_id]) for node_id in network.inputs if node_id in shapes}
        wanted = shapes if wanted is None else wanted
        check_maps(self.budget_bytes, network, shapes, wanted, ())
        return make_plan(network, shapes, wanted=wanted, only_wanted=only_wanted, given=inputs)

    def cancel(self) -> None:
        """End the present run within some milliseconds; any thread may call this."""
        self._cancelled = True
        if self._team is not None:
            self._team.cancel()

    def forget(self) -> None:
        """Drop all computed maps; the inputs' own and packed weights stay."""
        self._maps.keep_only(self._input_keys)

    # a run -----------------------------------------------------------------------------------------------
    def _replay(self, known: KnownRun, replay: Replay) -> Iterable[NodeResult] | None:
        """Run it in one go; None where it has to be run otherwise, for a value of it was not finite."""
        chunk, executable, team = replay.chunk, known.executable, self._team
        if team is None or not executable.is_quick:
            return None
        self._checkpoint()
        standing, self._standing = self._standing, None
        if standing is not None and standing.is_free():
            standing.times.again()
            standing.binding.again()
        else:
            standing = Standing.of(replay, Binding(executable, known.given, self._pool, known.read))
        binding, batch = standing.binding, standing.batch
        with self._computing:
            if not self._cancelled:
                team.resume()  # another executor, which shares the team, may have been cancelled
            if not binding.run_rows(chunk, team):
                return ()
        if binding.nonfinite_tiles:
            executable.fastest_ms = float("inf")  # chunk by chunk, it shows where they came from
            return None
        if binding.rows_ms < executable.fastest_ms:
            executable.fastest_ms = binding.rows_ms
        if batch is None:
            standing.batch = self._maps.keep(replay.keys, standing.maps, chunk.views.layouts, standing.users)
        else:
            self._maps.keep_again(batch)
        self._standing = standing
        return standing.results

    def _compute(
        self,
        request: Request,
        executable: ExecutablePlan,
        maps: dict[str, StoredMap],
        missing: set[str],
        without_winograd: frozenset[str],
        read: tuple[int, ...] | None,
    ) -> Generator[NodeResult, None, frozenset[str] | None]:
        """Run what is missing, into `maps`; gives convolutions to be repeated without Winograd.

        None where all is done, or the run was cancelled. read: as for `Binding`; it is known of runs whose
        inputs are there.
        """
        from engine.kernels.fast import machine

        if read is None:
            filled = self._fill_inputs(request, maps)
            maps_filled = [maps[node_id].map for node_id in filled]
            yield from still_missing(filled, maps_filled, list(filled.values()), missing)
        self._team = team = self._team or machine.team(self.threads)
        self._computing = machine.computing
        if not self._cancelled:
            team.resume()  # another executor, which shares the team, may have been cancelled
        binding = Binding(executable, maps, self._pool, read)
        # What an edit leaves is cut, however quick: its own map comes first.
        quick = executable.is_quick and len(maps) == len(request.signature.inputs)
        for chunk in executable.quick_chunks if quick else executable.chunks:
            try:
                self._fill_weights(executable, request.signature, chunk.end)
            except _Stopped:
                return None
            with machine.computing:
                made = binding.run(chunk, team)
                if made is None:
                    return None
                if binding.nonfinite_tiles and quick:
                    executable.fastest_ms = float("inf")  # chunk by chunk, it shows where they came from
                    return without_winograd
                if binding.nonfinite_tiles:
                    return without_winograd | _winograd_nodes(executable.plan, chunk)
                for forward in chunk.forwards:
                    began = time.perf_counter()
                    _forward(request.signature, forward.node, binding)
                    binding.times.spend_forward(forward, (time.perf_counter() - began) * 1e3)
            keys = request.keys_of(chunk.nodes)
            self._maps.keep(keys, made, chunk.views.layouts, binding.users(chunk))
            yield from still_missing(chunk.nodes, made, binding.times.of(chunk), missing)
        executable.fastest_ms = min(executable.fastest_ms, binding.rows_ms)
        return None

    def _fill_weights(self, executable: ExecutablePlan, signature: NetworkSignature, end: int) -> None:
        """Draw and pack the weights that rows before `end` read; `_Stopped` if cancelled."""
        self._go_on()
        executable.fill(end, lambda node_id: parameters(signature, node_id, self._go_on), self._go_on)

    def _go_on(self) -> None:
        if self._cancelled:
            raise _Stopped
        self._checkpoint()

    def _room(self) -> tuple[int, int]:
        """See `KnownRun.room`."""
        return self.budget_bytes, self._packed.held_bytes

    def _prepared(
        self,
        request: Request,
        maps: dict[str, StoredMap],
        without_winograd: frozenset[str],
        only_wanted: bool,
    ) -> ExecutablePlan | None:
        """None where the run is cancelled meanwhile."""
        try:
            return self._prepare(request, maps, without_winograd, only_wanted)
        except _Stopped:
            return None

    def _prepare(
        self,
        request: Request,
        maps: dict[str, StoredMap],
        without_winograd: frozenset[str],
        only_wanted: bool,
    ) -> ExecutablePlan:
        shapes = request.signature.shapes
        layouts = {node_id: stored.layout for node_id, stored in maps.items()}
        given = {**request.signature.inputs_given, **layouts}
        key = (request.signature, request.wanted, only_wanted, without_winograd, tuple(given.items()))
        found = self._executables.pop(key, None)
        if found is None:
            check_maps(self.budget_bytes, request.signature.network, shapes, request.wanted, maps)
            plan = make_plan(
                request.signature.network,
                shapes,
                wanted=request.wanted,
                only_wanted=only_wanted,
                given=given,
                without_winograd=without_winograd,
                checkpoint=self._go_on,
            )
            make_room(self.budget_bytes, self.threads, request, plan, maps, self._maps, self._packed)
            found = prepare(plan, request.signature, given, self._packed)
            _forget_oldest(self._executables)
        else:
            make_room(self.budget_bytes, self.threads, request, found.plan, maps, self._maps, self._packed)
        self._executables[key] = found
        return found

    def _fill_inputs(self, request: Request, maps: dict[str, StoredMap]) -> dict[str, float]:
        """Fill the inputs that are not remembered, into `maps`; gives the milliseconds each took."""
        times: dict[str, float] = {}
        for node_id in request.signature.inputs:
            if node_id in maps:
                continue
            began = time.perf_counter()
            shape = request.signature.shapes[node_id]
            buffer = self._pool.take(4 * elements(shape))
            values = buffer[: elements(shape)].reshape(1, *shape)
            preprocessing = request.signature.network.nodes[node_id].layer.preprocessing
            if isinstance(request.scene, InputArrays):
                values[...] = request.scene.values(node_id, shape)
            elif preprocessing is not None:
                values[...] = fill_input(request.scene, shape, preprocessing)
            values.flags.writeable = False
            given = request.signature.inputs_given[node_id]
            maps[node_id] = StoredMap(values, given)
            self._maps.keep([request.keys[node_id]], [values], [given])
            times[node_id] = (time.perf_counter() - began) * 1e3
        return times

    def _signature(self, network: Network, seed: int) -> NetworkSignature:
        """Of the network as it is computed, with what its drawn batch norms were measured."""
        found = self._signatures.pop((id(network), seed), None)
        if found is None or found[0] is not network:
            measured = with_running_statistics(network, seed, self._measuring_run)
            found = network, network_signature(measured, seed)
            _forget_oldest(self._signatures)
        self._signatures[id(network), seed] = found
        return found[1]

    def _measuring_run(
        self, network: Network, seed: int, wanted: Collection[str], checkpoint: Checkpoint
    ) -> Iterator[object]:
        executor = Executor(self.budget_bytes, self.threads, checkpoint=checkpoint, runs_once=True)
        return measuring_run(executor, network, seed, wanted)


def measuring_run(
    executor: Executor, network: Network, seed: int, wanted: Collection[str]
) -> Iterator[object]:
    """Compute the nodes on the photograph that batch norms are measured on; the executor is closed then."""
    try:
        yield from executor.run(network, open_image(MEASURED_ON), seed=seed, wanted=wanted)
    finally:
        executor.close()


def _forward(signature: NetworkSignature, node_id: str, binding: Binding) -> None:
    """Let a layer compute its own map, from planar copies of its inputs."""
    node = signature.network.nodes[node_id]
    inputs = [np.ascontiguousarray(binding.map_of(source)) for source in node.inputs]
    binding.fill(node_id, node.layer.forward(inputs, parameters(signature, node_id)))


def _forget_oldest(remembered: dict[Any, Any]) -> None:
    while len(remembered) >= REMEMBERED:
        del remembered[next(iter(remembered))]


def _winograd_nodes(plan: Plan, chunk: Chunk) -> frozenset[str]:
    """Roots of the convolutions by Winograd or Strassen among a chunk's rows."""
    rows = range(chunk.first, chunk.end)
    return frozenset(
        step.nodes[0]
        for step in plan.steps
        if any(row in rows and issubclass(operation_of(plan.rows[row]), MIXING) for row in step.rows)
    )
