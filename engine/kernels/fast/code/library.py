"""All micro-kernels and tasks, reached through one table of addresses, and the interpreter.

They are compiled once. What comes of it is kept as one file, from which they are in memory in some ten
milliseconds, without numba.
"""

import ctypes
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.code.machine_code import MachineCode, ObjectCode, packed, unpacked
from engine.kernels.fast.code.second_compiler import second_compiler
from engine.kernels.kernel_folder import KERNEL_FOLDER

WHOLE: Final = "library"
"""The file that holds all kernels."""

_word = ctypes.c_int64
_Lead: Final = ctypes.CFUNCTYPE(_word, *(_word,) * 3)
_TakePart: Final = ctypes.CFUNCTYPE(_word, *(_word,) * 3)
_End: Final = ctypes.CFUNCTYPE(_word, _word)


class Library:
    """The compiled kernels; `addresses` is the table that rows are run with."""

    def __init__(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Compile or load all. `progress(done, total)` is told after each."""
        codes = _kept()
        if codes is None:
            with second_compiler():  # it has to import numba, too: both do so at once
                from engine.kernels.fast.code.compiling import compile_all

                codes = compile_all(progress)
            KERNEL_FOLDER.write(WHOLE, packed(codes))
        self._code = MachineCode(codes)
        self.count = len(codes)
        slots = {code.slot: code.name for code in codes if code.slot is not None}
        self.addresses: npt.NDArray[np.int64] = np.zeros(max(slots) + 1, np.int64)
        for slot, name in slots.items():
            self.addresses[slot] = self._code.address_of(name)
        self.lead = _Lead(self.address_of("lead"))
        """`listening.lead`."""
        self.take_part = _TakePart(self.address_of("take_part"))
        """`listening.take_part`."""
        self.end = _End(self.address_of("end"))
        """`listening.end`."""

    def address_of(self, name: str) -> int:
        """Where the machine code of a function is."""
        return self._code.address_of(name)


def _kept() -> Sequence[ObjectCode] | None:
    content = KERNEL_FOLDER.read(WHOLE)
    codes = None if content is None else unpacked(content)
    if content is not None and not codes:
        KERNEL_FOLDER.drop(WHOLE)
    return codes or None
