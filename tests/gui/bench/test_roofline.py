"""What bounds a step is worked out from what it really computes and moves."""

from engine.execution.executor import Executor
from engine.model.network import Network
from engine.plan import post_activation
from gui.bench import roofline
from tests.engine.execution.odd_networks import PHOTOGRAPH, make, node


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
    steps = {step.nodes[-1]: step for step in Executor().plan(network, post_activation(network)).steps}
    assert steps["sum"].nodes == ("second", "sum")
    map_bytes, weights = 4 * 32 * 20 * 24, 4 * (32 * 32 + 32)
    assert roofline._moved(network, steps["sum"], set(), True) == {
        "cache": 3 * map_bytes + weights,  # what the convolution reads, what is added, the sum
        "memory": 0,
    }
    assert roofline._moved(network, steps["sum"], {"first"}, False) == {
        "cache": map_bytes,
        "memory": 2 * map_bytes + weights,
    }
    assert roofline._moved(network, steps["pool"], {"pool"}, True) == {
        "cache": map_bytes,
        "memory": map_bytes // 4,
    }


def test_winograd_is_bound_by_its_own_multiplications() -> None:
    network = residual()
    plan = Executor().plan(network)
    by_node = {step.nodes[-1]: step for step in plan.steps}
    first, second = by_node["first"], by_node["second"]
    assert first.algorithm.startswith(("Winograd F(4×4", "Winograd F(2×2"))
    tile = 4 if "4×4" in first.algorithm else 2
    assert roofline._share_of_direct(plan, first) == (tile + 2) ** 2 / (3 * tile) ** 2
    assert roofline._share_of_direct(plan, second) == 1.0


def test_every_step_that_does_something_is_listed() -> None:
    network = residual()
    made = roofline.layers(network, PHOTOGRAPH, 0, 1, peak=100.0)
    assert [step["step"].split(" ")[0] for step in made] == ["first", "second", "pool"]
    for step in made:
        assert step["of_roof"] > 0
        assert step["bound_by"] in {"compute", "cache", "memory"}
