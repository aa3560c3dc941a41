"""1×1 convolutions by Strassen's algorithm: odd maps, residuals, activations, and what is not finite."""

import dataclasses

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.operation_rows import layout
from engine.kernels.fast.operations import StrassenRuns
from engine.layers import Layer
from engine.model.network import Network
from engine.plan import early, post_activation
from engine.plan.bounds import check_bounds
from engine.plan.cores import planning_for
from engine.plan.lowering import strassen_cost
from tests.engine.execution.odd_networks import PHOTOGRAPH, Anything, assert_right, make, node, run


@pytest.fixture(autouse=True)
def always_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strassen_cost, "LEAST_GAIN", 0.0)
    monkeypatch.setattr(strassen_cost, "LEAST_PIXELS", 2)
    monkeypatch.setattr(early, "EARLY", 0)
    monkeypatch.setattr(strassen_cost, "MOST_L1", 1 << 40)


def one(channels: int, **settings: object) -> Layer:
    return make("Conv2d", out_channels=channels, kernel_size=(1, 1), **settings)


def algorithm(network: Network, node_id: str) -> str:
    steps = Executor().plan(network, post_activation(network)).steps
    return next(step.algorithm for step in steps if step.nodes[0] == node_id)


def both(network: Network) -> None:
    """Right with every map, and with those alone that are never fused away."""
    for wanted in (None, post_activation(network)):
        assert_right(network, run(network, wanted=wanted))


@pytest.mark.parametrize(
    ("depth", "out", "height", "width"),
    [
        (64, 128, 17, 31),
        (34, 90, 13, 11),
        (728, 736, 5, 7),
        (96, 32, 30, 30),
        (256, 192, 1, 29),
        (66, 64, 2, 9),
    ],
)
def test_odd_maps_are_right(depth: int, out: int, height: int, width: int) -> None:
    network = Network(
        [
            node("input", make("Input", shape=(depth, height, width))),
            node("conv", one(out, bias=True), "input"),
            node("relu", make("ReLU"), "conv"),
        ]
    )
    assert algorithm(network, "conv") == "Strassen"
    both(network)


@pytest.mark.parametrize("last", ["ReLU6", "GELU", "LeakyReLU"])
def test_a_norm_a_residual_and_an_activation_are_taken_on_the_way(last: str) -> None:
    network = Network(
        [
            node("input", make("Input", shape=(64, 19, 21))),
            node("narrow", one(96), "input"),
            node("conv", one(64), "narrow"),
            node("norm", make("BatchNorm2d"), "conv"),
            node("add", make("Add"), "norm", "input"),
            node("last", make(last), "add"),
            node("join", make("Concat"), "last", "narrow"),
        ]
    )
    assert algorithm(network, "conv") == "Strassen"
    both(network)


@pytest.mark.parametrize("spoiled", [float("nan"), float("inf"), float("-inf"), 1e38])
def test_what_is_not_finite_goes_where_mathematics_puts_it(spoiled: float) -> None:
    spoiling = Anything(spoiled=spoiled)
    network = Network(
        [
            node("input", make("Input", shape=(32, 12, 10))),
            node("spoil", one(32, groups=32, bias=True), "input", weights=spoiling),
            node("after", one(64), "spoil"),
            node("again", one(64), "after"),
            node("own", one(64), "input", weights=spoiling),
        ]
    )
    both(network)
    assert np.isfinite(run(network)["own"]).all() == np.isfinite(spoiled)


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("output", 4096), ("input", -64), ("depth", 32), ("depth", 1), ("group_channels", 64), ("tasks", 40),
        ("weight", 1 << 20), ("tiles_a_task", 1), ("tile", 8), ("sum_bytes", 1 << 16), ("sum_bytes", -192),
    ],
)  # fmt: skip
def test_a_row_that_would_reach_beyond_its_memory_is_found(word: str, change: int) -> None:
    network = Network([node("input", make("Input", shape=(64, 20, 20))), node("conv", one(128), "input")])
    plan = Executor().plan(network)
    rows = plan.rows.copy()
    rows[-1, layout(StrassenRuns).words.index(word)] += change
    with pytest.raises(AssertionError, match="row"):
        check_bounds(dataclasses.replace(plan, rows=rows))


@pytest.mark.parametrize(("threads", "cores"), [(1, 2), (3, 2), (2, 16)])
def test_any_number_of_threads_and_cores_gives_the_same_bytes(threads: int, cores: int) -> None:
    network = Network(
        [node("input", make("Input", shape=(128, 29, 37))), node("conv", one(160, bias=True), "input")]
    )
    maps = []
    for count, planned in ((2, 2), (threads, cores)):
        with planning_for(planned):
            made = Executor(threads=count).run(network, PHOTOGRAPH)
            maps.append({result.node_id: result.map for result in made})
    assert np.array_equal(maps[0]["conv"], maps[1]["conv"])


@pytest.mark.parametrize(("first_cache", "chosen"), [(32 << 10, "Strassen"), (48 << 10, "indirect GEMM")])
def test_cores_that_multiply_twice_a_cycle_gain_nothing(
    monkeypatch: pytest.MonkeyPatch, first_cache: int, chosen: str
) -> None:
    monkeypatch.setattr(strassen_cost, "MOST_L1", 32 << 10)
    monkeypatch.setattr(strassen_cost, "core_cache_bytes", lambda: (first_cache, 1 << 20))
    network = Network([node("input", make("Input", shape=(64, 20, 20))), node("conv", one(128), "input")])
    assert algorithm(network, "conv") == chosen
    both(network)
