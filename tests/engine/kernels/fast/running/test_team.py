"""Threads that run rows together: whoever comes late, sleeps or is told to stop."""

import _thread
import os
import time
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from engine.kernels.fast import machine
from engine.kernels.fast.arrays import address_of, zeroed_floats
from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import encode
from engine.kernels.fast.operations import Elementwise, Function
from engine.kernels.fast.places import Address, Place
from engine.kernels.fast.running import team
from engine.kernels.fast.running.shared_words import (
    ASLEEP_WORD,
    BEGUN,
    CORES_WORD,
    LINE_WORDS,
    PAUSES,
    RUN_WORD,
    WITHIN_WORD,
)
from engine.kernels.fast.running.system_calls import Semaphore
from engine.kernels.fast.running.team import Team

TASKS, ROWS = 8, 5


class Copies:
    """Rows that copy a map, one after the other into the next."""

    def __init__(self) -> None:
        width = host().width
        self.maps = [zeroed_floats(4 * width * TASKS) for _ in range(ROWS + 1)]
        self.maps[0][:] = range(width * TASKS)
        rows = []
        for source, target in zip(self.maps, self.maps[1:], strict=False):
            places = [
                Place(Address(0), (width, TASKS, 1), host().vector_bytes, host().vector_bytes)
                for _ in range(2)
            ]
            copy = Elementwise(
                tasks=TASKS, input=places[0], output=places[1], function=Function.CLAMP, other=None,
                rows_a_task=1, low=-1e9, high=1e9, slope=0.0,
            )  # fmt: skip
            addresses = iter((address_of(source), address_of(target)))
            words = encode(copy, barrier=True)
            rows.append([next(addresses) if isinstance(word, Address) else word for word in words])
        self.rows: npt.NDArray[np.int64] = np.array(rows, np.int64)
        self.before: npt.NDArray[np.int64] = np.arange(ROWS + 1) * TASKS

    def run(self, of: Team) -> bool:
        """Whether it was done, to its end."""
        for one in self.maps[1:]:
            one[:] = 0
        of.prepare(64, 64, 64)
        return of.run(self.rows, self.before, 0, ROWS)

    @property
    def is_done(self) -> bool:
        return all(np.array_equal(one, self.maps[0]) for one in self.maps)


@pytest.fixture
def four() -> Iterator[Team]:
    made = machine.another_team(4, machine._ready())
    yield made
    made.close()


def test_runs_end_whether_threads_listen_or_sleep(four: Team) -> None:
    """Pauses are as long as threads listen, so that some fall asleep just when a run is posted."""
    copies, pauses = Copies(), np.random.default_rng(0).uniform(0, 6e-4, 400)
    for pause in pauses:
        time.sleep(pause)
        assert copies.run(four)
        assert copies.is_done
    for _ in range(2000):
        assert copies.run(four)
    assert copies.is_done


def test_threads_sleep_when_nothing_comes(four: Team) -> None:
    if four._go:
        pytest.skip("there is no semaphore here")
    assert Copies().run(four)
    deadline = time.monotonic() + 30
    while four._board[ASLEEP_WORD] < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert four._board[ASLEEP_WORD] == 3
    assert four._board[WITHIN_WORD] == 0


def test_words_that_a_late_thread_may_look_at_are_left_to_it(four: Team) -> None:
    copies = Copies()
    assert copies.run(four)
    first = four._job
    assert first is not None
    while four._board[WITHIN_WORD]:
        time.sleep(0.001)
    assert copies.run(four)
    assert four._job is first
    while four._board[WITHIN_WORD]:
        time.sleep(0.001)
    four._board[WITHIN_WORD] += 1  # one more that looks, and is given no core
    assert copies.run(four)
    assert copies.is_done
    assert four._job is not first
    assert first in four._left
    four._board[WITHIN_WORD] -= 1
    while four._board[WITHIN_WORD]:
        time.sleep(0.001)
    assert copies.run(four)
    assert not four._left


def test_a_run_is_cancelled_and_the_next_one_is_not(four: Team) -> None:
    copies = Copies()
    assert copies.run(four)
    four.cancel()
    assert not copies.run(four)
    assert not np.any(copies.maps[1:])
    four.resume()
    assert copies.run(four)
    assert copies.is_done


def test_what_is_done_meanwhile_is_done_once_and_its_failure_waits_for_the_end(four: Team) -> None:
    copies, done = Copies(), list[int]()

    def fails() -> None:
        raise KeyboardInterrupt

    for alone in (False, True):
        four.prepare(64, 64, 64)
        assert four.run(copies.rows, copies.before, 0, ROWS, alone=alone, meanwhile=lambda: done.append(1))
        assert copies.is_done
        for one in copies.maps[1:]:
            one[:] = 0
        with pytest.raises(KeyboardInterrupt):
            four.run(copies.rows, copies.before, 0, ROWS, alone=alone, meanwhile=fails)
        assert copies.is_done
        assert four._board[RUN_WORD] == 0
    assert len(done) == 2


def test_ticks_tell_when_rows_were_left_behind(four: Team) -> None:
    copies = Copies()
    four.prepare(64, 64, 64)
    for first in (0, 2):
        assert four.run(copies.rows, copies.before, first, ROWS)
        assert len(four.ticks) == ROWS + 1
        assert (four.ticks[first:] > 0).all() == host().x86


@pytest.mark.parametrize("when", ["after", "before"])
def test_what_interrupts_a_run_that_has_begun_waits_for_its_end(
    when: str, four: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Ctrl+C may, between any two lines: other threads are in this memory by then."""
    copies = Copies()
    assert copies.run(four)
    lead = four._library.lead

    def interrupted(board: int, run: int, how: int) -> int:
        if how & BEGUN:
            return lead(board, run, how)
        if when == "after":
            lead(board, run, how | PAUSES)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(four._library, "lead", interrupted)
        with pytest.raises(KeyboardInterrupt):
            copies.run(four)
    assert copies.is_done == (when == "after")
    assert four._board[RUN_WORD] == 0
    assert copies.run(four)
    assert copies.is_done


def test_closing_ends_the_threads() -> None:
    before = _thread._count()
    made = machine.another_team(3, machine._ready())
    assert Copies().run(made)
    made.close()
    deadline = time.monotonic() + 30
    while _thread._count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _thread._count() <= before


def test_where_the_system_has_no_semaphore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "semaphore_at", lambda address: Semaphore(0, 0))
    made, copies = machine.another_team(3, machine._ready()), Copies()
    for _ in range(300):
        assert copies.run(made)
    assert copies.is_done
    made.close()


def test_counters_of_different_use_are_in_lines_of_their_own() -> None:
    assert WITHIN_WORD % LINE_WORDS == ASLEEP_WORD % LINE_WORDS == 0


def test_a_core_that_the_process_was_kept_from_stands_in_nobodys_way(
    four: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process may be allowed on more cores after its threads have started."""
    if not team.CAN_PIN:
        pytest.skip("threads are not bound to cores here")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})
    kept = machine.another_team(2, machine._ready())
    assert kept._board[CORES_WORD] == address_of(kept._core_words)
    assert len(kept._core_words) > max(range(os.cpu_count() or 1))
    assert not kept._core_words.any()
    copies = Copies()
    assert copies.run(kept)
    assert copies.is_done
    kept.close()
    assert np.count_nonzero(four._core_words) == len(four._cores[1:4])
