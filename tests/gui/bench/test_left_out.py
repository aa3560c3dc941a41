"""A peer whose maps differ is left out, and said; everybody else is still measured."""

import pytest

from gui.commands import bench
from gui.commands.networks import find_network


def test_a_peer_that_computes_something_else_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong(network, inputs, weights, threads, *, channels_last=False):
        maps = {node_id: values + 1 for node_id, values in inputs.items()}
        return lambda: maps

    monkeypatch.setattr(bench, "installed", lambda name: name == "torch")
    monkeypatch.setattr(bench, "torch_task", wrong)
    monkeypatch.setattr(bench, "ROUNDS", 3)
    record = bench.measured(find_network("lenet5"), 1)
    assert set(record["median_ms"]) == set(bench.ALL_OURS)
    assert record["ratio"] == {}
    told = capsys.readouterr().err
    assert "lenet5: torch is left out" in told
    assert "channels_last is left out" in told
