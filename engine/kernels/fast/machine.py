"""What exists once a process: the compiled kernels, the team of threads, and the lock around its runs."""

from collections.abc import Callable
from threading import Lock, RLock
from typing import Final

from engine.kernels.fast.code.library import Library
from engine.kernels.fast.host import core_count
from engine.kernels.fast.running.team import Kernels, Team

Progress = Callable[[int, int], None]
"""Told (done, total) while kernels compile."""

computing: Final = RLock()
"""Held while anything is computed: one team, and numba's workqueue layer bears one thread only."""

_starting: Final = Lock()
_library: Library | None = None
_teams: dict[int, Team] = {}


def team(threads: int | None = None, progress: Progress = lambda done, total: None) -> Team:
    """The team with so many threads (None: all cores), its kernels compiled or loaded from the cache."""
    threads = core_count() if threads is None else max(1, threads)
    with _starting:
        library = _ready(progress)
        if threads not in _teams:
            _teams[threads] = Team(threads, library, library)
        return _teams[threads]


def another_team(threads: int, kernels: Kernels) -> Team:
    """One of its own, which runs the rows of another table of kernels; whoever asks for it closes it."""
    with _starting:
        return Team(threads, kernels, _ready())


def _ready(progress: Progress = lambda done, total: None) -> Library:
    global _library
    if _library is None:
        _library = Library(progress)
        progress(_library.count, _library.count)
    return _library


def kernel_address(name: str) -> int:
    """Where the machine code of a micro-kernel with one variant is; `team` must have been called."""
    assert _library is not None
    return _library.address_of(name)
