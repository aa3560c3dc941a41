"""Depthwise and narrow grouped convolutions: some pixels at once, borders, and every width left over."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.execution.executor import Executor
from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import decode, operation_of
from engine.kernels.fast.variants import DEPTHWISE_PIXELS, DEPTHWISE_WINDOWS, GROUP_CHANNELS
from engine.model.network import Network
from engine.plan import post_activation
from engine.plan.lowering import depthwise
from engine.shapes import Padding
from tests.engine.execution.odd_networks import assert_right, make, node, run

HEIGHTS_AND_PADDINGS = ((3, "same"), (5, "valid"), (2, "full"), (9, (0, 2, 1, 0)), (7, (4, 0, 0, 3)))
WIDTHS = (3, 4, 6, 7, 8, 13, 14, 15, 19, 29)


def every_border(kernel: int, stride: int) -> Network:
    """Maps of all widths, on each a convolution for each padding, with an activation and without."""
    nodes = []
    for width in WIDTHS:
        name = f"wide {width}"
        nodes.append(node(f"input {width}", make("Input", shape=(3, 9, width))))
        nodes.append(node(name, make("Conv2d", out_channels=21, kernel_size=(1, 1)), f"input {width}"))
        for height, padding in HEIGHTS_AND_PADDINGS:
            size, step = (height, kernel), (1 + height % 2, stride)
            layer = make("DepthwiseConv2d", kernel_size=size, stride=step, padding=Padding.of(padding))
            try:
                layer.output_shape((21, 9, width))
            except ShapeError:
                continue
            nodes.append(node(f"{name} {padding}", layer, name))
            nodes.append(node(f"{name} {padding}'", layer, name))
            nodes.append(node(f"{name} {padding} gelu", make("GELU"), f"{name} {padding}'"))
    return Network(nodes)


@pytest.mark.parametrize(("kernel", "stride"), [*DEPTHWISE_WINDOWS, (4, 1), (7, 2)])
def test_every_width_and_border_is_right(kernel: int, stride: int) -> None:
    network = every_border(kernel, stride)
    assert_right(network, run(network))
    once, again = (run(network, Executor(threads=n), wanted=post_activation(network)) for n in (1, 2))
    assert_right(network, once)
    for node_id, one in once.items():
        assert one.tobytes() == again[node_id].tobytes()


def test_every_number_of_pixels_at_once_is_taken() -> None:
    for kernel, stride in DEPTHWISE_WINDOWS:
        rows = Executor().plan(every_border(kernel, stride)).rows
        taken = {decode(row).at_once for row in rows if operation_of(row).__name__ == "Depthwise"}
        assert taken >= set(DEPTHWISE_PIXELS[host().tile_pixels][stride])


def test_long_pixels_from_far_away_are_taken_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    conv = make("DepthwiseConv2d", kernel_size=(3, 3))
    nodes = [node("input", make("Input", shape=(96, 12, 28))), node("y", conv, "input")]
    network = Network(nodes)

    def taken() -> list[int]:
        rows = [decode(row) for row in Executor().plan(network).rows]
        return [row.at_once for row in rows if hasattr(row, "at_once")]

    near = run(network)["y"]
    assert taken() == [max(DEPTHWISE_PIXELS[host().tile_pixels][1])]
    monkeypatch.setattr(depthwise, "NEAR_BYTES", 0)
    assert taken() == [min(DEPTHWISE_PIXELS[host().tile_pixels][1])]
    np.testing.assert_array_equal(run(network)["y"], near)


def narrow_groups(channels: int) -> Network:
    """Five groups of so many channels: strides, paddings, heights and widths."""
    nodes = []
    for width in (6, 7, 9, 14, 15, 28, 31):
        name = f"wide {width}"
        nodes.append(node(f"input {width}", make("Input", shape=(3, 9, width))))
        nodes.append(
            node(name, make("Conv2d", out_channels=5 * channels, kernel_size=(1, 1)), f"input {width}")
        )
        for height, padding in ((3, "same"), (1, "valid"), (2, "full"), (5, (4, 0, 0, 3))):
            for stride in (1, 2):
                layer = make(
                    "Conv2d", out_channels=5 * channels, kernel_size=(height, 3), groups=5,
                    stride=(1 + height % 2, stride), padding=Padding.of(padding),
                )  # fmt: skip
                nodes.append(node(f"{name} {stride} {padding}", layer, name))
                nodes.append(
                    node(f"{name} {stride} {padding} silu", make("SiLU"), f"{name} {stride} {padding}")
                )
    return Network(nodes)


@pytest.mark.parametrize("channels", GROUP_CHANNELS)
def test_groups_of_few_channels_share_a_vector(channels: int) -> None:
    network = narrow_groups(channels)
    steps = Executor().plan(network).steps
    shared = sum(step.algorithm == "grouped windows" for step in steps)
    assert shared >= (40 if host().width % channels == 0 else 0)
    assert_right(network, run(network))
    once, again = (run(network, Executor(threads=n), wanted=post_activation(network)) for n in (1, 2))
    assert_right(network, once)
    for node_id, one in once.items():
        assert one.tobytes() == again[node_id].tobytes()
