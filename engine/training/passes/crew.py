"""Threads that do the tasks of one pass together.

The calling thread is one of them. The others sleep between passes; they are started without `threading`'s
bookkeeping, own nothing, and do not keep the interpreter from ending. Tasks are taken in parts, first come,
first served: each writes its own slice, so the outcome does not depend on who does what.
"""

import _thread
import itertools
from collections.abc import Callable
from typing import Final

from engine.kernels.fast.host import core_count
from engine.weights import Checkpoint, go_on

Task = Callable[[int, int], None]

PART_FLOPS: Final = 1e8
"""Of a part, at most: some milliseconds, after which a run can be stopped."""
ALONE_FLOPS: Final = 4e5
"""Below this, waking others takes longer than the work."""


class Crew:
    """`threads` threads, of which the caller of `run` is one. One run at a time."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = core_count() if threads is None else max(1, threads)
        self.checkpoint: Checkpoint = go_on
        """Called between two parts of a pass; may raise to end it."""
        self.alone_below = ALONE_FLOPS
        """Of what is not worth waking others for."""
        self._go = [_thread.allocate_lock() for _ in range(self.threads - 1)]
        self._done = [_thread.allocate_lock() for _ in self._go]
        self._work: Callable[[], None] | None = None
        self._error: BaseException | None = None
        self._begun = False

    def run(self, task: Task, count: int, flops: float) -> None:
        """All tasks 0 … count − 1; flops: of all together."""
        parts = min(count, max(2 * self.threads, round(flops / PART_FLOPS)))
        if self.threads == 1 or flops < self.alone_below or count < 2:
            for part in range(parts := min(count, max(1, round(flops / PART_FLOPS)))):
                self.checkpoint()
                task(part * count // parts, (part + 1) * count // parts)
            return
        numbers = itertools.count()  # `next` is one step for the interpreter: no part is done twice
        stopped = False

        def work() -> None:
            while not stopped and (part := next(numbers)) < parts:
                task(part * count // parts, (part + 1) * count // parts)

        self._begin()
        self._work = work
        for lock in self._go:
            lock.release()
        try:
            while (part := next(numbers)) < parts:
                self.checkpoint()
                task(part * count // parts, (part + 1) * count // parts)
        finally:
            stopped = True
            for lock in self._done:
                lock.acquire()
            self._work = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def close(self) -> None:
        """End the threads; the next run starts new ones."""
        if self._begun:
            self._begun = False
            self._work = None
            for lock in self._go:
                lock.release()
            for lock in self._done:
                lock.acquire()

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            for go, done in zip(self._go, self._done, strict=True):
                go.acquire(blocking=False)
                done.acquire(blocking=False)
                _thread.start_new_thread(self._serve, (go, done))

    def _serve(self, go: _thread.LockType, done: _thread.LockType) -> None:
        while True:
            go.acquire()
            work = self._work
            if work is None:
                done.release()
                return
            try:
                work()
            except BaseException as error:  # told by the thread that waits
                self._error = error
            del work
            done.release()
