"""A run known to the last detail: in the memory of the last one, once nobody looks at that any more."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.execution import executable_plan
from engine.execution.binding import Binding
from engine.execution.executor import Executor
from engine.execution.results import NodeResult
from engine.image.input_arrays import InputArrays
from engine.kernels.fast.arrays import address_of
from engine.model.network import Network
from tests.engine.execution.odd_networks import make, node

RNG = np.random.default_rng(5)
WANTED = ("conv", "relu", "pool")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr(executable_plan, "QUICK_MS", 1e6)


def network() -> Network:
    return Network(
        [
            node("input", make("Input", shape=(16, 24, 24))),
            node("conv", make("Conv2d", out_channels=32), "input"),
            node("relu", make("ReLU"), "conv"),
            node("pool", make("MaxPool2d"), "relu"),
        ]
    )


def scene(value: float = 0.0) -> InputArrays:
    x = RNG.normal(size=(1, 16, 24, 24)).astype(np.float32)
    x[0, 3, 12, 12] += value
    return InputArrays({"input": x})


class Again:
    """Asks for the same again and again."""

    def __init__(self, value: float = 0.0, threads: int = 2, wanted: tuple[str, ...] | None = WANTED) -> None:
        self.executor = Executor(threads=threads)
        self.asked = network(), scene(value)
        self.wanted = wanted

    def __call__(self) -> dict[str, NodeResult]:
        self.executor.forget()
        return {one.node_id: one for one in self.executor.run(*self.asked, wanted=self.wanted)}


def places(results: dict[str, NodeResult]) -> list[int]:
    return [address_of(one.map) for one in results.values() if not one.cached]


def copies(results: dict[str, NodeResult]) -> dict[str, np.ndarray]:
    return {name: one.map.copy() for name, one in results.items()}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("wanted", [WANTED, ("pool",), ("relu", "pool", "input"), None])
def test_every_run_gives_the_same(threads: int, wanted: tuple[str, ...] | None) -> None:
    again = Again(threads=threads, wanted=wanted)
    first = copies(again())
    for _ in range(4):
        results = again()
        assert results.keys() == (set(first) if wanted is None else set(wanted))
        assert all(np.array_equal(first[name], one.map) for name, one in results.items() if name in first)
        assert all(one.elapsed_ms > 0 for one in results.values() if not one.cached and one.node_id == "conv")
        assert not any(one.map.flags.writeable for one in results.values())


def test_memory_is_used_again_and_no_view_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Again()
    for _ in range(3):
        before = places(again())
    monkeypatch.setattr(Binding, "maps", lambda *_: pytest.fail("views were made"))
    for _ in range(3):
        assert places(again()) == before


HOLDERS: dict[str, Callable[[np.ndarray], Any]] = {
    "the map": lambda found: found,
    "a channel": lambda found: found[0, 1],
    "it turned": lambda found: found.T,
    "its memory": memoryview,
    "a list": lambda found: [found],
    "another array of it": lambda found: np.asarray(memoryview(found)),
    "a part of a part": lambda found: found[0][1:][:, 2:],
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_what_somebody_looks_at_is_left_alone(holder: str) -> None:
    again = Again()
    for _ in range(3):
        again()
    held = HOLDERS[holder](again()["relu"].map)
    kept = places(again())
    for _ in range(3):
        assert kept == places(again())
    expected = address_of(again()["relu"].map)
    holding = held[0] if isinstance(held, list) else held
    assert address_of(np.asarray(holding)) not in range(expected, expected + 32 * 24 * 24 * 4)
    del held, holding


def test_a_result_that_somebody_holds_is_left_alone_and_tells_of_its_own_run() -> None:
    again = Again()
    for _ in range(3):
        again()
    held = again()["conv"]
    kept, place = held.map.copy(), address_of(held.map)
    other = Again(value=7.0)
    for _ in range(3):
        other()
        assert address_of(again()["conv"].map) != place
    assert np.array_equal(held.map, kept)
    took = held.elapsed_ms
    assert took > 0
    for _ in range(3):
        again()
    assert held.elapsed_ms == took


def test_who_holds_a_result_holds_its_map_and_nothing_else_of_the_run() -> None:
    """Not what others of the run's maps overwrite, nor its scratch."""
    executor, (asked, seen) = Executor(threads=2), Again().asked
    wanted = frozenset({"pool"})
    for _ in range(4):
        executor.forget()
        (held,) = executor.run(asked, seen, wanted=wanted, only_wanted=True)
    assert executor._standing is not None
    assert held in executor._standing.results
    assert len(executor._standing.binding._arenas) > 1
    executor.close()
    assert len(executor._pool._leases) == 1
    assert held.elapsed_ms > 0


def test_a_run_takes_as_long_as_its_maps_together() -> None:
    again = Again(wanted=None)
    for _ in range(3):
        again()
    standing = again.executor._standing
    assert standing is not None
    for asks in (True, False, True, True):
        results = again()
        if asks:
            spent = sum(one.elapsed_ms for one in results.values())
            assert spent == pytest.approx(standing.binding.rows_ms)
        del results
        assert again.executor._standing is standing


def test_time_is_shared_by_ticks_or_else_by_work() -> None:
    again = Again(wanted=None)
    for _ in range(3):
        again()
    standing, known = again.executor._standing, again.executor._known
    assert standing is not None
    assert known is not None
    (chunk,), plan = known.executable.quick_chunks, known.executable.plan
    ticks = np.zeros(len(plan.rows) + 1, np.int64)
    standing.binding.again()
    standing.binding.times.spend(ticks, chunk, 10.0)
    by_work = np.bincount(plan.step_of_row, plan.work / plan.work.sum() * 10, len(plan.steps))
    assert standing.binding.times.of(chunk) == pytest.approx(by_work[list(chunk.steps)])
    last = plan.steps[-1].rows[0]
    ticks[last + 1 :] = 30  # the last step takes all of it, but for rows that were left before it was
    standing.binding.again()
    standing.binding.times.spend(ticks, chunk, 10.0)
    assert standing.binding.times.of(chunk) == [0.0] * (len(chunk.steps) - 1) + [10.0]


def test_remembered_maps_are_looked_at_by_the_executor() -> None:
    again = Again()
    for _ in range(3):
        again()
    results = list(again.executor.run(*again.asked, wanted=WANTED))
    assert all(one.cached for one in results)
    kept = copies({one.node_id: one for one in results})
    other = list(again.executor.run(network(), scene(), wanted=WANTED))
    assert not any(one.cached for one in other)
    assert all(np.array_equal(kept[one.node_id], one.map) for one in results)


def test_a_nan_is_traced_each_time() -> None:
    again = Again(value=np.nan)
    first = copies(again())
    assert any(np.isnan(values).any() for values in first.values())
    for _ in range(3):
        assert all(np.array_equal(first[name], one.map, equal_nan=True) for name, one in again().items())


def test_a_cancelled_replay_gives_nothing_and_the_next_one_everything() -> None:
    again = Again(wanted=("input", *WANTED))
    first = copies(again())
    again()
    again.executor.forget()
    run = again.executor.run(*again.asked, wanted=again.wanted)
    assert next(run).cached  # the Input's
    again.executor.cancel()
    assert list(run) == []
    assert all(np.array_equal(first[name], one.map) for name, one in again().items())


def test_memory_is_let_go_with_the_executor() -> None:
    again = Again()
    for _ in range(3):
        again()
    again.executor.close()
    assert again.executor._standing is None
    assert not again.executor._pool._leases
