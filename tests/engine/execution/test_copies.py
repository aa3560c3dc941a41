"""Copies by whole vectors: planes into pixels, shuffled channels, parts of a joined map."""

import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import decode, operation_of
from engine.kernels.fast.operations import Copy, ImageRuns
from engine.kernels.fast.variants import DEALT_PARTS
from engine.model.network import Network
from engine.shapes import Padding
from tests.engine.execution.odd_networks import assert_right, make, node, run

WIDTH = host().width


def parts_of_copies(network: Network) -> list[int]:
    """`parts` of all copies of its plan, those within tasks too."""
    rows = Executor().plan(network).rows
    return [decode(row).parts for row in rows if operation_of(row) in (Copy, ImageRuns)]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("width", [WIDTH, 2 * WIDTH - 1, 2 * WIDTH + 3])
def test_planes_become_pixels(channels: int, width: int) -> None:
    nodes = [node("input", make("Input", shape=(channels, 7, width)))]
    for padding in ("valid", "same", (1, 0, 2, 1)):
        layer = make("Conv2d", out_channels=5, kernel_size=(3, 3), padding=Padding.of(padding))
        nodes.append(node(str(padding), layer, "input"))
    network = Network(nodes)
    pixels_already = channels == 1  # without padding
    assert parts_of_copies(network) == [channels] * (2 if pixels_already else 3)
    assert_right(network, run(network), tolerance=1e-5)


def test_planes_narrower_than_a_vector_are_copied_one_by_one() -> None:
    layer = make("Conv2d", out_channels=5, kernel_size=(3, 3), padding=Padding.of("same"))
    network = Network([node("input", make("Input", shape=(3, 6, WIDTH - 1))), node("x", layer, "input")])
    assert parts_of_copies(network) == [0]
    assert_right(network, run(network), tolerance=1e-5)


@pytest.mark.parametrize("groups", [2, 3, 4, 5])
@pytest.mark.parametrize("size", [WIDTH - 1, WIDTH, 2 * WIDTH - 3, 3 * WIDTH + 2])
def test_shuffled_channels(groups: int, size: int) -> None:
    nodes = [
        node("input", make("Input", shape=(groups * size, 3, 5))),
        node("x", make("GELU"), "input"),
        node("y", make("ChannelShuffle", groups=groups), "x"),
    ]
    network = Network(nodes)
    at_once = groups in DEALT_PARTS and size >= WIDTH
    assert parts_of_copies(network)[1:] == ([groups] if at_once else [0] * groups)  # behind the input's own
    assert_right(network, run(network), tolerance=1e-6)


def test_parts_of_a_joined_map_that_end_within_a_vector() -> None:
    narrow, wide = WIDTH + 3, 2 * WIDTH + 5
    nodes = [
        node("input", make("Input", shape=(narrow, 4, 5))),
        node("a", make("GELU"), "input"),
        node("b", make("Conv2d", out_channels=wide, kernel_size=(1, 1)), "a"),
        node("c", make("Conv2d", out_channels=narrow, kernel_size=(1, 1)), "a"),
        node("joined", make("Concat"), "a", "b", "c"),
    ]
    network = Network(nodes)
    assert parts_of_copies(network)[1:] == [1, 1, 1]
    assert_right(network, run(network), tolerance=1e-5)
