"""Aligned memory that is used again: a block goes back to its pool when the last view of it is gone.

Fresh memory costs a page fault for every 4 KB, which for a network's maps takes as long as some layers.
"""

from collections import defaultdict
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

ALIGNMENT: Final = 64
HUGE_PAGE: Final = 2 << 20
"""Blocks of at least this size begin at a huge page, so that few TLB entries cover them."""


class _Block:
    """Memory, and how numpy is told of it."""

    def __init__(self, size: int) -> None:
        self.memory = aligned_bytes(size)
        self.address = address_of(self.memory)
        self.interface: dict[str, Any] = {
            "shape": (size // 4,),
            "typestr": np.dtype(np.float32).str,
            "data": (self.address, False),
            "version": 3,
        }


class _Lease:
    """What all views of a handed-out block keep alive; numpy sees the memory through it."""

    def __init__(self, pool: "Pool", block: _Block) -> None:
        self._pool = pool
        self._block = block
        self.address = block.address
        self.__array_interface__ = block.interface

    def __del__(self) -> None:
        self._pool.give_back(self._block)


class Pool:
    """Hands out float32 arrays; keeps up to `spare_bytes` of returned ones for the next of the same size."""

    def __init__(self, spare_bytes: int = 1 << 30) -> None:
        self.spare_bytes = spare_bytes
        self._free: defaultdict[int, list[_Block]] = defaultdict(list)
        self._free_bytes = 0

    def take(self, size: int) -> Floats:
        """An array of `size` bytes, rounded up to whole cache lines; its content is anything."""
        size = -(-size // ALIGNMENT) * ALIGNMENT
        if self._free[size]:
            block = self._free[size].pop()
            self._free_bytes -= size
        else:
            self._make_room(size)
            block = _Block(size)
        return np.asarray(_Lease(self, block))

    def drop(self) -> None:
        """Let go of all spare blocks."""
        self._free.clear()
        self._free_bytes = 0

    def give_back(self, block: _Block) -> None:
        """Nobody looks at this block any more."""
        if self._free_bytes + block.memory.nbytes <= self.spare_bytes:
            self._free[block.memory.nbytes].append(block)
            self._free_bytes += block.memory.nbytes

    def _make_room(self, size: int) -> None:
        """Spare blocks of other sizes go when memory for a new one is needed beyond the allowance."""
        for other in sorted(self._free, reverse=True):
            while self._free[other] and self._free_bytes + size > self.spare_bytes:
                self._free_bytes -= self._free[other].pop().memory.nbytes


def start_of(taken: Floats) -> int:
    """Where an array begins that a pool handed out; what numpy knows of any array takes longer to ask."""
    return cast(_Lease, taken.base).address


def aligned_bytes(size: int) -> npt.NDArray[np.uint8]:
    """Uninitialised bytes that begin at a cache line, or at a huge page if there are many."""
    alignment = HUGE_PAGE if size >= HUGE_PAGE else ALIGNMENT
    raw = np.empty(size + alignment, np.uint8)
    start = -raw.ctypes.data % alignment
    return raw[start : start + size]


def zeroed_floats(size: int) -> Floats:
    """`size` bytes of zeros, aligned."""
    block = aligned_bytes(-(-size // ALIGNMENT) * ALIGNMENT)
    block[:] = 0
    return block.view(np.float32)


def address_of(array: npt.NDArray[Any]) -> int:
    """Of its first value."""
    return int(array.__array_interface__["data"][0])  # `array.ctypes` takes twice as long
