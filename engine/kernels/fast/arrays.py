"""Aligned memory that is used again: a block goes back to its pool when the last view of it is gone.

Fresh memory costs a page fault for every 4 KB, which for a network's maps takes as long as some layers.
Nobody touches it before the threads that compute: where every processor has memory of its own, the system
takes a page from that of the thread which first writes to it. Tasks are dealt out by the same shares in each
run, so that a map's part stays beside the core that makes it.
"""

import ctypes
import weakref
from collections import defaultdict
from functools import partial
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

FLOAT32: Final = np.dtype(np.float32)
ALIGNMENT: Final = 64
HUGE_PAGE: Final = 2 << 20
"""Blocks of at least this size begin at a huge page, so that few TLB entries cover them."""


class _Block:
    """Memory, and how numpy is told of it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.shape = (size // 4,)
        # No array: numpy would have views of a handed-out array hold on to this memory in its place.
        self.memory = (ctypes.c_char * size).from_buffer(aligned_bytes(size).data)
        self.address = ctypes.addressof(self.memory)


class Pool:
    """Hands out float32 arrays; keeps up to `spare_bytes` of returned ones for the next of the same size."""

    def __init__(self, spare_bytes: int = 1 << 30) -> None:
        self.spare_bytes = spare_bytes
        self._free: defaultdict[int, list[_Block]] = defaultdict(list)
        self._free_bytes = 0
        self._leases: dict[int, weakref.ref[Floats]] = {}
        """Of each block that was handed out, by its address: tells when its last view is gone."""

    def take(self, size: int) -> Floats:
        """An array of `size` bytes, rounded up to whole cache lines; its content is anything."""
        size = max(1, -(-size // ALIGNMENT)) * ALIGNMENT
        if self._free[size]:
            block = self._free[size].pop()
            self._free_bytes -= size
        else:
            self._make_room(size)
            block = _Block(size)
        taken: Floats = np.ndarray(block.shape, FLOAT32, cast(Any, block.memory))
        self._leases[block.address] = weakref.ref(taken, partial(self._give_back, block))
        return taken

    def drop(self) -> None:
        """Let go of all spare blocks."""
        self._free.clear()
        self._free_bytes = 0

    def _give_back(self, block: _Block, _: object) -> None:
        """Nobody looks at this block any more."""
        del self._leases[block.address]
        if self._free_bytes + block.size <= self.spare_bytes:
            self._free[block.size].append(block)
            self._free_bytes += block.size

    def _make_room(self, size: int) -> None:
        """Spare blocks of other sizes go when memory for a new one is needed beyond the allowance."""
        for other in sorted(self._free, reverse=True):
            while self._free[other] and self._free_bytes + size > self.spare_bytes:
                self._free_bytes -= self._free[other].pop().size


def start_of(taken: Floats) -> int:
    """Where an array begins that a pool handed out; what numpy knows of any array takes longer to ask."""
    return ctypes.addressof(cast(Any, taken.base))


def aligned_bytes(size: int, *, zeros: bool = False) -> npt.NDArray[np.uint8]:
    """Uninitialised bytes, or zeros, that begin at a cache line, or at a huge page if there are many."""
    alignment = HUGE_PAGE if size >= HUGE_PAGE else ALIGNMENT
    raw = (np.zeros if zeros else np.empty)(size + alignment, np.uint8)
    start = -raw.ctypes.data % alignment
    return raw[start : start + size]


def zeroed_floats(size: int) -> Floats:
    """`size` bytes of zeros, aligned; many of them are the system's own, still to be touched."""
    return aligned_bytes(-(-size // ALIGNMENT) * ALIGNMENT, zeros=True).view(np.float32)


def address_of(array: npt.NDArray[Any]) -> int:
    """Of its first value."""
    return int(array.__array_interface__["data"][0])  # `array.ctypes` takes twice as long
