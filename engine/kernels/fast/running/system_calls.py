"""What a team asks of the operating system, by address, as machine code calls it; 0 for what there is not."""

import ctypes
import sys
from typing import NamedTuple, cast


class Semaphore(NamedTuple):
    """Addresses of `int wait(semaphore)` and `int post(semaphore)`."""

    wait: int
    post: int


def semaphore_at(address: int) -> Semaphore:
    """Make a semaphore of 32 bytes at an address; where the system knows none without a name, (0, 0)."""
    try:
        system = ctypes.CDLL(None)
        begin, wait, post = system.sem_init, system.sem_wait, system.sem_post
    except (AttributeError, OSError, TypeError):
        return Semaphore(0, 0)
    if not sys.platform.startswith("linux") or begin(ctypes.c_void_p(address), 0, 0) != 0:
        return Semaphore(0, 0)
    return Semaphore(_address(wait), _address(post))


def core_function() -> int:
    """Address of `int sched_getcpu(void)`: the core that the calling thread runs on."""
    try:
        return _address(ctypes.CDLL(None).sched_getcpu)
    except (AttributeError, OSError, TypeError):
        return 0


def yield_function() -> int:
    """Address of the system's `int yield(void)`, or 0: then waiting only spins."""
    try:
        if sys.platform == "win32":
            function = ctypes.WinDLL("kernel32").SwitchToThread
        else:
            function = ctypes.CDLL(None).sched_yield
    except (AttributeError, OSError):
        return 0
    return _address(function)


def _address(function: object) -> int:
    return ctypes.cast(cast(ctypes.c_void_p, function), ctypes.c_void_p).value or 0
