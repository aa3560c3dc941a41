"""A peer that fails, or whose maps differ, is left out, and that is said; all others are still measured."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gui.bench import comparison
from gui.commands import bench
from gui.commands.networks import find_network


@pytest.fixture
def peers_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has the benchmark find these peers and no others."""

    def found(**made: Callable[[], Any]) -> None:
        monkeypatch.setattr(comparison, "peers", lambda *given, **named: made)
        monkeypatch.setattr(bench, "ROUNDS", 3)

    return found


def wrong() -> Any:
    return lambda: {"softmax": np.full((1, 10), 1.0, np.float32)}


def right() -> Any:
    return lambda: {}


def missing() -> Any:
    raise ModuleNotFoundError("No module named 'peer.part'\nand more")


def failing() -> Any:
    def once() -> Any:
        raise RuntimeError("no kernel for this")

    return once


def test_only_those_that_agree_are_measured(
    peers_of: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    peers_of(wrong=wrong, right=right, missing=missing, failing=failing)
    record = bench.measured(find_network("lenet5"), 1)
    assert set(record["median_ms"]) == {*comparison.ALL_OURS, "right"}
    assert set(record["ratio"]) == {"right"}
    assert set(record["left_out"]) == {"wrong", "missing", "failing"}
    told = capsys.readouterr().err
    assert "lenet5: wrong is left out, its maps differ by" in told
    assert "lenet5: missing is left out, it fails: ModuleNotFoundError: No module named 'peer.part'\n" in told
    assert "lenet5: failing is left out, it fails: RuntimeError: no kernel for this" in told


def test_each_installed_peer_is_asked_for_both_kinds_of_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "installed", lambda name: True)
    network, inputs, _ = bench._checked(find_network("lenet5"), 1)
    names = comparison.peers(network, inputs, 0, 1, ("output",), ("c1", "output"), compiles=True)
    assert set(names) == {
        "torch", "torch channels_last", "onnxruntime", "onnxruntime, all maps", "openvino",
        "openvino, all maps", *comparison.COMPILED,
    }  # fmt: skip
