"""How large the pieces are that a core works on, by the size of its own cache."""

from typing import Any

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.operation_rows import decode, operation_of
from engine.kernels.fast.operations import Operation, PixelRuns, Winograd
from engine.model.network import Network
from engine.plan.cores import planning_for
from engine.plan.lowering import matrix_product, winograd
from tests.engine.execution.odd_networks import assert_right, make, node, run

SMALL, LARGE = 1 << 20, 2 << 20


def cache_of(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in (matrix_product, winograd):
        monkeypatch.setattr(module, "core_cache_bytes", lambda: (32 << 10, size))


def convolution(channels: int, height: int, width: int, out: int, kernel: int) -> Network:
    layer = make("Conv2d", out_channels=out, kernel_size=(kernel, kernel))
    source = node("input", make("Input", shape=(channels, height, width)))
    return Network([source, node("conv", layer, "input")])


def row_of(network: Network, kind: type[Operation]) -> Any:
    with planning_for(2):
        plan = Executor().plan(network)
    (row,) = (decode(row) for row in plan.rows if operation_of(row) is kind)
    return row


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_blocks_of_both_sizes_are_right(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    cache_of(monkeypatch, size)
    for network in (convolution(48, 37, 50, 40, 3), convolution(200, 19, 23, 272, 1)):
        assert_right(network, run(network))


def test_the_size_of_a_block_is_not_seen_in_its_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    network, maps = convolution(96, 60, 52, 96, 3), []
    for size in (SMALL, LARGE):
        cache_of(monkeypatch, size)
        maps.append(run(network)["conv"])
    assert np.array_equal(*maps)


def test_a_larger_cache_has_larger_blocks_of_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    network, blocks = convolution(128, 112, 112, 128, 3), []
    for size in (SMALL, LARGE):
        cache_of(monkeypatch, size)
        row = row_of(network, Winograd)
        blocks.append(row.tiles_a_task)
        bytes_a_tile = row.input_tile**2 * 4 * (row.input_channels + row.output_channels)
        assert row.tiles_a_task == row.tile or row.tiles_a_task * bytes_a_tile <= size / 2
    assert blocks[0] < blocks[1]


def test_blocks_of_pixels_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (SMALL, LARGE):
        cache_of(monkeypatch, size)
        row = row_of(convolution(728, 19, 19, 728, 1), PixelRuns)
        tiles = -(-19 * 19 // row.tile)
        blocks = -(-tiles // row.tiles_a_task)
        assert row.tiles_a_task * blocks - tiles < blocks
