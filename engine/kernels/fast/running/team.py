"""The threads that run a table of rows together.

The calling thread is one of them; the others listen or sleep between runs (`listening`). They are started
without `threading`'s bookkeeping: they own nothing, need no joining, and must not keep the interpreter from
ending.
"""

import _thread
import contextlib
import os
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import Floats, address_of, zeroed_floats
from engine.kernels.fast.code.library import Library
from engine.kernels.fast.running.shared_words import (
    ALONE,
    BEGUN,
    BUSY,
    CANCEL_WORD,
    CLOSED_WORD,
    CORE_WORD,
    CORES_WORD,
    COUNTERS_WORD,
    FRESH,
    IN_THE_WAY,
    JOB,
    JOB_WORD,
    LINE_WORDS,
    PAUSES,
    POSTED,
    REFUSED_WORD,
    RUN_WORD,
    SEMAPHORE_WORD,
    SLEEP_WORD,
    THREADS_WORD,
    WAKE_WORD,
)
from engine.kernels.fast.running.system_calls import core_function, semaphore_at, yield_function

CAN_PIN: Final = hasattr(os, "sched_setaffinity")
MOST_CORES: Final = 8192
"""What Linux can number; a process may later be allowed on cores that it is kept from now."""
SPINS: Final = 20_000
"""Turns of a waiting loop, some ten nanoseconds each, before the core is given to others."""
REMEMBERED: Final = 64
"""Parts of plans of which it is remembered how a run begins."""
MOST_SHARES: Final = 8
"""Into how many shares the tasks of a row are split at most: each costs a late thread a look."""


class Kernels(Protocol):
    """What rows are run with: a `Library`, or another table of tasks."""

    @property
    def addresses(self) -> npt.NDArray[np.int64]:
        """Of the task of each kind of row, by the row's first word; and of what tasks call."""


class _Job(NamedTuple):
    """A part of a plan, to be run."""

    words: npt.NDArray[np.int64]
    """See `shared_words`; used again for the next run unless a thread of an earlier one may still look."""
    address: int
    rows: npt.NDArray[np.int64]
    tasks_before: npt.NDArray[np.int64]
    ticks: npt.NDArray[np.int64]
    """What lives at the addresses among the words: a late thread looks there, too."""


class Team:
    """`threads` threads with their scratch memory. One run at a time."""

    def __init__(self, threads: int, kernels: Kernels, library: Library) -> None:
        """library: the interpreter's, and often that of the kernels, too."""
        self.threads = threads
        self._shares = min(threads, MOST_SHARES)
        self._cores = sorted(os.sched_getaffinity(0)) if CAN_PIN else []
        self._core_words = np.zeros(MOST_CORES, np.int64)
        self._core_words[self._cores[1:threads]] = 1
        self._library = library
        self._kernels = address_of(kernels.addresses)
        self._scratch: list[tuple[Floats, ...]] = []
        """Zeros, sink, table and scratch of each thread; the first two belong to all."""
        self._thread_words: list[npt.NDArray[np.int64]] = []
        """`operation_rows.THREAD` of each thread."""
        self._board = np.zeros(THREADS_WORD + threads, np.int64)
        """See `shared_words`."""
        self._board_address = address_of(self._board)
        semaphore = semaphore_at(self._board_address + 8 * SEMAPHORE_WORD)
        self._board[WAKE_WORD], self._board[SLEEP_WORD] = semaphore.post, semaphore.wait
        self._board[CORE_WORD] = core_function() if CAN_PIN else 0
        self._board[CORES_WORD] = address_of(self._core_words)
        self._sizes = (0, 0, 0)
        self._job: _Job | None = None
        self._jobs: dict[tuple[int, int, int], _Job] = {}
        """By the address of the rows, the first one and the end."""
        self._left: list[_Job] = []
        """No longer among them, but a thread that comes late may still look at their words."""
        self._cancelled = False
        self._yield = yield_function()
        self._go = [_thread.allocate_lock() for _ in range(0 if semaphore.wait else threads - 1)]
        """Where the system has no semaphore, what threads wait for."""
        self.spins = SPINS
        self.nonfinite_tiles = 0
        """Winograd tiles with a NaN or an infinity in the last run."""
        self.ticks: npt.NDArray[np.int64] = np.zeros(1, np.int64)
        """The processor's, for the table of the last run: [i + 1] when row i was left behind, and [first row]
        when that run began. Of no use where the same rows were run again; all 0 where there are none."""
        for lock in self._go:
            lock.acquire()
        for number in range(1, threads):
            _thread.start_new_thread(self._work, (number,))

    def prepare(self, widest_bytes: int, table_bytes: int, scratch_bytes: int) -> None:
        """Make scratch large enough for a plan."""
        sizes = (
            max(self._sizes[0], widest_bytes),
            max(self._sizes[1], table_bytes),
            max(self._sizes[2], scratch_bytes),
        )
        if sizes != self._sizes:
            zeros, sink = zeroed_floats(sizes[0]), zeroed_floats(sizes[0])
            self._scratch = [
                (zeros, sink, zeroed_floats(sizes[1]), zeroed_floats(sizes[2])) for _ in range(self.threads)
            ]
            self._thread_words = [
                np.array([self._kernels, *map(address_of, own)], np.int64) for own in self._scratch
            ]
            self._board[THREADS_WORD:] = [address_of(words) for words in self._thread_words]
            self._sizes = sizes

    def run(
        self,
        rows: npt.NDArray[np.int64],
        tasks_before: npt.NDArray[np.int64],
        first: int,
        end: int,
        *,
        alone: bool = False,
        meanwhile: Callable[[], None] | None = None,
    ) -> bool:
        """Rows first … end on all threads; False if the run was cancelled. Needs `prepare` before.

        tasks_before: [i] tasks of all rows before i; alone: on the calling thread only; meanwhile: what that
        does while the others wake up and begin.
        """
        how = ALONE if alone or self.threads == 1 else PAUSES if self._go else 0
        if meanwhile is not None:
            how |= PAUSES
        self._job = job = self._jobs.get((id(rows), first, end))
        met = BUSY
        try:
            if job is not None and job.tasks_before is tasks_before:
                met = self._library.lead(self._board_address, job.address, how)
            if job is None or met == BUSY:
                self._job = job = self._another_job(rows, tasks_before, first, end)
                met = self._library.lead(self._board_address, job.address, how | FRESH)
            elif self._left:
                self._left.clear()
            if met in (POSTED, IN_THE_WAY):
                met = self._lead(job, how, met == IN_THE_WAY, meanwhile)
        except BaseException:
            if job is not None and self._board[RUN_WORD]:
                self._library.lead(self._board_address, job.address, BEGUN)
            raise
        self.nonfinite_tiles, self.ticks = max(0, met), job.ticks
        return met >= 0

    def cancel(self) -> None:
        """End the present run within some milliseconds; any thread may call this."""
        self._cancelled = True
        self._board[REFUSED_WORD] = 1
        if self._job is not None:
            self._job.words[CANCEL_WORD] = 1

    def resume(self) -> None:
        """Allow runs again after `cancel`."""
        if self._cancelled:
            self._cancelled = False
            self._board[REFUSED_WORD] = 0

    def close(self) -> None:
        """End the threads."""
        self._board[CLOSED_WORD] = 1
        self._library.end(self._board_address)
        self._unlock()

    def _lead(self, job: _Job, how: int, aside: bool, meanwhile: Callable[[], None] | None) -> int:
        """Lead a run that others have begun, after what is to be done first; gives what `walk` does.

        aside: whether the calling thread stands on the core of another.
        """
        before = self._step_aside() if aside else None
        try:
            self._unlock()
            if meanwhile is not None:
                meanwhile()
        finally:  # others are at work in this memory: whatever happens, it is left when they are done
            met: int = self._library.lead(self._board_address, job.address, how | BEGUN)
            if before:
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(0, before)
        return met

    def _unlock(self) -> None:
        """Wake the threads that wait for a lock."""
        for lock in self._go:
            if lock.locked():  # else the thread has not yet woken up from the time before, and looks anyway
                lock.release()

    def _work(self, number: int) -> None:
        with contextlib.suppress(OSError):
            self._pin(number)
        home = number * self._shares // self.threads
        while not self._board[CLOSED_WORD]:
            if self._go:
                self._go[number - 1].acquire()
            self._library.take_part(self._board_address, number, home)

    def _another_job(
        self, rows: npt.NDArray[np.int64], tasks_before: npt.NDArray[np.int64], first: int, end: int
    ) -> _Job:
        """One whose words nobody knows, for others may still look at those of the runs before."""
        key = (id(rows), first, end)
        known = self._jobs.pop(key, None)
        self._left += [known] if known else []
        while len(self._jobs) >= REMEMBERED:
            self._left.append(self._jobs.pop(next(iter(self._jobs))))
        job = self._jobs[key] = self._new_job(rows, tasks_before, first, end)
        return job

    def _new_job(
        self, rows: npt.NDArray[np.int64], tasks_before: npt.NDArray[np.int64], first: int, end: int
    ) -> _Job:
        assert all(table.dtype == np.int64 and table.flags.c_contiguous for table in (rows, tasks_before))
        words = np.zeros(COUNTERS_WORD + LINE_WORDS * self._shares * (end - first + 1), np.int64)
        known = (job.ticks for job in self._jobs.values() if job.rows is rows)
        ticks = next(known, np.zeros(len(rows) + 1, np.int64))
        told = {
            "rows": address_of(rows), "tasks_before": address_of(tasks_before), "first": first, "end": end,
            "kernels": self._kernels, "finished": address_of(ticks), "shares": self._shares,
            "yield_function": self._yield, "spins": self.spins,
        }  # fmt: skip
        words[JOB_WORD : JOB_WORD + len(JOB)] = [told[name] for name in JOB]
        return _Job(words, address_of(words), rows, tasks_before, ticks)

    def _pin(self, thread: int) -> None:
        if CAN_PIN and len(self._cores) >= self.threads > 1:
            os.sched_setaffinity(0, {self._cores[thread]})

    def _step_aside(self) -> set[int]:
        """Keep the calling thread, which stands on the core of another, on its own; gives where it was
        allowed to run.

        After a pause, two threads often wake up on the same core. It is worth it only then: moving a thread
        takes some 50 µs each way.
        """
        before = os.sched_getaffinity(0)
        with contextlib.suppress(OSError):
            self._pin(0)
        return before
