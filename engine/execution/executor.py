"""Runs a network on a photograph, all cores on one plan, and remembers every map.

Maps are remembered by content: a map's key is the photograph's digest and that of everything above the node.
"Recompute only what an edit changes" and "undo recomputes nothing" follow without an algorithm: what is
remembered is given to the planner, which plans the rest.
"""

import contextlib
import os
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from engine.errors import MemoryLimit
from engine.execution.binding import Binding, Layout, lay_out, parameters, reserve_weights
from engine.execution.maps import Map, MapKey, MapStore, StoredMap
from engine.execution.packed import Filling, PackedStore
from engine.execution.pieces import pieces
from engine.execution.recipe import Recipe, recipe
from engine.kernels.fast.arrays import Pool
from engine.kernels.fast.columns import KIND, WINOGRAD, WINOGRAD_INPUT, WINOGRAD_OUTPUT, WINOGRAD_PRODUCTS
from engine.layers.input import Input
from engine.network import Network
from engine.patterns import Pattern
from engine.photograph import Scene, fill_input
from engine.plan import Given, Plan, make_plan
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.kernels.fast.team import Team

STALE_FACTOR: Final = 3
"""Maps of earlier runs are kept up to so many times the present run's, within the budget…"""
STALE_BYTES: Final = 512 << 20
"""…but at least up to so many bytes."""
REMEMBERED: Final = 8
"""Networks whose recipes and plans are remembered."""
WINOGRAD_KINDS: Final = (WINOGRAD, WINOGRAD_INPUT, WINOGRAD_PRODUCTS, WINOGRAD_OUTPUT)


class NodeResult(NamedTuple):
    """One node's map: float32, batch first, read-only. `cached` says that nothing was computed."""

    node_id: str
    map: Map
    elapsed_ms: float
    cached: bool


def default_budget_bytes() -> int:
    """Half of the machine's memory."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):
        return 2 << 30


class _Stopped(Exception):
    """Raised out of work that is not wanted any more."""


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A plan with everything that does not change from one photograph to the next."""

    plan: Plan
    layout: Layout
    pieces: tuple[tuple[int, int, tuple[int, ...]], ...]
    weights: npt.NDArray[np.int64]
    fillings: tuple[Filling, ...]
    """The packed weights, which must live as long as their addresses are used."""


@dataclass(frozen=True, eq=False)
class _Request:
    """One run: which maps of which photograph."""

    recipe: Recipe
    photograph: str
    wanted: frozenset[str]

    def key(self, node_id: str) -> MapKey:
        return self.photograph, self.recipe.digests[node_id]


class Executor:
    """Keeps maps and packed weights up to `budget_bytes`, least recently used first out."""

    def __init__(self, budget_bytes: int | None = None, threads: int | None = None) -> None:
        self.budget_bytes = default_budget_bytes() if budget_bytes is None else budget_bytes
        self.threads = threads
        self._pool = Pool()
        self._maps = MapStore()
        self._packed = PackedStore(self._pool)
        self._input_keys: set[MapKey] = set()
        self._photograph: tuple[Scene, str] | None = None
        self._recipes: dict[tuple[int, int], Recipe] = {}
        self._prepared: dict[Any, _Prepared] = {}
        self._team: Team | None = None
        self._cancelled = False

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
        self._prepared.clear()
        self._packed.shrink(0)
        self._pool.drop()

    def run(
        self,
        network: Network,
        photograph: Scene,
        *,
        seed: int = 0,
        wanted: Collection[str] | None = None,
    ) -> Iterator[NodeResult]:
        """Yield maps in topological order as they are ready; stop iterating, or `cancel`, to end early.

        wanted: the nodes whose maps are needed, by default all. A node whose map is not wanted may be fused
        away (`plan.post_activation` names those that never are). Nodes with a problem, and those below them,
        are left out. `MemoryLimit` before anything is allocated if maps, scratch and packed weights together
        exceed the budget.
        """
        made = self._recipe(network, seed)
        asked = frozenset(made.shapes if wanted is None else made.shapes.keys() & set(wanted))
        request = _Request(made, self._photograph_key(photograph), asked)
        self._cancelled = False
        if self._team is not None:
            self._team.resume()
        self._input_keys = {request.key(node_id) for node_id in made.inputs}
        shown: set[str] = set()
        direct: frozenset[str] | None = frozenset()
        yield from self._ready(request, shown, {})
        while direct is not None and not request.wanted <= shown:
            direct = yield from self._compute(request, photograph, shown, direct)
        self._maps.shrink(*self._stale_limit(request))

    def plan(self, network: Network, wanted: Collection[str] | None = None) -> Plan:
        """The plan of a run that finds nothing remembered: for reading."""
        shapes = output_shapes(network)
        inputs = {
            node_id: _planar(shape)
            for node_id, shape in shapes.items()
            if isinstance(network.nodes[node_id].layer, Input)
        }
        return make_plan(network, shapes, wanted=shapes if wanted is None else wanted, given=inputs)

    def cancel(self) -> None:
        """End the present run within some milliseconds; any thread may call this."""
        self._cancelled = True
        if self._team is not None:
            self._team.cancel()

    def forget(self) -> None:
        """Drop all computed maps; the inputs' own and packed weights stay."""
        self._maps.keep_only(self._input_keys)

    # a run -----------------------------------------------------------------------------------------------
    def _ready(self, request: _Request, shown: set[str], times: Mapping[str, float]) -> Iterator[NodeResult]:
        """Wanted maps that are there and were not shown yet, in topological order."""
        for node_id in request.recipe.shapes:
            if node_id in request.wanted and node_id not in shown:
                found = self._maps.find(request.key(node_id))
                if found is not None:
                    shown.add(node_id)
                    yield NodeResult(node_id, found.map, times.get(node_id, 0.0), node_id not in times)

    def _compute(
        self, request: _Request, photograph: Scene, shown: set[str], direct: frozenset[str]
    ) -> Generator[NodeResult, None, frozenset[str] | None]:
        """Plan and run what is missing; gives convolutions to be repeated without Winograd, or None."""
        from engine.kernels.fast import machine

        prepared = self._prepare(request, self._given(request), direct)
        filled = self._fill_inputs(request, photograph)
        yield from self._ready(request, shown, filled)
        given = self._given(request)
        plan = prepared.plan
        self._team = team = machine.team(self.threads)
        if not self._cancelled:
            team.resume()  # another executor, which shares the team, may have been cancelled
        done = set(given)
        binding = Binding(plan, prepared.layout, prepared.weights, request.recipe, given, self._pool)
        for first, end, forwards in prepared.pieces:
            try:
                self._fill_weights(prepared, request.recipe, first, end)
            except _Stopped:
                return None
            with machine.computing:
                began = time.perf_counter()
                if end > first:
                    team.prepare(len(plan.rows), plan.widest_bytes, plan.table_bytes, plan.scratch_bytes)
                    if not team.run(binding.rows, plan.bounds, first, end):
                        return None
                    if team.nonfinite_tiles:
                        return direct | _winograd_nodes(plan, first, end)
                made = binding.finish(
                    range(first, end), (time.perf_counter() - began) * 1e3, done, team.finished
                )
                for index in forwards:
                    began = time.perf_counter()
                    node_id = plan.steps[index].nodes[-1]
                    sources = request.recipe.network.nodes[node_id].inputs
                    inputs = [made[s][0].map if s in made else self._map(request, s) for s in sources]
                    one = binding.forward(index, inputs, parameters(request.recipe, node_id))
                    made[node_id] = one, (time.perf_counter() - began) * 1e3
                    done.add(node_id)
                    made |= binding.finish(range(end, end), 0.0, done)
            for node_id, (one, _) in made.items():
                self._maps.keep(request.key(node_id), one)
            yield from self._ready(request, shown, {node_id: ms for node_id, (_, ms) in made.items()})
        return None

    def _fill_weights(self, prepared: _Prepared, recipe: Recipe, first: int, end: int) -> None:
        """Draw and pack the weights that rows first … end are the first to read; `_Stopped` if cancelled."""

        def checkpoint() -> None:
            if self._cancelled:
                raise _Stopped

        checkpoint()
        for one in prepared.fillings:
            if first <= one.row < end:
                one.fill(lambda node_id: parameters(recipe, node_id, checkpoint), checkpoint)

    def _given(self, request: _Request) -> dict[str, StoredMap]:
        """What is remembered of this network and photograph."""
        return {
            node_id: found
            for node_id in request.recipe.shapes
            if (found := self._maps.find(request.key(node_id))) is not None
        }

    def _map(self, request: _Request, node_id: str) -> Map:
        found = self._maps.find(request.key(node_id))
        assert found is not None, node_id
        return found.map

    def _prepare(
        self, request: _Request, given: Mapping[str, StoredMap], direct: frozenset[str]
    ) -> _Prepared:
        inputs = {node_id: _planar(request.recipe.shapes[node_id]) for node_id in request.recipe.inputs}
        layouts = tuple((inputs | {node_id: one.given for node_id, one in given.items()}).items())
        key = (id(request.recipe), request.wanted, direct, layouts)
        found = self._prepared.pop(key, None)
        if found is None:
            shapes = request.recipe.shapes
            plan = make_plan(
                request.recipe.network, shapes, wanted=request.wanted, given=dict(layouts), direct=direct
            )
            self._check_budget(request, plan, given)
            weights, fillings = reserve_weights(plan, request.recipe, self._packed)
            found = _Prepared(plan, lay_out(plan), tuple(pieces(plan)), weights, fillings)
            _make_room(self._prepared)
        else:
            self._check_budget(request, found.plan, given)
        self._prepared[key] = found
        return found

    def _fill_inputs(self, request: _Request, photograph: Scene) -> dict[str, float]:
        """Fill the inputs that are not remembered; gives the milliseconds each took."""
        times: dict[str, float] = {}
        for node_id in request.recipe.inputs:
            shape = request.recipe.shapes[node_id]
            if self._maps.find(request.key(node_id)) is None:
                began = time.perf_counter()
                buffer = self._pool.take(4 * elements(shape))
                values = buffer[: elements(shape)].reshape(1, *shape)
                layer: Any = request.recipe.network.nodes[node_id].layer
                values[...] = fill_input(photograph, shape, layer.resize, layer.normalization)
                values.flags.writeable = False
                self._maps.keep(request.key(node_id), StoredMap(values, buffer, _planar(shape)))
                times[node_id] = (time.perf_counter() - began) * 1e3
        return times

    # memory ----------------------------------------------------------------------------------------------
    def _check_budget(self, request: _Request, plan: Plan, given: Mapping[str, StoredMap]) -> None:
        threads = self.threads or os.cpu_count() or 1
        maps, scratch = plan.bytes_of("map"), plan.bytes_of("scratch") + threads * plan.scratch_bytes
        weights = plan.bytes_of("weights")
        held = sum({id(one.buffer): one.buffer.nbytes for one in given.values()}.values())
        missing = [node_id for node_id in request.recipe.inputs if node_id not in given]
        held += sum(4 * elements(request.recipe.shapes[node_id]) for node_id in missing)
        needed = maps + scratch + weights + held
        if needed > self.budget_bytes:
            raise MemoryLimit(
                f"the network needs {needed / 1e6:,.0f} MB ({(maps + held) / 1e6:,.0f} MB maps,"
                f" {weights / 1e6:,.0f} MB weights, {scratch / 1e6:,.0f} MB scratch), the budget is"
                f" {self.budget_bytes / 1e6:,.0f} MB. A smaller input or a larger budget helps."
            )
        self._packed.shrink(self.budget_bytes - maps - held - scratch)
        room = self.budget_bytes - maps - scratch - max(weights, self._packed.held_bytes)
        self._maps.shrink(max(held, room), {request.key(node_id) for node_id in given})

    def _stale_limit(self, request: _Request) -> tuple[int, set[MapKey]]:
        keys = {request.key(node_id) for node_id in request.recipe.shapes}
        wish = max(STALE_FACTOR * self._maps.bytes_of(keys), STALE_BYTES)
        return min(wish, max(0, self.budget_bytes - self._packed.held_bytes)), keys

    # keys ------------------------------------------------------------------------------------------------
    def _recipe(self, network: Network, seed: int) -> Recipe:
        found = self._recipes.pop((id(network), seed), None)
        if found is None or found.network is not network:
            found = recipe(network, seed)
            _make_room(self._recipes)
        self._recipes[id(network), seed] = found
        return found

    def _photograph_key(self, photograph: Scene) -> str:
        if isinstance(photograph, Pattern):
            return photograph.reference
        if self._photograph is None or self._photograph[0] is not photograph:
            digest = sha256(repr(photograph.shape).encode() + photograph.tobytes()).hexdigest()
            self._photograph = (photograph, digest)
        return self._photograph[1]


def _make_room(remembered: dict[Any, Any]) -> None:
    while len(remembered) >= REMEMBERED:
        del remembered[next(iter(remembered))]


def _winograd_nodes(plan: Plan, first: int, end: int) -> frozenset[str]:
    """Roots of the Winograd convolutions among these rows."""
    return frozenset(
        step.nodes[0]
        for step in plan.steps
        if any(first <= row < end and plan.rows[row, KIND] in WINOGRAD_KINDS for row in step.rows)
    )


def _planar(shape: Shape) -> Given:
    channels, height, width = shape if len(shape) == 3 else (shape[0], 1, 1)
    size = 4 * channels * height * width
    return Given(pixel=4, row=4 * width, channel=4 * height * width, bytes=size)
