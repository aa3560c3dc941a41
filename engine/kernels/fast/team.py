"""The threads that run a table of rows together.

The calling thread is one of them; the others sleep between runs. They are started without `threading`'s
bookkeeping: parked threads own nothing, need no joining, and must not keep the interpreter from ending.
"""

import _thread
import contextlib
import ctypes
import os
import sys
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import Floats, address_of, zeroed_floats
from engine.kernels.fast.code.library import Library
from engine.kernels.fast.shared_words import CANCEL_WORD, COUNTERS_WORD, JOB, JOB_WORD, LINE_WORDS

CAN_PIN: Final = hasattr(os, "sched_setaffinity")
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
    """One run. Its shared words are its own: a thread that wakes up late finds no task left in them."""

    words: npt.NDArray[np.int64]
    """See `shared_words`."""
    address: int
    kept: tuple[object, ...]
    """What lives at the addresses among them: a late thread looks there, too."""


class _Beginning(NamedTuple):
    """What runs of the same rows begin with."""

    words: npt.NDArray[np.int64]
    """Shared words, nothing done yet."""
    kept: tuple[object, ...]
    own: _Job
    """That of runs on the calling thread alone, for nobody comes late to them."""


class Team:
    """`threads` threads with their scratch memory. One run at a time."""

    def __init__(self, threads: int, kernels: Kernels, library: Library) -> None:
        """library: the interpreter's, and often that of the kernels, too."""
        self.threads = threads
        self._shares = min(threads, MOST_SHARES)
        self._cores = sorted(os.sched_getaffinity(0)) if CAN_PIN else []
        self._cores_of_others = frozenset(self._cores[1:threads])
        self._library = library
        self._kernels = address_of(kernels.addresses)
        self._scratch: list[tuple[Floats, ...]] = []
        """Zeros, sink, table and scratch of each thread; the first two belong to all."""
        self._thread_words: list[npt.NDArray[np.int64]] = []
        """`operations.THREAD` of each thread."""
        self._thread_addresses: list[int] = []
        self._sizes = (0, 0, 0)
        self._job: _Job | None = None
        self._beginnings: dict[tuple[int, int, int], _Beginning] = {}
        """By the address of the rows, the first one and the end."""
        self._cancelled = False
        self._yield = _yield_function()
        self._current_core = _core_function()
        self._go = [_thread.allocate_lock() for _ in range(threads - 1)]
        self._closed = False
        self.spins = SPINS
        self.nonfinite_tiles = 0
        """Winograd tiles with a NaN or an infinity in the last run."""
        self.finished: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        """[i + 1]: the tick at which row i was left behind; [first row] of a run: its beginning."""
        self._finished_address = 0
        for index in range(threads - 1):
            self._go[index].acquire()
            _thread.start_new_thread(self._work, (index,))

    def prepare(self, rows: int, widest_bytes: int, table_bytes: int, scratch_bytes: int) -> None:
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
            self._thread_addresses = [address_of(words) for words in self._thread_words]
            self._sizes = sizes
        if len(self.finished) <= rows:
            self.finished = np.zeros(rows + 1, np.int64)
            self._finished_address = address_of(self.finished)

    def run(
        self,
        rows: npt.NDArray[np.int64],
        tasks_before: npt.NDArray[np.int64],
        first: int,
        end: int,
        *,
        alone: bool = False,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> bool:
        """Rows first … end on all threads; False if the run was cancelled. Needs `prepare` before.

        tasks_before: [i] tasks of all rows before i; alone: on the calling thread only; meanwhile: what that
        does while the others wake up and begin.
        """
        alone = alone or self.threads == 1
        self._job = job = self._job_of(rows, tasks_before, first, end, alone=alone)
        if self._cancelled:  # asked for after the words were made ready, as `cancel` goes the other way
            return False
        before = set() if alone else self._step_aside()
        try:
            for lock in () if alone else self._go:
                if lock.locked():  # else the thread has not yet woken up for the run before
                    lock.release()
            meanwhile()
        finally:  # others are at work in this memory: whatever happens, it is left when they are done
            met = self._run_rows(job, 0)
            if before:
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(0, before)
        self.nonfinite_tiles = max(0, met)
        return met >= 0

    def share_time(self, addresses: tuple[int, int, int], first: int, end: int, elapsed_ms: float) -> None:
        """Share the time of the last run among the steps of its rows, by ticks, or else by their work.

        addresses: of the step of each row, of each row's work, and of each step's milliseconds so far.
        """
        step_of_row, work, spent_ms = addresses
        self._library.share_time(self._finished_address, step_of_row, work, first, end, elapsed_ms, spent_ms)

    def cancel(self) -> None:
        """End the present run within some milliseconds; any thread may call this."""
        self._cancelled = True
        if self._job is not None:
            self._job.words[CANCEL_WORD] = 1

    def resume(self) -> None:
        """Allow runs again after `cancel`."""
        self._cancelled = False

    def close(self) -> None:
        """End the threads."""
        self._closed = True
        for lock in self._go:
            if lock.locked():  # else the thread has not yet woken up, and will then see it
                lock.release()

    def _work(self, index: int) -> None:
        with contextlib.suppress(OSError):
            self._pin(index + 1)
        while True:
            self._go[index].acquire()
            if self._closed:
                return
            job = self._job
            if job is not None:
                self._run_rows(job, index + 1)

    def _job_of(
        self, rows: npt.NDArray[np.int64], tasks_before: npt.NDArray[np.int64], first: int, end: int,
        *, alone: bool,
    ) -> _Job:  # fmt: skip
        key = (id(rows), first, end)
        found = self._beginnings.get(key)
        if found is None or found.kept[1] is not tasks_before or found.kept[2] is not self.finished:
            while len(self._beginnings) >= REMEMBERED:
                del self._beginnings[next(iter(self._beginnings))]
            found = self._beginnings[key] = self._beginning(rows, tasks_before, first, end)
        if alone:
            np.copyto(found.own.words, found.words)
            return found.own
        words = found.words.copy()
        return _Job(words, address_of(words), found.kept)

    def _beginning(
        self, rows: npt.NDArray[np.int64], tasks_before: npt.NDArray[np.int64], first: int, end: int
    ) -> _Beginning:
        assert all(table.dtype == np.int64 and table.flags.c_contiguous for table in (rows, tasks_before))
        words = np.zeros(COUNTERS_WORD + LINE_WORDS * self._shares * (end - first + 1), np.int64)
        told = {
            "rows": address_of(rows), "tasks_before": address_of(tasks_before), "first": first, "end": end,
            "kernels": self._kernels, "finished": address_of(self.finished), "shares": self._shares,
            "yield_function": self._yield, "spins": self.spins,
        }  # fmt: skip
        words[JOB_WORD : JOB_WORD + len(JOB)] = [told[name] for name in JOB]
        kept, own = (rows, tasks_before, self.finished), words.copy()
        return _Beginning(words, kept, _Job(own, address_of(own), kept))

    def _run_rows(self, job: _Job, thread: int) -> int:
        home = thread * self._shares // self.threads
        address = self._thread_addresses[thread]
        return int(self._library.run_rows(job.address, address, home, thread == 0))

    def _pin(self, thread: int) -> None:
        if CAN_PIN and len(self._cores) >= self.threads > 1:
            os.sched_setaffinity(0, {self._cores[thread]})

    def _step_aside(self) -> set[int]:
        """Keep the calling thread on its core; gives where it was allowed to run, or nothing to restore.

        After a pause, two threads often wake up on the same core.
        """
        # Only if it stands on the core of another: moving a thread takes some 50 µs each way.
        if not CAN_PIN or self._current_core() not in self._cores_of_others:
            return set()
        before = os.sched_getaffinity(0)
        with contextlib.suppress(OSError):
            self._pin(0)
        return before


def _core_function() -> Callable[[], int]:
    """`int sched_getcpu(void)`: the core that the calling thread runs on; −1 where nobody can tell."""
    try:
        function = ctypes.CDLL(None).sched_getcpu
    except (AttributeError, OSError, TypeError):
        return lambda: -1
    return cast(Callable[[], int], function)


def _yield_function() -> int:
    """Address of the system's `int yield(void)`, or 0: then waiting only spins."""
    try:
        if sys.platform == "win32":
            function = ctypes.WinDLL("kernel32").SwitchToThread
        else:
            function = ctypes.CDLL(None).sched_yield
    except (AttributeError, OSError):
        return 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0
