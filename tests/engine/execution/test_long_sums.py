"""Rounding errors of long sums."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.model.network import Network, Node
from engine.plan.lowering.matrix_product import BLOCK_STEPS, blocks_of
from engine.shapes import VALID
from engine.weights import BY_HAND, Given
from gui.bench.contenders import parameters
from gui.bench.exact import exact_maps
from tests.engine.execution.odd_networks import ANYTHING, PHOTOGRAPH, make, node


def error(channels: int) -> float:
    """The root of the mean square error of sums over so many channels, as a part of that of exact sums."""
    nodes = [
        node("input", make("Input", shape=(channels, 3, 5))),
        node("sum", make("Conv2d", out_channels=40, kernel_size=(1, 1)), "input"),
    ]
    network = Network(nodes)
    found = {result.node_id: result.map for result in Executor(threads=1).run(network, PHOTOGRAPH)}
    exact = dict(exact_maps(network, {"input": found["input"]}, parameters(network, 0)))["sum"]
    return float(np.sqrt(np.mean((found["sum"][0] - exact) ** 2) / np.mean(exact**2)))


def test_the_error_of_a_sum_hardly_grows_with_its_length() -> None:
    """One after the other, it would be eight times as large: √(4096 / 64)."""
    assert error(4096) < 4 * error(64)


def own_error(kind: str, *nodes: Node) -> float:
    """Of the last node's map, for the maps that it is made of: as `error`, in halves of a last digit."""
    network = Network(nodes)
    run = Executor(threads=1).run(network, PHOTOGRAPH)
    found = {result.node_id: result.map[0].astype(np.float64) for result in run}
    last = nodes[-1]
    assert last.layer.kind == kind
    source = found[last.inputs[0]]
    if kind == "Linear":
        held = ANYTHING.parameters(last.id, last.layer, (source.shape,), 0)
        exact = held["weight"].astype(np.float64) @ source + held["bias"]
    else:
        exact = source.mean((1, 2), keepdims=True)
    return float(np.sqrt(np.mean((found[last.id] - exact) ** 2) / np.mean(exact**2))) * 2**24


@pytest.mark.parametrize(("height", "width"), [(300, 200), (7, 7), (1, 700), (500, 1), (17, 33)])
def test_the_error_of_a_mean_hardly_grows_with_the_map(height: int, width: int) -> None:
    """By rows and over them it would be 5 and more."""
    nodes = (
        node("input", make("Input", shape=(3, height, width))),
        node("wide", make("Conv2d", out_channels=48, kernel_size=(1, 1)), "input"),
        node("positive", make("ReLU"), "wide"),
        node("mean", make("GlobalAvgPool2d"), "positive"),
    )
    assert own_error("GlobalAvgPool2d", *nodes) < 2.5


@pytest.mark.parametrize(("length", "most"), [(96, 1.7), (256, 2.5), (480, 2.8)])
def test_sums_of_a_dense_layer_are_added_up_in_short_blocks(length: int, most: float) -> None:
    """A third smaller than those of sums in blocks of 64 to 128 are."""
    nodes = (
        node("input", make("Input", shape=(length // 16, 4, 4))),
        node("flat", make("Flatten"), "input"),
        node("dense", make("Linear", out_features=400), "flat"),
    )
    assert own_error("Linear", *nodes) < most


@pytest.mark.parametrize(("size", "most"), [(3, 0.6), (7, 0.3)])
def test_a_photographs_convolution_sums_up_row_by_row_of_its_kernel(size: int, most: float) -> None:
    """More exactly than one product after the other in single precision."""
    layer = make("Conv2d", out_channels=64, kernel_size=(size, size), padding=VALID, bias=False)
    nodes = [node("input", make("Input", shape=(3, 40, 40))), node("conv", layer, "input")]
    network = Network(nodes)
    found = {one.node_id: one.map[0] for one in Executor(threads=1).run(network, PHOTOGRAPH)}
    held = ANYTHING.parameters("conv", layer, ((3, 40, 40),), 0)["weight"]
    rest = 40 - size + 1
    one_by_one, exact = np.zeros((64, rest, rest), np.float32), np.zeros((64, rest, rest))
    for i, j, k in np.ndindex(size, size, 3):
        product = held[:, k, i, j, None, None].astype(np.float64) * found["input"][k, i:, j:][:rest, :rest]
        exact += product
        one_by_one = (one_by_one + product).astype(np.float32)
    ours = np.square(found["conv"] - exact).mean()
    assert ours < most * np.square(one_by_one - exact).mean()


@pytest.mark.parametrize("taps", [1, 3, 9, 25])
@pytest.mark.parametrize("depth", [0, 1, 3, 21, 64, 65, 100, 128, 129, 147, 512, 1000, 25088])
def test_blocks_cover_a_sum_in_parts_alike(depth: int, taps: int) -> None:
    run, runs_a_block = blocks_of(depth, taps)
    assert run >= 1
    assert 1 <= runs_a_block <= max(1, taps)
    assert runs_a_block == 1 or run == max(1, depth)
    assert run * runs_a_block <= BLOCK_STEPS
    assert run % 4 == 0 or run == max(1, depth)


@pytest.mark.parametrize("size", [1, 3])
def test_what_a_normalisation_adds_does_not_coarsen_the_sums_before(size: int) -> None:
    """Where it is much larger than they are, what comes out has one rounding: its own."""
    channels = 32
    norm = Given(
        {
            "weight": np.full(channels, 0.3, np.float32),
            "bias": np.linspace(20, 60, channels, dtype=np.float32),
            "running_mean": np.linspace(-1, 1, channels, dtype=np.float32),
            "running_var": np.full(channels, 0.7, np.float32),
        },
        BY_HAND,
    )
    layer = make("Conv2d", out_channels=channels, kernel_size=(size, size), stride=(2, 2))
    nodes = [
        node("input", make("Input", shape=(3, 40, 40))),
        node("conv", layer, "input"),
        node("norm", make("BatchNorm2d"), "conv", weights=norm),
    ]
    network = Network(nodes)
    run = Executor(threads=1).run(network, PHOTOGRAPH, wanted=["input", "norm"])
    found = {one.node_id: one.map for one in run}
    exact = dict(exact_maps(network, {"input": found["input"]}, parameters(network, 0)))["norm"]
    ours, once = found["norm"][0] - exact, exact.astype(np.float32) - exact
    assert np.square(ours).mean() < 1.1 * np.square(once).mean()
