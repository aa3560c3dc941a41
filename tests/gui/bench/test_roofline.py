"""What bounds a step is worked out from what it really computes and moves."""

import pytest

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.kernels.fast.operations import Function
from engine.model.network import Network
from engine.plan import early, post_activation
from engine.plan.lowering import strassen_cost
from gui.bench import roofline
from gui.bench.roofline import DRAM, L2, LAST, Machine
from gui.bench.traffic import Caches
from tests.engine.execution.odd_networks import PHOTOGRAPH, make, node

MACHINE = Machine(
    threads=2,
    gflops=100.0,
    gb_per_s={L2: 200.0, LAST: 100.0, DRAM: 25.0},
    meeting_ms=0.001,
    caches=Caches(l1=32 << 10, l2=1 << 20),
    function_ns={Function.SILU: 0.1},
)


def conv(channels: int, size: int) -> object:
    return make("Conv2d", out_channels=channels, kernel_size=(size, size))


def residual() -> Network:
    return Network(
        [
            node("input", make("Input", shape=(16, 20, 24))),
            node("first", conv(32, 3), "input"),
            node("second", conv(32, 1), "first"),
            node("sum", make("Add"), "second", "first"),
            node("pool", make("MaxPool2d", kernel_size=(2, 2), stride=(2, 2)), "sum"),
        ]
    )


def test_bytes_are_those_of_all_maps_that_a_step_reads_and_of_the_one_it_writes() -> None:
    network = residual()
    analysis = analyze(network)
    steps = {step.nodes[-1]: step for step in Executor().plan(network, post_activation(network)).steps}
    assert steps["sum"].nodes == ("second", "sum")
    map_bytes, weights = 4 * 32 * 20 * 24, 4 * (32 * 32 + 32)
    assert roofline.moved_bytes(network, analysis, steps["sum"], fits=True) == {
        LAST: 3 * map_bytes + weights,  # what the convolution reads, what is added, the sum
        DRAM: 0,
    }
    assert roofline.moved_bytes(network, analysis, steps["sum"], {"first", "sum"}) == {
        LAST: 0,
        DRAM: 3 * map_bytes + weights,
    }
    assert roofline.moved_bytes(network, analysis, steps["sum"], {"first"}) == {
        LAST: map_bytes,  # the sum, for whose lines memory is asked, and which it takes back
        DRAM: 4 * map_bytes + weights,
    }
    assert roofline.moved_bytes(network, analysis, steps["pool"], {"pool"}, fits=True) == {
        LAST: map_bytes,
        DRAM: map_bytes // 4,
    }


def test_winograd_is_bound_by_its_own_multiplications() -> None:
    network = residual()
    plan = Executor().plan(network)
    by_node = {step.nodes[-1]: step for step in plan.steps}
    first, second = by_node["first"], by_node["second"]
    assert first.algorithm.startswith(("Winograd F(4×4", "Winograd F(2×2"))
    tile = 4 if "4×4" in first.algorithm else 2
    assert roofline.share_of_direct(plan, first) == (tile + 2) ** 2 / (3 * tile) ** 2
    assert roofline.share_of_direct(plan, second) == 1.0


def test_strassen_is_bound_by_seven_of_eight_multiplications(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "EARLY", 0)
    monkeypatch.setattr(strassen_cost, "MOST_L1", 1 << 40)
    layer = make("Conv2d", out_channels=512, kernel_size=(1, 1))
    network = Network([node("input", make("Input", shape=(512, 28, 28))), node("conv", layer, "input")])
    plan = Executor().plan(network)
    assert plan.steps[-1].algorithm == "Strassen"
    assert roofline.share_of_direct(plan, plan.steps[-1]) == 7 / 8


def test_the_slowest_place_and_the_arithmetic_are_roofs_of_their_own() -> None:
    network = residual()
    plan = Executor().plan(network)
    (step,) = (step for step in plan.steps if step.nodes[-1] == "second")
    roofs = roofline.roofs_ms(plan, step, MACHINE, {LAST: 3_000_000, DRAM: 5_000_000})
    assert roofs["compute"] == pytest.approx(2 * 32 * 32 * 20 * 24 / 100e9 * 1e3)
    assert roofs[DRAM] == pytest.approx(5e6 / 25e9 * 1e3)
    assert roofs[LAST] == pytest.approx(3e6 / 100e9 * 1e3)
    assert roofs[L2] >= 8e6 / 200e9 * 1e3  # everything comes through it, and some of it again
    assert roofs[L2] < 12e6 / 200e9 * 1e3


def test_an_activation_is_arithmetic_too() -> None:
    network = Network(
        [
            node("input", make("Input", shape=(16, 20, 24))),
            node("conv", conv(32, 1), "input"),
            node("act", make("SiLU"), "conv"),
        ]
    )
    plan = Executor().plan(network, post_activation(network))
    (step,) = (step for step in plan.steps if step.rows)
    assert step.nodes == ("conv", "act")
    roofs = roofline.roofs_ms(plan, step, MACHINE, {LAST: 0, DRAM: 0})
    values = 32 * 20 * 24
    assert roofs["compute"] == pytest.approx(2 * 16 * values / 100e9 * 1e3 + values * 0.1e-6)


def test_every_step_that_does_something_is_listed_with_what_it_loses() -> None:
    network = residual()
    made = roofline.layers(network, PHOTOGRAPH, 0, MACHINE)
    assert [step["step"].split(" ")[0] for step in made] == ["first", "second", "pool"]
    for step in made:
        assert step["of_roof"] > 0
        assert step["bound_by"] in {"compute", L2, LAST, DRAM}
        assert step["bound_by"] == max(step["roofs_ms"], key=step["roofs_ms"].get)
        assert step["loss_ms"] == pytest.approx(max(0, step["ms"] * (1 - step["of_roof"])))
        assert all(loss >= 0 for loss in step["losses_ms"].values())
        assert sum(step["losses_ms"].values()) >= step["loss_ms"] * (1 - 1e-9)


def test_a_step_far_from_its_roof_says_why() -> None:
    layer = {
        "step": "conv (indirect GEMM)", "ms": 1.0, "gflops": 10.0, "of_peak": 0.1, "bound_by": L2,
        "of_roof": 0.3, "loss_ms": 0.7, "losses_ms": {"meetings": 0.5, "little": 0.01, "not explained": 0.2},
    }  # fmt: skip
    first, second = roofline.layer_text(layer).splitlines()
    assert first.endswith("30% of what L2 allows")
    assert second.strip() == "0.700 ms beyond it: 0.500 meetings, 0.200 not explained"
    assert len(roofline.layer_text(layer | {"of_roof": 0.7}).splitlines()) == 1
