"""The simulation of more threads against what must hold for any way of dealing tasks out."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.__main__ import main
from gui.bench.simulated import (
    MEET_EACH_MS,
    TAKE_MS,
    THREADS,
    WAKE_EACH_MS,
    WAKE_MS,
    Row,
    simulated_ms,
    waiting_share,
    worst_steps,
)

ROWS = st.lists(
    st.builds(
        Row,
        tasks=st.integers(1, 40),
        barrier=st.booleans(),
        ms=st.floats(0.01, 10),
        moved_bytes=st.floats(0, 1e7),
    ),
    min_size=1,
    max_size=12,
)


def taking(rows: list[Row]) -> float:
    return TAKE_MS * sum(row.tasks for row in rows)


@settings(max_examples=30)
@given(ROWS)
def test_one_thread_takes_the_sum(rows: list[Row]) -> None:
    assert simulated_ms(rows, 1, None) == pytest.approx(sum(row.ms for row in rows) + taking(rows))


@settings(max_examples=30)
@given(ROWS, st.sampled_from(THREADS))
def test_no_dealing_is_faster_than_work_and_waits_allow(rows: list[Row], threads: int) -> None:
    ms = simulated_ms(rows, threads, None)
    whole = sum(row.ms for row in rows)
    assert ms >= whole / threads
    assert ms >= max(row.ms / row.tasks for row in rows)
    parts = [0.0]  # between two barriers a thread does one task at least
    for row in rows:
        parts = [*parts, 0.0] if row.barrier else parts
        parts[-1] = max(parts[-1], row.ms / row.tasks)
    assert ms >= sum(parts) * (1 - 1e-9)
    # Graham, "Bounds for certain multiprocessing anomalies", 1966: nobody is idle but before a barrier.
    last_wake = WAKE_MS + WAKE_EACH_MS * threads
    meetings = MEET_EACH_MS * threads * len(parts)
    assert ms <= whole / threads + sum(parts) + taking(rows) + last_wake + meetings + 1e-6


@settings(max_examples=30)
@given(ROWS, st.sampled_from(THREADS), st.floats(1, 200))
def test_memory_only_costs(rows: list[Row], threads: int, gb_per_s: float) -> None:
    free = simulated_ms([row for row in rows], threads, None)
    assert simulated_ms(rows, 1, gb_per_s) == pytest.approx(simulated_ms(rows, 1, None))
    if all(row.barrier for row in rows):  # else slower tasks may happen to be dealt out better
        assert simulated_ms(rows, threads, gb_per_s) >= free * (1 - 1e-9)


def test_equal_tasks_for_all_scale_as_the_threads_do() -> None:
    rows = [Row(tasks=64, barrier=True, ms=640.0, moved_bytes=0.0)] * 4
    for threads in THREADS:
        assert 2560 / simulated_ms(rows, threads, None) == pytest.approx(threads, rel=0.03)


def test_a_row_of_one_task_does_not_scale() -> None:
    rows = [Row(tasks=1, barrier=True, ms=5.0, moved_bytes=0.0)] * 3
    assert simulated_ms(rows, 16, None) == pytest.approx(15.0, rel=0.01)


def test_what_memory_gives_is_shared_by_those_who_ask_at_once() -> None:
    rows = [Row(tasks=16, barrier=True, ms=16.0, moved_bytes=160e6)]  # 10 GB/s on one thread
    assert 16 / simulated_ms(rows, 4, 40.0) == pytest.approx(4, rel=0.03)
    assert 16 / simulated_ms(rows, 8, 40.0) == pytest.approx(4, rel=0.03)
    assert 16 / simulated_ms(rows, 8, 80.0) == pytest.approx(8, rel=0.05)


def test_the_step_that_leaves_threads_idle_is_named() -> None:
    rows = [
        Row(tasks=64, barrier=True, ms=64.0, moved_bytes=0.0, step="even"),
        Row(tasks=5, barrier=True, ms=20.0, moved_bytes=0.0, step="uneven"),
    ]
    (worst,) = worst_steps(rows, 4)
    assert worst == {"step": "uneven", "tasks": 5, "waiting_ms": pytest.approx(2 * 4 - 5.0)}
    assert waiting_share(rows, 4) == pytest.approx(3 / 24, rel=0.02)


def test_the_command_prints_every_number_of_threads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "lenet5", "--simulate-threads", "--json", "--threads", "1"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert [one["threads"] for one in result["scaling"]] == list(THREADS)
    assert result["scaling"][0]["speed_up"] == pytest.approx(1.0)
    assert result["scaling"][0]["measured"] == pytest.approx(1.0)
