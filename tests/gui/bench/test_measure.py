"""How the benchmark measures."""

import time

from gui.bench.measure import PAUSE_S, WARM_S, alternated


def test_a_task_is_timed_when_it_has_run_for_a_while() -> None:
    began: list[float] = []
    (times,) = alternated({"task": lambda: began.append(time.perf_counter())}, rounds=3, enough_s=60).values()
    assert len(times) == 3
    pauses = [i for i in range(1, len(began)) if began[i] - began[i - 1] > PAUSE_S]
    assert len(pauses) == 3
    for first, after in zip(pauses, [*pauses[1:], len(began)], strict=True):
        assert after - first >= 2
        assert began[after - 1] - began[first] >= 0.9 * WARM_S  # the clock starts before the task's own


def test_a_task_longer_than_that_runs_once_untimed() -> None:
    calls: list[int] = []

    def task() -> None:
        calls.append(1)
        time.sleep(2 * WARM_S)

    alternated({"task": task}, rounds=3, enough_s=60)
    assert len(calls) == 1 + 3 * 2
