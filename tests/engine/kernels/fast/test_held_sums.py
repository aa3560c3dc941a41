"""Sums of earlier blocks in registers: the same bytes as where they are put by in memory."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.image.input_arrays import InputArrays
from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import decode
from engine.kernels.fast.variants import HELD_TILES
from engine.model.network import Network
from engine.plan.lowering import matrix_product
from tests.engine.execution.odd_networks import Anything, make, node

WEIGHTS = Anything()
RNG = np.random.default_rng(8)
SIZES = HELD_TILES[host().tile_pixels]


def network(channels: int, extent: tuple[int, int]) -> Network:
    """A stem, 3×3 by Winograd's algorithm, and 1×1 with a residual, all in short blocks."""
    made = [node("input", make("Input", shape=(3, *extent)))]

    def conv(name: str, out: int, size: int, stride: int, *source: str) -> None:
        layer = make("Conv2d", out_channels=out, kernel_size=(size, size), stride=(stride, stride))
        made.append(node(name, layer, *source, weights=WEIGHTS))

    conv("stem", channels, 7, 2, "input")
    conv("square", channels, 3, 1, "stem")
    made.append(node("relu", make("ReLU"), "square"))
    conv("point", channels, 1, 1, "relu")
    made.append(node("sum", make("Add"), "point", "relu"))
    conv("narrow", 16, 1, 1, "sum")
    return Network(made)


def maps(network: Network, x: np.ndarray, threads: int) -> dict[str, np.ndarray]:
    run = Executor(threads=threads).run(network, InputArrays(arrays={"input": x}))
    return {result.node_id: result.map.copy() for result in run}


def held_rows(network: Network) -> int:
    return sum(getattr(decode(row), "held", 0) for row in Executor(threads=2).plan(network).rows)


@pytest.mark.parametrize("extent", [(56, 56), (28, 44), (50, 37), (16, 16), (12, 9)])
@pytest.mark.parametrize("channels", [48, 64, 80])
def test_where_sums_are_held_changes_no_bit(
    channels: int, extent: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = network(channels, extent)
    x = RNG.standard_normal((1, 3, *extent), np.float32)
    held = maps(whole, x, threads=2)
    if SIZES and min(extent) >= 28:
        assert held_rows(whole)
    monkeypatch.setattr(matrix_product, "HELD_TILES", dict.fromkeys(HELD_TILES, ()))
    assert not held_rows(whole)
    for node_id, values in maps(whole, x, threads=1).items():
        np.testing.assert_array_equal(held[node_id], values, err_msg=node_id)


@pytest.mark.skipif(not SIZES, reason="there are too few registers here")
def test_a_smaller_tile_is_taken_only_where_little_is_computed_in_vain() -> None:
    tile = matrix_product.small_tile
    assert tile(196) == max(SIZES)
    assert tile(3) == 0
    for pixels in range(1, 400):
        size, usual = tile(pixels), matrix_product.tile_pixels(pixels)
        limit = matrix_product.SMALL_WASTE * -(-pixels // usual) * usual
        assert size == 0 or -(-pixels // size) * size <= limit
