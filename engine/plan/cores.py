"""For how many cores a plan's tasks are cut: those there are, or as many as somebody wants to know about.

More cores get more and smaller tasks, so that none waits long for the last one. The maps are the same to the
last bit: which tasks they are computed in does not change how a value is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from engine.kernels.fast.host import core_count

_planned: Final[ContextVar[int | None]] = ContextVar("planned cores", default=None)


def planned_cores() -> int:
    """As `planning_for` says; else those of this machine."""
    return _planned.get() or core_count()


@contextmanager
def planning_for(cores: int) -> Iterator[None]:
    """Plans that are made meanwhile, by this thread, are for so many cores."""
    token = _planned.set(cores)
    try:
        yield
    finally:
        _planned.reset(token)
