"""Layer normalisation by vectors, against its definition in double precision."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.image.input_arrays import InputArrays
from engine.kernels.fast.host import host
from engine.model.network import Network
from engine.weights import Weights
from tests.engine.execution.odd_networks import make, node
from tests.reference import layer_norm

WIDTH = host().width
RNG = np.random.default_rng(3)


class Affine(Weights):
    """Scales and shifts that differ from channel to channel."""

    name = "affine"

    def to_json(self) -> dict:
        return {}

    def parameters(self, node_id: str, layer: object, inputs: tuple, *_: object) -> dict:
        ramp = np.linspace(-2, 3, inputs[0][0], dtype=np.float32)
        return {"weight": ramp, "bias": ramp[::-1].copy()}


def normalized(x: np.ndarray) -> np.ndarray:
    """What the engine makes of a map (1, C, H, W)."""
    network = Network(
        [
            node("input", make("Input", shape=x.shape[1:])),
            node("y", make("LayerNorm"), "input", weights=Affine()),
        ]
    )
    executor = Executor()
    (step,) = [step for step in executor.plan(network).steps if step.nodes == ("y",)]
    assert step.algorithm == "layer norm"
    maps = {result.node_id: result.map for result in executor.run(network, InputArrays({"input": x}))}
    return maps["y"]


def exact(x: np.ndarray) -> np.ndarray:
    """What is right."""
    parameters = Affine().parameters("y", make("LayerNorm"), ((x.shape[1],),))
    return layer_norm(make("LayerNorm"), [x[0].astype(np.float64)], parameters)[None]


@pytest.mark.parametrize("channels", [1, 3, WIDTH - 1, WIDTH, WIDTH + 1, 96, 100, 3 * WIDTH, 768])
def test_any_number_of_channels(channels: int) -> None:
    x = RNG.normal(size=(1, channels, 3, 5)).astype(np.float32)
    np.testing.assert_allclose(normalized(x), exact(x), rtol=2e-6, atol=3e-6)


@pytest.mark.parametrize("mean", [100.0, -3000.0])
def test_values_far_from_zero_lose_no_more_than_their_own_digits(mean: float) -> None:
    x = (mean + RNG.normal(size=(1, 200, 4, 4))).astype(np.float32)
    np.testing.assert_allclose(normalized(x), exact(x), rtol=1e-5, atol=1e-5)


def test_what_is_not_finite_stays_in_its_pixel() -> None:
    x = RNG.normal(size=(1, 20, 3, 3)).astype(np.float32)
    x[0, 7, 1, 1] = np.nan
    x[0, 2, 0, 2] = np.inf
    lost = np.isnan(normalized(x)).all(axis=1)[0]
    assert lost.tolist() == [[False, False, True], [False, True, False], [False] * 3]


def test_what_lies_behind_the_last_channel_reaches_no_sum() -> None:
    """A slice of a wider map: its neighbours' values stand in the lanes that are not its own."""
    x = RNG.normal(size=(1, WIDTH + 8, 2, 2)).astype(np.float32)
    x[:, 8:] = np.nan
    network = Network(
        [
            node("input", make("Input", shape=x.shape[1:])),
            node("wide", make("ReLU"), "input"),
            node("part", make("Slice", start=0, stop=8), "wide"),
            node("y", make("LayerNorm"), "part", weights=Affine()),
        ]
    )
    maps = {result.node_id: result.map for result in Executor().run(network, InputArrays({"input": x}))}
    np.testing.assert_allclose(maps["y"], exact(np.maximum(x[:, :8], 0)), rtol=2e-6, atol=3e-6)
