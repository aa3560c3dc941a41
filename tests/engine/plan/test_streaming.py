"""Large maps of large networks go past the caches, with the same bytes."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.operation_rows import decode, operation_of
from engine.model.network import Network
from engine.plan import streaming
from engine.shapes import SAME
from tests.engine.execution.odd_networks import PHOTOGRAPH, make, node


def conv(channels: int, size: int = 3, **settings: object) -> object:
    return make("Conv2d", out_channels=channels, kernel_size=(size, size), **settings)


def every_kind() -> Network:
    return Network(
        [
            node("input", make("Input", shape=(3, 37, 41))),
            node("stem", conv(32, 5), "input"),
            node("winograd", conv(40), "stem"),
            node("plain", conv(72, 1), "winograd"),
            node("depthwise", conv(72, groups=72), "plain"),
            node("strided", conv(56, stride=(2, 2)), "depthwise"),
            node("small", conv(256), "strided"),
            node("phases", conv(320), "small"),
            node("grouped", conv(48, groups=4), "phases"),
            node("up", make("ConvTranspose2d", out_channels=24), "grouped"),
            node("join", make("Concat"), "grouped", "small"),
        ]
    )


def streams(row: np.ndarray) -> bool:
    return bool(getattr(decode(row), "streams", False))


def maps(network: Network) -> dict[str, np.ndarray]:
    return {result.node_id: result.map for result in Executor(threads=2).run(network, PHOTOGRAPH)}


def test_streamed_maps_have_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    network = every_kind()
    expected = maps(network)
    monkeypatch.setattr(streaming, "LEAST_BYTES", 0)
    monkeypatch.setattr(streaming, "SOON_BYTES", 0)
    monkeypatch.setattr(streaming, "LARGE_BYTES", 0)
    monkeypatch.setattr(streaming, "last_cache_bytes", lambda: 0)
    plan = Executor().plan(network)
    streamed = {operation_of(row).__name__ for row in plan.rows if streams(row)}
    assert streamed >= {"Gemm", "PixelRuns", "RowRuns", "Winograd", "WinogradOutput", "Depthwise"}
    found = maps(network)
    for node_id, one in expected.items():
        assert np.array_equal(one, found[node_id]), node_id


def test_what_fits_into_the_cache_is_not_streamed() -> None:
    assert not any(streams(row) for row in Executor().plan(every_kind()).rows)


def test_groups_that_end_within_a_vector_are_not_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "LEAST_BYTES", 0)
    monkeypatch.setattr(streaming, "SOON_BYTES", 0)
    monkeypatch.setattr(streaming, "LARGE_BYTES", 0)
    monkeypatch.setattr(streaming, "last_cache_bytes", lambda: 0)
    plan = Executor().plan(every_kind())
    grouped = [row for row in plan.rows if getattr(decode(row), "groups", 1) > 1]
    assert grouped
    assert not any(streams(row) for row in grouped)


def test_smaller_maps_are_streamed_where_their_reader_has_enough_to_compute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 376 KB, 602 KB or 5.9 MB; windows read what is computed for them, each from a map of its own."""
    monkeypatch.setattr(streaming, "last_cache_bytes", lambda: 0)

    def streamed(size: int, channels: int, kernel: int, stride: int) -> bool:
        one = make(
            "Conv2d", out_channels=channels, kernel_size=(kernel, kernel), stride=(stride, stride),
            groups=channels, padding=SAME,
        )  # fmt: skip
        network = Network(
            [
                node("input", make("Input", shape=(16, size, size))),
                node("made", conv(channels, 1), "input"),
                node("read", one, "made"),
            ]
        )
        plan = Executor().plan(network)
        (step,) = [step for step in plan.steps if step.nodes == ("made",)]
        return streams(plan.rows[step.rows[-1]])

    assert streamed(124, 96, 3, 1)
    assert streamed(14, 480, 5, 1)
    assert not streamed(28, 192, 3, 1)
    assert not streamed(14, 480, 3, 1)
    assert not streamed(14, 480, 5, 2)


def test_smaller_maps_wait_in_a_cache_that_almost_holds_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(
        [
            node("input", make("Input", shape=(16, 28, 28))),
            node("small", conv(192, 1), "input"),
            node("read", conv(192, 1), "small"),
        ]
    )
    needed = Executor().plan(network).bytes_of("map", "weights")
    for room, expected in ((needed - 1, True), (needed, False)):
        monkeypatch.setattr(streaming, "last_cache_bytes", lambda room=room: room)
        plan = Executor().plan(network)
        (step,) = [step for step in plan.steps if step.nodes == ("small",)]
        assert streams(plan.rows[step.rows[-1]]) is expected
