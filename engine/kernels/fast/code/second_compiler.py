"""A second process that compiles the kernels from the other end: the first start of all uses two cores.

numba compiles on one core only, whatever thread asks. Both processes look into the cache before they compile
a kernel, so they meet in the middle. Without the second one (a cache that cannot be written, a frozen
program, one core) the first compiles all.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from engine.kernels.fast.host import core_count
from engine.kernels.kernel_folder import KERNEL_FOLDER
from engine.own_process import own_command, own_environment

COMMAND: Final = "from engine.kernels.fast.code.compiling import compile_all; compile_all(backwards=True)"
MANY: Final = 100
"""Kernels in the cache, from which on a process takes longer to start than to compile what is missing."""


@contextmanager
def second_compiler() -> Iterator[None]:
    """A process that compiles as long as the context lasts, if much is missing in the cache."""
    process = None
    if _is_of_use():
        with contextlib.suppress(OSError):
            process = subprocess.Popen(
                own_command("-c", COMMAND),
                env=own_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
    try:
        yield
    finally:
        if process is not None:
            process.kill()
            process.wait()


def _is_of_use() -> bool:
    if getattr(sys, "frozen", False) or core_count() < 2 or KERNEL_FOLDER.count() >= MANY:
        return False
    return KERNEL_FOLDER.can_keep()  # what it compiles reaches us through the folder only
