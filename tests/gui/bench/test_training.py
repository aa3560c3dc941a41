"""A benchmark of training tells one record a network and batch, whose numbers follow from each other."""

import pytest

from gui.bench import training


def test_a_record_tells_the_same_time_three_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_ROUNDS", 3)
    monkeypatch.setattr(training, "installed", lambda name: False)
    record = training.step_times("lenet5", 1, 16)
    (ms,) = record["median_ms"].values()
    assert record["us_a_picture"] == {training.OURS: pytest.approx(ms * 1000 / 16)}
    assert record["steps_per_s"] == {training.OURS: pytest.approx(1000 / ms)}
    assert record["rounds"] == 3
    assert record["ratio"] == {}
