"""The threads that run a table of rows together.

The calling thread is one of them; the others sleep between runs. They are started without `threading`'s
bookkeeping: parked threads own nothing, need no joining, and must not keep the interpreter from ending.
"""

import _thread
import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast import columns
from engine.kernels.fast.arrays import Floats, zeroed_floats
from engine.kernels.fast.interpreter import run_rows
from engine.kernels.fast.library import Library

CAN_PIN: Final = hasattr(os, "sched_setaffinity")


class Team:
    """`threads` threads with their scratch memory. One run at a time."""

    def __init__(self, threads: int, library: Library) -> None:
        self.threads = threads
        self._library = library
        self._cores = sorted(os.sched_getaffinity(0)) if CAN_PIN else []
        self._shared: npt.NDArray[np.int64] = np.zeros(columns.COUNTERS_WORD, np.int64)
        self._zeros = self._sink = zeroed_floats(0)
        self._tables: list[Floats] = []
        self._scratch: list[Floats] = []
        self._job: tuple[Any, ...] = ()
        self._yield = _yield_function()
        self._go = [_thread.allocate_lock() for _ in range(threads - 1)]
        self._done = [_thread.allocate_lock() for _ in range(threads - 1)]
        self._closed = False
        self.finished: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        """[i + 1]: the tick at which row i was left behind; [first row] of a run: its beginning."""
        for index in range(threads - 1):
            self._go[index].acquire()
            self._done[index].acquire()
            _thread.start_new_thread(self._work, (index,))

    def prepare(self, rows: int, widest_bytes: int, table_bytes: int, scratch_bytes: int) -> None:
        """Make shared words and scratch large enough for a plan."""
        words = columns.COUNTERS_WORD + columns.LINE_WORDS * (rows + 1)
        if len(self._shared) < words:
            self._shared = np.zeros(words, np.int64)
        if self._zeros.nbytes < widest_bytes:
            self._zeros, self._sink = zeroed_floats(widest_bytes), zeroed_floats(widest_bytes)
        if not self._tables or self._tables[0].nbytes < table_bytes:
            self._tables = [zeroed_floats(table_bytes) for _ in range(self.threads)]
        if not self._scratch or self._scratch[0].nbytes < scratch_bytes:
            self._scratch = [zeroed_floats(scratch_bytes) for _ in range(self.threads)]
        if len(self.finished) <= rows:
            self.finished = np.zeros(rows + 1, np.int64)

    def run(self, rows: npt.NDArray[np.int64], bounds: npt.NDArray[np.float32], first: int, end: int) -> bool:
        """Rows first … end on all threads; False if the run was cancelled. Needs `prepare` before."""
        self._shared[columns.ARRIVED_WORD] = self._shared[columns.NONFINITE_WORD] = 0
        start = columns.COUNTERS_WORD
        self._shared[start + columns.LINE_WORDS * first : start + columns.LINE_WORDS * end] = 0
        self._job = (rows, bounds, first, end)
        with self._pinned(0):
            for lock in self._go:
                lock.release()
            try:
                self._run_rows(0)
            finally:
                for lock in self._done:
                    lock.acquire()
        return not self.cancelled

    def cancel(self) -> None:
        """End the present run within some milliseconds; any thread may call this."""
        self._shared[columns.CANCEL_WORD] = 1

    def resume(self) -> None:
        """Allow runs again after `cancel`."""
        self._shared[columns.CANCEL_WORD] = 0

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called since the last `resume`."""
        return bool(self._shared[columns.CANCEL_WORD])

    @property
    def nonfinite_tiles(self) -> int:
        """Winograd tiles with a NaN or an infinity in the last run."""
        return int(self._shared[columns.NONFINITE_WORD])

    def close(self) -> None:
        """End the threads."""
        self._closed = True
        for lock in self._go:
            lock.release()

    def _work(self, index: int) -> None:
        with contextlib.suppress(OSError):
            self._pin(index + 1)
        while True:
            self._go[index].acquire()
            if self._closed:
                return
            try:
                self._run_rows(index + 1)
            finally:
                self._done[index].release()

    def _run_rows(self, thread: int) -> None:
        rows, bounds, first, end = self._job
        run_rows(
            rows,
            bounds,
            first,
            end,
            self.threads,
            self._library.addresses.ctypes.data,
            self._shared.ctypes.data,
            self._zeros.ctypes.data,
            self._sink.ctypes.data,
            self._tables[thread].ctypes.data,
            self._scratch[thread].ctypes.data,
            self._yield,
            self.finished,
        )

    def _pin(self, thread: int) -> None:
        if CAN_PIN and len(self._cores) >= self.threads > 1:
            os.sched_setaffinity(0, {self._cores[thread]})

    @contextmanager
    def _pinned(self, thread: int) -> Iterator[None]:
        """Keep the calling thread on its core: after a pause, two threads often wake up on the same one."""
        if not CAN_PIN or self.threads == 1:
            yield
            return
        before = os.sched_getaffinity(0)
        with contextlib.suppress(OSError):
            self._pin(thread)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, before)


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
