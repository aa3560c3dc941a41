"""Rounding errors of long sums."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.model.network import Network
from engine.plan.lowering.matrix_product import BLOCK_STEPS, blocks_of
from gui.bench.contenders import parameters
from gui.bench.exact import exact_maps
from tests.engine.execution.odd_networks import PHOTOGRAPH, make, node


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


@pytest.mark.parametrize("taps", [1, 3, 9, 25])
@pytest.mark.parametrize("depth", [0, 1, 3, 21, 64, 65, 100, 128, 129, 147, 512, 1000, 25088])
def test_blocks_cover_a_sum_in_parts_alike(depth: int, taps: int) -> None:
    run, runs_a_block = blocks_of(depth, taps)
    assert run >= 1
    assert 1 <= runs_a_block <= max(1, taps)
    assert runs_a_block == 1 or run == max(1, depth)
    assert run * runs_a_block <= BLOCK_STEPS
    assert run % 4 == 0 or run == max(1, depth)
