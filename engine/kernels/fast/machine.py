"""What exists once a process: the compiled kernels, the team of threads, and the lock around its runs."""

from collections.abc import Callable
from threading import Lock, RLock
from typing import Final

import numpy as np

from engine.kernels.fast.emit.micro_kernel import first_slot
from engine.kernels.fast.host import core_count
from engine.kernels.fast.library import Library
from engine.kernels.fast.operations import WORDS
from engine.kernels.fast.team import Team

Progress = Callable[[int, int], None]
"""Told (done, total) while kernels compile."""

computing: Final = RLock()
"""Held while anything is computed: one team, and numba's workqueue layer bears one thread only."""

_starting: Final = Lock()
_library: Library | None = None
_teams: dict[int, Team] = {}


def team(threads: int | None = None, progress: Progress = lambda done, total: None) -> Team:
    """The team with so many threads (None: all cores), its kernels compiled or loaded from the cache."""
    global _library
    threads = core_count() if threads is None else max(1, threads)
    with _starting:
        if _library is None:
            library = Library(progress)
            _compile_interpreter(library)
            total = library.count + 1
            progress(total, total)
            _library = library
        if threads not in _teams:
            _teams[threads] = Team(threads, _library)
        return _teams[threads]


def kernel_address(name: str) -> int:
    """Where the machine code of a micro-kernel with one variant is; `team` must have been called."""
    assert _library is not None
    return int(_library.addresses[first_slot(name)])


def _compile_interpreter(library: Library) -> None:
    """Run an empty table: numba compiles the interpreter, or loads it, on its first call."""
    alone = Team(1, library)
    alone.prepare(1, 64, 64, 64)
    alone.run(np.zeros((1, WORDS), np.int64), np.zeros(2, np.int64), 0, 1)
    alone.share_time(np.zeros(1, np.int64), np.zeros(1), 0, 1, 0.0, np.zeros(1))
