"""What is computed, what is remembered, what happens to NaN, how a run ends early."""

import dataclasses
import itertools
import threading
import time

import numpy as np
import pytest

from engine.errors import MemoryLimit
from engine.execution import executable_plan
from engine.execution.executor import Executor
from engine.kernels.fast.running.team import Team
from engine.model.network import Network
from engine.plan import post_activation
from engine.shapes import SAME, VALID
from engine.weights import HE, He, go_on
from tests.engine.execution.odd_networks import PHOTOGRAPH, Anything, assert_right, expected, make, node, run
from tests.engine.small_networks import chain


def conv(channels: int, size: int = 3, **settings: object) -> object:
    return make("Conv2d", out_channels=channels, kernel_size=(size, size), **settings)


def two_blocks() -> Network:
    """Input, two convolutions with normalisation and ReLU, and a shortcut."""
    return Network(
        [
            node("input", make("Input", shape=(3, 24, 20))),
            node("conv1", conv(32), "input"),
            node("norm1", make("BatchNorm2d"), "conv1"),
            node("relu1", make("ReLU"), "norm1"),
            node("conv2", conv(32), "relu1"),
            node("norm2", make("BatchNorm2d"), "conv2"),
            node("add", make("Add"), "norm2", "relu1"),
            node("relu2", make("ReLU"), "add"),
        ]
    )


def test_fusion_hides_no_map() -> None:
    network = two_blocks()
    executor = Executor()
    fused = post_activation(network)
    assert fused == {"input", "relu1", "relu2"}
    first = run(network, executor, wanted=fused)
    every = run(network, executor)
    assert set(every) == set(network.nodes)
    assert_right(network, every)
    for node_id in fused:
        assert every[node_id] is first[node_id]


def test_a_convolution_takes_in_one_sum_and_no_more() -> None:
    network = Network(
        [
            node("input", make("Input", shape=(3, 12, 10))),
            *(node(name, conv(8), "input") for name in ("a", "b", "c")),
            node("first", make("Add"), "a", "b"),
            node("second", make("Add"), "first", "c"),
        ]
    )
    found = run(network, wanted={"second"})["second"]
    right = expected(network, run(network))["second"]
    np.testing.assert_allclose(found, right, rtol=0, atol=2e-5 * np.abs(right).max())


def test_one_hidden_map_is_made_without_the_others() -> None:
    network = two_blocks()
    executor = Executor()
    run(network, executor, wanted=post_activation(network))
    results = list(executor.run(network, PHOTOGRAPH, wanted=["norm2"]))
    assert [result.node_id for result in results] == ["norm2"]
    right = expected(network, {"norm2": results[0].map})["norm2"]
    np.testing.assert_allclose(results[0].map, right, rtol=0, atol=2e-5 * np.abs(right).max())


def test_an_edit_computes_only_what_lies_below_it() -> None:
    network = two_blocks()
    executor = Executor()
    before = run(network, executor)
    edited = network.replace_layer("conv2", conv(32, 1))
    results = {result.node_id: result for result in executor.run(edited, PHOTOGRAPH)}
    assert {node_id for node_id, result in results.items() if not result.cached} == {
        "conv2",
        "norm2",
        "add",
        "relu2",
    }
    assert results["relu1"].map is before["relu1"]
    assert_right(edited, {node_id: result.map for node_id, result in results.items()})


def test_undo_computes_nothing() -> None:
    network = two_blocks()
    executor = Executor()
    run(network, executor)
    run(network.replace_layer("conv2", conv(32, 5)), executor)
    assert all(result.cached for result in executor.run(network, PHOTOGRAPH))


def test_another_photograph_gives_other_maps() -> None:
    network = two_blocks()
    executor = Executor()
    run(network, executor)
    results = list(executor.run(network, PHOTOGRAPH[::-1].copy()))
    assert not any(result.cached for result in results)
    maps = {result.node_id: result.map for result in results}
    assert not np.array_equal(maps["relu2"], run(network, executor)["relu2"])


def test_maps_are_read_only_and_outlive_the_executor() -> None:
    executor = Executor()
    maps = run(two_blocks(), executor)
    copies = {node_id: values.copy() for node_id, values in maps.items()}
    executor.forget()
    executor.close()
    run(two_blocks(), Executor())
    for node_id, values in maps.items():
        assert not values.flags.writeable
        np.testing.assert_array_equal(values, copies[node_id])


def test_the_same_bytes_for_any_number_of_threads() -> None:
    network = Network(
        [
            node("input", make("Input", shape=(3, 57, 43))),
            node("stem", conv(24, 5, stride=(2, 2)), "input"),
            node("wide", conv(96), "stem"),
            node("relu", make("ReLU"), "wide"),
            node("narrow", conv(40, 1), "relu"),
            node("deep", make("DepthwiseConv2d"), "relu"),
            node("groups", conv(96, groups=3), "relu"),
            node("join", make("Concat"), "narrow", "deep", "groups"),
            node("mean", make("GlobalAvgPool2d"), "join"),
        ]
    )
    alone = run(network, Executor(threads=1))
    for threads in (2, 3, 5):
        together = run(network, Executor(threads=threads))
        for node_id, values in alone.items():
            assert values.tobytes() == together[node_id].tobytes(), f"{node_id} with {threads} threads"


@pytest.mark.parametrize("spoiled", [float("nan"), float("inf"), float("-inf")])
def test_a_spoiled_weight_shows_exactly_where_mathematics_puts_it(spoiled: float) -> None:
    """The second convolution goes by Winograd, which would spread the NaN over whole tiles."""
    spoiling = Anything(spoiled=spoiled)
    layer = make("Conv2d", out_channels=32, kernel_size=(1, 1), bias=True, groups=32, padding=VALID)
    network = Network(
        [
            node("input", make("Input", shape=(32, 30, 30))),
            node("spoil", layer, "input", weights=spoiling),
            node("pool", make("MaxPool2d", kernel_size=(5, 5), stride=(5, 5)), "spoil"),
            node("conv", conv(32), "input"),
            node("after", conv(32), "spoil"),
            node("relu", make("ReLU"), "after"),
        ]
    )
    plan = Executor().plan(network)
    assert any("Winograd" in step.algorithm for step in plan.steps if "after" in step.nodes)
    for wanted in (None, post_activation(network)):
        found = run(network, wanted=wanted)
        assert_right(network, found)
    assert not np.isfinite(found["pool"]).all()
    assert np.isfinite(found["conv"]).all()


def test_one_nan_pixel_reaches_only_its_neighbours_through_winograd() -> None:
    """A depthwise convolution whose centre tap is huge makes one pixel infinite; the next layer is 3×3."""
    network = Network(
        [
            node("input", make("Input", shape=(16, 23, 23))),
            node("conv", conv(16), "input", weights=Anything(spoiled=1e38)),
            node("next", conv(16, padding=SAME), "conv", weights=Anything(spoiled=1e38)),
        ]
    )
    found = run(network)
    assert not np.isfinite(found["next"]).all()
    assert_right(network, found)


def test_a_network_over_the_budget_is_refused_before_anything_is_allocated() -> None:
    network = Network([node("input", make("Input", shape=(3, 4000, 4000))), node("conv", conv(512), "input")])
    executor = Executor(budget_bytes=100_000_000)
    with pytest.raises(MemoryLimit, match=r"needs .* MB .* the budget is 100 MB"):
        next(iter(executor.run(network, PHOTOGRAPH)))


def test_old_maps_go_when_the_budget_is_full() -> None:
    network = Network([node("input", make("Input", shape=(3, 200, 200))), node("conv", conv(64), "input")])
    executor = Executor(budget_bytes=60_000_000)
    for turn in range(8):
        photograph = np.full((8, 8, 3), turn, np.uint8)
        list(executor.run(network, photograph))
    assert executor._maps.held_bytes <= executor.budget_bytes


def test_a_run_can_be_cancelled_from_another_thread() -> None:
    network = Network(
        [node("input", make("Input", shape=(3, 500, 500)))]
        + [node(f"conv{i}", conv(64), f"conv{i - 1}" if i else "input") for i in range(8)]
    )
    executor = Executor()
    run(two_blocks(), executor)  # kernels are ready
    next(iter(executor.run(network, PHOTOGRAPH, wanted=["conv0"])))  # weights of the first are packed
    ended: list[float] = []
    shown: list[str] = []

    def work() -> None:
        shown.extend(result.node_id for result in executor.run(network, PHOTOGRAPH))
        ended.append(time.process_time())

    thread = threading.Thread(target=work)
    thread.start()
    while len(shown) < 3 and thread.is_alive():
        time.sleep(0.001)
    asked = time.process_time()  # of this process: others may be at work
    executor.cancel()
    thread.join()
    assert len(shown) < len(network)
    assert ended[0] - asked < 0.1  # some 10 ms on each of the cores
    assert_right(network, {"conv0": run(network, executor, wanted=["conv0"])["conv0"]})


def test_nodes_below_a_problem_are_left_out() -> None:
    network = two_blocks()
    broken = network.replace_layer("conv1", conv(32, 3, groups=2))  # 3 channels in two groups
    assert set(run(broken)) == {"input"}


def test_stopping_early_keeps_what_was_done() -> None:
    network = two_blocks()
    executor = Executor()
    results = executor.run(network, PHOTOGRAPH)
    assert [next(results).node_id, next(results).node_id] == ["input", "conv1"]
    results.close()  # type: ignore[attr-defined]  # a generator
    again = {result.node_id: result.cached for result in executor.run(network, PHOTOGRAPH)}
    assert again["input"]
    assert again["conv1"]


def test_an_only_input_is_shown() -> None:
    network = Network([node("input", make("Input", shape=(3, 5, 7)))])
    assert run(network)["input"].shape == (1, 3, 5, 7)
    assert run(Network([])) == {}


def test_weights_are_packed_once() -> None:
    network = two_blocks()
    executor = Executor()
    asked: list[str] = []

    @dataclasses.dataclass(frozen=True)
    class Counting(Anything):
        def parameters(self, node_id, *rest):  # type: ignore[no-untyped-def]
            asked.append(node_id)
            return super().parameters(node_id, *rest)

    for node_id in ("conv1", "conv2"):
        network = network.set_weights(node_id, Counting())
    fused = post_activation(network)
    run(network, executor, wanted=fused)
    count = len(asked)
    assert count == 2
    list(executor.run(network, PHOTOGRAPH[::2].copy(), wanted=fused))
    list(executor.run(network.rename("relu1", "another"), PHOTOGRAPH[::3].copy(), wanted=fused))
    assert len(asked) == count


def test_the_first_map_does_not_wait_for_the_last_weights() -> None:
    network = chain(
        make("Conv2d", out_channels=64, kernel_size=(7, 7)),
        make("GlobalAvgPool2d"),
        make("Flatten"),
        make("Linear", out_features=8),
        shape=(3, 512, 512),
    )
    asked: list[str] = []

    @dataclasses.dataclass(frozen=True)
    class Counting(Anything):
        def parameters(self, node_id, *rest):  # type: ignore[no-untyped-def]
            asked.append(node_id)
            return super().parameters(node_id, *rest)

    for node_id in ("n1", "n4"):
        network = network.set_weights(node_id, Counting())
    shown = (result.node_id for result in Executor().run(network, PHOTOGRAPH))
    assert next(one for one in shown if one == "n1")
    assert asked == ["n1"]
    assert list(shown)[-1] == "n4"
    assert asked == ["n1", "n4"]


def test_weights_are_given_up_at_once_when_a_run_is_cancelled_and_packed_by_the_next() -> None:
    network = chain(make("Flatten"), make("Linear", out_features=2048), shape=(3, 64, 64))
    executor = Executor()

    @dataclasses.dataclass(frozen=True)
    class Cancelling(He):
        def parameters(self, node_id, layer, inputs, seed, checkpoint=go_on):  # type: ignore[no-untyped-def]
            calls = itertools.count()

            def cancelling() -> None:
                if next(calls) == 3:
                    executor.cancel()
                checkpoint()

            return super().parameters(node_id, layer, inputs, seed, cancelling)

    cancelled = network.set_weights("n2", Cancelling())
    assert "n2" not in [result.node_id for result in executor.run(cancelled, PHOTOGRAPH)]
    assert cancelled["n2"].weights.key == network["n2"].weights.key  # the same room is filled by the next run
    found = {result.node_id: result.map for result in executor.run(network, PHOTOGRAPH)}
    expected = {result.node_id: result.map for result in Executor().run(network, PHOTOGRAPH)}
    assert np.array_equal(found["n2"], expected["n2"])


def test_a_cancelled_executor_ends_no_run_of_another() -> None:
    network = two_blocks()
    first = Executor()
    list(first.run(network, PHOTOGRAPH))
    first.cancel()
    assert {result.node_id for result in Executor().run(network, PHOTOGRAPH)} == set(network.nodes)


@pytest.mark.parametrize("kind", ["Identity", "Dropout"])
def test_a_layer_that_passes_its_input_on_needs_no_memory_of_its_own(kind: str) -> None:
    """All that is left to be made is the same map under another name."""
    executor = Executor()
    before = chain(conv(8), shape=(3, 24, 20))
    known = run(before, executor)
    results = run(chain(conv(8), make(kind), shape=(3, 24, 20)), executor)
    assert np.shares_memory(results["n2"], known["n1"])


def test_time_counts_all_rows_of_a_step_also_over_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row stands alone in its chunk here: three phases of Winograd have three."""
    monkeypatch.setattr(executable_plan, "FIRST_WORK", 1.0)
    monkeypatch.setattr(executable_plan, "CHUNK_WORK", 1.0)
    spent: list[float] = []
    run_chunk = Team.run

    def timed(*arguments: object, **settings: bool) -> bool:
        began = time.perf_counter()
        finished = run_chunk(*arguments, **settings)  # type: ignore[arg-type]  # whatever it takes
        spent.append((time.perf_counter() - began) * 1e3)
        return finished

    monkeypatch.setattr(Team, "run", timed)
    network = chain(conv(512), conv(512), shape=(512, 14, 14))
    executor = Executor()
    assert max(len(step.rows) for step in executor.plan(network).steps) >= 3
    results = list(executor.run(network, PHOTOGRAPH))
    kernels_ms = sum(result.elapsed_ms for result in results if result.node_id != "input")
    assert kernels_ms >= sum(spent) > 0


def test_another_seed_draws_other_maps_in_the_same_executor() -> None:
    """What is remembered of one seed is not given for another, and is still there when it comes back."""
    network = chain(make("Conv2d", out_channels=8), make("ReLU"), shape=(3, 16, 16))
    network = network.set_weights("n1", HE)
    executor = Executor()
    first, second, again = (
        {result.node_id: result for result in executor.run(network, PHOTOGRAPH, seed=seed)}
        for seed in (1, 2, 1)
    )
    assert not np.array_equal(first["n1"].map, second["n1"].map)
    assert not np.array_equal(first["n2"].map, second["n2"].map)
    np.testing.assert_array_equal(first["n2"].map, again["n2"].map)
    assert all(one.cached for one in again.values())
    assert second["input"].cached
    assert not second["n2"].cached
