"""5×5 convolutions by Winograd F(2×2, 5×5): odd maps, every padding, and what is not finite."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.model.network import Network
from engine.shapes import SAME, VALID, Padding
from tests.engine.execution.odd_networks import Anything, assert_right, make, node, run


def five(channels: int, **settings: object) -> object:
    return make("Conv2d", out_channels=channels, kernel_size=(5, 5), **settings)


def algorithms(network: Network) -> dict[str, str]:
    return {step.nodes[0]: step.algorithm for step in Executor().plan(network).steps}


@pytest.mark.parametrize("padding", [SAME, VALID])
@pytest.mark.parametrize(
    ("channels", "height", "width"), [((32, 48), 27, 31), ((17, 33), 23, 40), ((96, 256), 13, 13)]
)
def test_odd_maps_are_right(channels: tuple[int, int], height: int, width: int, padding: Padding) -> None:
    network = Network(
        [
            node("input", make("Input", shape=(channels[0], height, width))),
            node("conv", five(channels[1], padding=padding, bias=True), "input"),
            node("relu", make("ReLU"), "conv"),
        ]
    )
    assert algorithms(network)["conv"] == "Winograd F(2×2, 5×5)"
    assert_right(network, run(network))


def test_what_is_not_finite_reaches_only_its_neighbours() -> None:
    network = Network(
        [
            node("input", make("Input", shape=(32, 23, 23))),
            node("conv", five(32), "input", weights=Anything(spoiled=1e38)),
            node("next", five(32, padding=SAME), "conv", weights=Anything(spoiled=1e38)),
        ]
    )
    found = run(network)
    assert not np.isfinite(found["next"]).all()
    assert_right(network, found)
