"""Which layers are early, and what they do more exactly."""

import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.operation_rows import decode
from engine.layers import Layer
from engine.model.network import Network
from engine.plan import post_activation
from engine.plan.early import EARLY, FIRST, product_steps, winograd_steps
from engine.plan.fusion import products_before
from engine.plan.lowering import strassen_cost
from engine.plan.output_shapes import output_shapes
from engine.shapes import SAME
from tests.engine.execution.odd_networks import make, node


def conv(channels: int, size: int) -> Layer:
    return make("Conv2d", out_channels=channels, kernel_size=(size, size), padding=SAME)


def chain(count: int, channels: int, size: int) -> Network:
    """So many convolutions, one after the other, with an activation after each."""
    nodes = [node("input", make("Input", shape=(channels, 32, 32)))]
    for index in range(count):
        nodes.append(node(f"conv{index}", conv(channels, size), nodes[-1].id))
        nodes.append(node(f"relu{index}", make("ReLU"), f"conv{index}"))
    return Network(nodes)


def algorithms(network: Network) -> list[str]:
    return [step.algorithm for step in Executor().plan(network, post_activation(network)).steps]


def test_products_are_counted_along_the_longest_way() -> None:
    nodes = [
        node("input", make("Input", shape=(8, 9, 9))),
        node("long", conv(8, 3), "input"),
        node("norm", make("BatchNorm2d"), "long"),
        node("longer", make("DepthwiseConv2d", padding=SAME), "norm"),
        node("short", conv(8, 1), "input"),
        node("sum", make("Add"), "short", "longer"),
        node("last", make("GlobalAvgPool2d"), "sum"),
        node("alone", make("Input", shape=(8, 9, 9))),
    ]
    network = Network(nodes)
    found = products_before(network, output_shapes(network))
    assert found == {
        "input": 0, "long": 0, "norm": 1, "longer": 1, "short": 0, "sum": 2, "last": 2, "alone": 0,
    }  # fmt: skip


def test_the_first_convolutions_of_few_channels_take_the_more_exact_tile() -> None:
    assert algorithms(chain(FIRST + 1, 32, 3))[-1] == "Winograd F(4×4, 3×3)"
    assert algorithms(chain(FIRST + 1, 32, 3))[-2] == "Winograd F(2×2, 3×3)"
    assert algorithms(chain(2, 64, 3))[-2] == "Winograd F(4×4, 3×3)"


def test_only_later_layers_go_by_strassens_algorithm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strassen_cost, "MOST_L1", 1 << 40)
    found = algorithms(chain(EARLY + 2, 256, 1))
    assert [one == "Strassen" for one in found if one != "layout"][-2:] == [True, True]
    assert found.count("Strassen") == 2


@pytest.mark.parametrize("size", [1, 3])
def test_sums_of_early_layers_are_added_up_in_shorter_blocks(size: int) -> None:
    network = chain(EARLY + 1, 128, size)
    plan = Executor().plan(network, post_activation(network))
    products = [step for step in plan.steps if step.algorithm.startswith(("Winograd", "indirect"))]
    runs = [decode(plan.rows[step.rows[-1]]).run for step in products]
    assert runs == sorted(runs)
    assert runs[0] < runs[-1]


def test_no_layer_has_longer_blocks_than_one_behind_it() -> None:
    for steps in (product_steps, winograd_steps):
        found = [steps(before) for before in range(EARLY + 2)]
        assert found[-1] == 0  # as ever
        chosen = [one for one in found if one]
        assert chosen == sorted(chosen)
