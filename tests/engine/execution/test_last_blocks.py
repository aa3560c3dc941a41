"""Winograd convolutions whose last block of tiles is smaller than any register tile that is compiled."""

import pytest

from engine.layers import layer_kinds
from engine.model.network import Network, Node
from tests.engine.execution.odd_networks import assert_right, run


@pytest.mark.parametrize(
    ("height", "width"),
    [(12, 116), (36, 52), (44, 44), (20, 76)],
    ids=["3 tiles left", "5 tiles left", "9 tiles left", "11 tiles left"],
)
def test_a_short_last_block_of_tiles_is_right(height: int, width: int) -> None:
    kinds = layer_kinds()
    network = Network([
        Node(id="input", layer=kinds["Input"](shape=(64, height, width))),
        Node(id="conv", layer=kinds["Conv2d"](out_channels=64), inputs=("input",)),
    ])  # fmt: skip
    assert_right(network, run(network))
