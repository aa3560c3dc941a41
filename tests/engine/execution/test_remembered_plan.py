"""A plan that is run again: in one go where it is quick, with the same bytes, and a NaN is still traced."""

from collections.abc import Mapping

import numpy as np
import pytest

from engine.errors import MemoryLimit
from engine.execution import executable_plan
from engine.execution.binding import Binding
from engine.execution.executor import Executor, NodeResult
from engine.execution.maps import MapStore
from engine.image.input_arrays import InputArrays
from engine.kernels.fast import machine
from engine.kernels.fast.running.team import Team
from engine.model.network import Network
from tests.engine.execution.odd_networks import make, node

RNG = np.random.default_rng(11)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of a size for tests are cut, too."""
    monkeypatch.setattr(executable_plan, "FIRST_WORK", 5e7)
    monkeypatch.setattr(executable_plan, "CHUNK_WORK", 1e8)


def _network() -> Network:
    """Enough work for several chunks, all by Winograd."""
    conv = [make("Conv2d", out_channels=48) for _ in range(6)]
    nodes = [node("input", make("Input", shape=(48, 60, 60)))]
    for index, layer in enumerate(conv):
        nodes.append(node(f"conv{index}", layer, nodes[-1].id))
    return Network(nodes)


def photograph(**values: float) -> InputArrays:
    x = RNG.normal(size=(1, 48, 60, 60)).astype(np.float32)
    for value in values.values():
        x[0, 5, 30, 30] = value
    return InputArrays({"input": x})


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The (first, end) rows of every call of the team."""
    machine.team(2)  # which runs an empty table when it is first asked for
    called: list[tuple[int, int]] = []
    run = Team.run

    def noted(self: Team, rows: object, before: object, first: int, end: int, **settings: bool) -> bool:
        called.append((first, end))
        return run(self, rows, before, first, end, **settings)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(Team, "run", noted)
    return called


def maps(results: list[NodeResult]) -> dict[str, np.ndarray]:
    return {result.node_id: result.map.copy() for result in results}


def test_a_quick_plan_runs_in_one_go_with_the_same_bytes(
    runs: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executable_plan, "QUICK_MS", 1e6)
    executor, scene = Executor(threads=2), photograph()
    first = maps(list(executor.run(known := _network(), scene)))
    assert len(runs) > 1
    runs.clear()
    executor.forget()
    again = list(executor.run(known, scene))
    assert runs == [(0, len(executor.plan(known).rows))]
    assert all(np.array_equal(first[name], found) for name, found in maps(again).items())
    assert all(result.elapsed_ms > 0 for result in again if result.node_id != "input")


def test_an_edit_shows_its_own_map_first_however_quick(
    runs: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executable_plan, "QUICK_MS", 1e6)
    executor, scene, network = Executor(threads=2), photograph(), _network()
    edited = network.replace_layer("conv2", network["conv2"].layer.replace(out_channels=40))
    for _ in range(3):
        executor.forget()
        list(executor.run(network, scene))
        runs.clear()
        shown = next(one for one in executor.run(edited, scene) if not one.cached)
        assert shown.node_id == "conv2"
        assert len(runs) == 1
        assert runs[0][1] < len(executor.plan(edited).rows) / 2


def test_a_slow_plan_is_cut_every_time(runs: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executable_plan, "QUICK_MS", 0.0)
    executor, scene, network = Executor(threads=2), photograph(), _network()
    list(executor.run(network, scene))
    cuts = list(runs)
    runs.clear()
    executor.forget()
    list(executor.run(network, scene))
    assert runs == cuts


def test_a_nan_leaves_the_same_bytes_whether_the_plan_is_known_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(executable_plan, "QUICK_MS", 1e6)
    network, lost = _network(), photograph(value=np.nan)
    fresh = maps(list(Executor(threads=2).run(network, lost)))
    executor = Executor(threads=2)
    list(executor.run(network, photograph()))  # now the plan is known, and quick
    known = maps(list(executor.run(network, lost)))
    assert any(np.isnan(found).any() for found in fresh.values())
    assert all(np.array_equal(fresh[name], found, equal_nan=True) for name, found in known.items())
    assert known.keys() == fresh.keys()


def test_little_work_is_left_to_one_thread() -> None:
    small = Network(
        [node("input", make("Input", shape=(3, 8, 8))), node("conv", make("Conv2d", out_channels=4), "input")]
    )
    scene = np.zeros((8, 8, 3), np.uint8)
    alone = maps(list(Executor(threads=1).run(small, scene)))
    executor = Executor(threads=2)
    shared = maps(list(executor.run(small, scene)))
    (executable,) = executor._executables.values()
    assert [chunk.alone for chunk in executable.chunks] == [True]
    assert np.array_equal(alone["conv"], shared["conv"])
    executor = Executor(threads=2)
    list(executor.run(_network(), photograph()))
    (executable,) = executor._executables.values()
    assert not any(chunk.alone for chunk in executable.chunks)


@pytest.fixture
def looked_for(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many maps were looked for, each time that somebody did."""
    counts: list[int] = []
    find = MapStore.find

    def noted(self: MapStore, keys: Mapping[str, str]) -> object:
        counts.append(len(keys))
        return find(self, keys)

    monkeypatch.setattr(MapStore, "find", noted)
    return counts


def test_a_run_that_is_asked_for_again_looks_for_nothing_and_gives_the_same(looked_for: list[int]) -> None:
    network, scene, wanted = _network(), photograph(), frozenset({"conv3", "conv5"})
    executor = Executor(threads=2)
    first = maps(list(executor.run(network, scene, wanted=wanted)))
    looked_for.clear()
    for _ in range(2):
        executor.forget()
        again = list(executor.run(network, scene, wanted=wanted))
        assert [one.node_id for one in again] == ["conv3", "conv5"]
        assert not any(one.cached for one in again)
        assert all(np.array_equal(first[one.node_id], one.map) for one in again)
    assert looked_for == []
    assert all(one.cached for one in executor.run(network, scene, wanted=wanted)), "what is there is found"


@pytest.mark.parametrize("what", ["photograph", "seed", "wanted", "network", "budget", "maps"])
def test_a_run_that_differs_in_anything_is_looked_for(what: str, looked_for: list[int]) -> None:
    network, scene, wanted = _network(), photograph(), frozenset({"conv1"})
    executor = Executor(threads=2)
    list(executor.run(network, scene, wanted=wanted))
    executor.forget()
    seed = 0
    match what:
        case "photograph":
            scene = photograph()
        case "seed":
            seed = 1
        case "wanted":
            wanted = frozenset({"conv2"})
        case "network":
            network = network.replace_layer("conv0", make("Conv2d", out_channels=48, kernel_size=(1, 1)))
        case "budget":
            executor.budget_bytes -= 1
        case "maps":
            list(executor.run(network, scene, wanted=["conv0"]))
    looked_for.clear()
    found = maps(list(executor.run(network, scene, seed=seed, wanted=wanted)))
    assert looked_for
    fresh = maps(list(Executor(threads=2).run(network, scene, seed=seed, wanted=wanted)))
    assert found.keys() == fresh.keys()
    assert all(np.array_equal(fresh[name], one) for name, one in found.items())


def test_a_budget_that_shrinks_refuses_the_known_run() -> None:
    network, scene, wanted = _network(), photograph(), frozenset({"conv5"})
    executor = Executor(threads=2)
    list(executor.run(network, scene, wanted=wanted))
    executor.forget()
    executor.budget_bytes = 1 << 20
    with pytest.raises(MemoryLimit):
        list(executor.run(network, scene, wanted=wanted))


def test_what_goes_wrong_while_others_work_is_told_when_they_are_done() -> None:
    """Their memory is left alone until then."""
    network, scene = _network(), photograph()
    executor = Executor(threads=2)
    list(executor.run(network, scene))
    executor.forget()
    team = machine.team(2)
    (executable,) = executor._executables.values()
    maps_of = {"input": executor._maps.find({"input": next(iter(executor._input_keys))})["input"]}
    binding = Binding(executable, maps_of, executor._pool)
    plan = executable.plan

    def fail() -> None:
        raise RuntimeError("no views")

    with pytest.raises(RuntimeError, match="no views"):
        team.run(binding.rows, plan.tasks_before, 0, len(plan.rows), meanwhile=fail)
    found = binding.map_of("conv5").copy()
    right = {one.node_id: one.map for one in executor.run(network, scene)}["conv5"]
    assert np.array_equal(found, right)


def test_a_replay_goes_where_the_last_one_went_unless_somebody_looks_there() -> None:
    network, scene, executor = _network(), photograph(), Executor(threads=2)

    def once() -> list[NodeResult]:
        executor.forget()
        return list(executor.run(network, scene))

    def place() -> Binding:
        assert executor._standing is not None
        return executor._standing.binding

    for _ in range(3):
        once()
    first = place()
    once()
    assert place() is first
    looked_at = once()[-1].map
    values = looked_at.copy()
    once()
    assert place() is not first
    np.testing.assert_array_equal(looked_at, values)
