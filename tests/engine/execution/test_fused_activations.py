"""Activations taken on the way into the map: the same bytes as those of a step of their own."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import decode, operation_of
from engine.kernels.fast.operations import Function
from engine.model.network import Network, Node
from engine.plan import post_activation, streaming
from tests.engine.execution.odd_networks import PHOTOGRAPH, Anything, assert_right, make, node

ACTIVATIONS = ("SiLU", "GELU", "Tanh", "Sigmoid", "Hardswish", "Hardsigmoid", "LeakyReLU")


def conv(channels: int, size: int = 3, **settings: object) -> object:
    return make("Conv2d", out_channels=channels, kernel_size=(size, size), **settings)


LAYERS = {
    "stem": conv(20, 5),
    "blocks": conv(40),
    "plain": conv(72, 1),
    "strided": conv(56, stride=(2, 2)),
    "depthwise": conv(56, 5, groups=56),
    "groups of 24": conv(48, groups=2),
    "groups of 16": conv(48, groups=3),
    "phases": conv(704),
    "up": make("ConvTranspose2d", out_channels=24, kernel_size=(2, 2), stride=(2, 2)),
    "dense": make("Linear", out_features=33),
}


def every_algorithm(activation: str, spoiled: float | None = None) -> Network:
    """Each layer, an activation behind it; a sum before one of them."""
    nodes: list[Node] = [node("input", make("Input", shape=(3, 37, 41)))]
    before = "input"
    for name, layer in LAYERS.items():
        if name == "dense":
            nodes.append(node("flat", make("Flatten"), before))
            before = "flat"
        nodes.append(node(name, layer, before, weights=Anything(spoiled=spoiled)))
        last = name
        if name == "groups of 16":
            nodes.append(node("sum", make("Add"), last, "groups of 24'"))
            last = "sum"
        before = f"{name}'"
        nodes.append(node(before, make(activation), last))
    return Network(nodes)


def maps(network: Network, threads: int, wanted: object = None) -> dict[str, np.ndarray]:
    run = Executor(threads=threads).run(network, PHOTOGRAPH, wanted=wanted)
    return {result.node_id: result.map for result in run}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_fused_activations_have_the_same_bytes(activation: str) -> None:
    network = every_algorithm(activation)
    apart = maps(network, threads=1)
    assert_right(network, apart)
    for threads in (1, 2):
        fused = maps(network, threads, wanted=post_activation(network))
        assert set(fused) == {node_id for node_id in network.order if node_id.endswith("'")} | {
            "input",
            "flat",
        }
        for node_id, one in fused.items():
            assert one.tobytes() == apart[node_id].tobytes(), node_id


def test_every_algorithm_takes_one_on_the_way_into_its_map() -> None:
    network = every_algorithm("GELU")
    rows = Executor().plan(network, post_activation(network)).rows
    taking = {operation_of(row).__name__ for row in rows if getattr(decode(row), "function", 0)}
    assert taking == {
        "RowRuns", "Winograd", "PixelRuns", "Gemm", "Depthwise", "WinogradOutput", "Elementwise",
    }  # fmt: skip
    after = [decode(row) for row in rows if operation_of(row).__name__ == "Elementwise"]
    assert [row.function for row in after] == [Function.GELU] * len(after)
    within_a_vector = 24 % host().width != 0
    assert len(after) == 1 + within_a_vector  # groups, and phases of a transposed convolution


def test_fused_activations_are_streamed_with_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    network = every_algorithm("SiLU")
    wanted = post_activation(network)
    expected = maps(network, threads=1, wanted=wanted)
    monkeypatch.setattr(streaming, "LEAST_BYTES", 0)
    monkeypatch.setattr(streaming, "SOON_BYTES", 0)
    monkeypatch.setattr(streaming, "LARGE_BYTES", 0)
    monkeypatch.setattr(streaming, "last_cache_bytes", lambda: 0)
    rows = [decode(row) for row in Executor().plan(network, wanted).rows]
    assert sum(getattr(row, "streams", 0) and row.function for row in rows) >= 5
    for node_id, one in maps(network, threads=2, wanted=wanted).items():
        assert one.tobytes() == expected[node_id].tobytes(), node_id


def test_a_map_that_is_asked_for_is_never_fused_away() -> None:
    network = every_algorithm("SiLU")
    wanted = post_activation(network) | {"plain", "sum"}
    found = maps(network, threads=2, wanted=wanted)
    assert set(found) == wanted
    assert_right(network, found)


@pytest.mark.parametrize("activation", ["SiLU", "GELU", "Tanh"])
def test_what_is_not_a_number_stays_visible(activation: str) -> None:
    network = every_algorithm(activation, spoiled=float("nan"))
    fused = maps(network, threads=2, wanted=post_activation(network))
    apart = maps(network, threads=2)
    for node_id, one in fused.items():
        np.testing.assert_array_equal(one, apart[node_id], err_msg=node_id)
    assert np.isnan(fused["dense'"]).any()
