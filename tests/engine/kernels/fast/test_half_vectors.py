"""Matrix products whose last vector of channels is half used, against the definition in double precision."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.image.input_arrays import InputArrays
from engine.kernels.fast.micro_kernels.plain_gemm import HALVED
from engine.kernels.fast.operation_rows import decode
from engine.model.network import Network
from engine.plan import streaming
from tests.engine.execution.odd_networks import Anything, make, node

CHANNELS = (1, 7, 8, 9, 16, 17, 24, 25, 31, 32, 33, 40, 41, 48, 56, 57, 72, 120)
WEIGHTS = Anything()
RNG = np.random.default_rng(5)


def pointwise(name: str, channels: int, source: str) -> object:
    return node(name, make("Conv2d", out_channels=channels, kernel_size=(1, 1)), source, weights=WEIGHTS)


def network(depth: int, channels: int, *tail: object, extent: tuple[int, int] = (9, 23)) -> Network:
    first = [node("input", make("Input", shape=(depth, *extent))), pointwise("x", depth, "input")]
    return Network([*first, pointwise("y", channels, "x"), *tail])


def maps(network: Network, x: np.ndarray, threads: int = 2) -> dict[str, np.ndarray]:
    run = Executor(threads=threads).run(network, InputArrays(arrays={"input": x}))
    return {result.node_id: result.map for result in run}


def product(network: Network, node_id: str, x: np.ndarray) -> np.ndarray:
    """Σ_k x[k] · weight[c, k] + bias[c], in double precision."""
    own = network.nodes[node_id]
    parameters = own.weights.parameters(node_id, own.layer, (x.shape[1:],), 0)
    weight = parameters["weight"][:, :, 0, 0].astype(np.float64)
    return np.einsum("ck,nkhw->nchw", weight, x.astype(np.float64)) + parameters["bias"][:, None, None]


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    assert np.abs(found - expected).max() <= 2e-6 * np.abs(expected).max()


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("depth", [16, 21])
def test_any_number_of_channels_is_the_product(channels: int, depth: int) -> None:
    whole = network(depth, channels)
    found = maps(whole, RNG.standard_normal((1, depth, 9, 23), np.float32))
    assert_close(found["y"], product(whole, "y", found["x"]))


@pytest.mark.parametrize("channels", [8, 24, 40, 72])
def test_sums_activations_and_streams_end_in_half_a_vector_too(
    channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail = [
        pointwise("a", channels, "y"), node("sum", make("Add"), "a", "y"), pointwise("b", channels, "sum"),
        node("silu", make("SiLU"), "b"),
    ]  # fmt: skip
    whole = network(16, channels, *tail)
    x = RNG.standard_normal((1, 16, 9, 23), np.float32)
    found = maps(whole, x)
    added = found["y"] + product(whole, "a", found["y"])
    assert_close(found["sum"], added)
    wanted = Executor(threads=2).run(whole, InputArrays(arrays={"input": x}), wanted=("silu", "y"))
    fused = {result.node_id: result.map for result in wanted}
    b = product(whole, "b", found["sum"])
    assert_close(fused["silu"], b / (1 + np.exp(-b)))
    monkeypatch.setattr(streaming, "LEAST_BYTES", 0)
    monkeypatch.setattr(streaming, "SOON_BYTES", 0)
    monkeypatch.setattr(streaming, "LARGE_BYTES", 0)
    monkeypatch.setattr(streaming, "last_cache_bytes", lambda: 0)
    streamed = maps(whole, x, threads=1)
    for node_id, one in found.items():
        assert np.array_equal(one, streamed[node_id]), node_id


@pytest.mark.skipif(not HALVED, reason="this processor has no such kernel")
def test_the_tile_of_larger_maps_is_the_one_with_half_vectors() -> None:
    plan = Executor().plan(network(16, 24, extent=(28, 28)))
    tiles = [decode(plan.rows[step.rows[-1]]).tile for step in plan.steps if step.nodes == ("y",)]
    assert tiles == [HALVED]


@pytest.mark.parametrize("channels", [8, 24, 40])
def test_a_nan_stays_in_its_pixel_and_reaches_every_channel(channels: int) -> None:
    x = RNG.standard_normal((1, 16, 14, 14), np.float32)
    x[0, 3, 5, 6] = np.nan
    y = maps(network(16, channels, extent=(14, 14)), x)["y"]
    assert np.isnan(y[0, :, 5, 6]).all()
    assert np.isnan(y).sum() == channels
