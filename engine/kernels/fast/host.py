"""What the machine offers: vector width, register count, how many cores this process may use."""

import contextlib
import math
import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from engine.errors import EngineError
from engine.kernels.fast.container import allowed_cores

WIDTHS: Final = (16, 8, 4)
"""Floats in one vector: AVX-512, AVX2, and SSE or NEON."""


MOST_OF_A_CORE: Final = 64 << 20
"""Of the last cache, for each core: no processor has more. A virtual machine is told the size of the whole
cache, most of which serves its neighbours: two cores that were told of 260 MB read 64 MB again at 49 GB/s,
128 MB at 34 and 256 MB at 27, as from memory."""


@dataclass(frozen=True)
class Host:
    """The vector unit that kernels are compiled for."""

    width: int
    """Floats in one vector."""
    registers: int
    """Architectural vector registers: the register tile is as large as they allow."""
    x86: bool
    """Whether x86 intrinsics (pause) may be emitted."""

    @property
    def tile_pixels(self) -> int:
        """Rows of the largest register tile of the GEMM micro-kernel, two vectors wide.

        Accumulators, two weight vectors and one splatted input must fit: 14·2 + 3 of 32, 6·2 + 3 of 16.
        Goto & van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008, section 6.
        """
        return 14 if self.registers >= 32 else 6

    @property
    def has_half_vectors(self) -> bool:
        """Whether half a vector can be computed alone, which may take half the time of a whole one."""
        return self.x86 and self.width == 16

    @property
    def vector_bytes(self) -> int:
        """Bytes of one vector."""
        return 4 * self.width

    def padded(self, channels: int) -> int:
        """Channels rounded up to whole vectors."""
        return -(-channels // self.width) * self.width


@cache
def host() -> Host:
    """The running machine; `ONEBYONE_VECTOR_WIDTH` (16, 8 or 4) forces another width."""
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    x86 = platform.machine().lower() in ("x86_64", "amd64", "i686", "x86")
    wide_registers = bool(features.get("avx512vl")) or not x86
    forced = os.environ.get("ONEBYONE_VECTOR_WIDTH")
    if forced:
        if forced not in {str(width) for width in WIDTHS}:
            raise EngineError(f"ONEBYONE_VECTOR_WIDTH={forced} is none of {', '.join(map(str, WIDTHS))}")
        width = int(forced)
    elif x86 and features.get("avx512f") and features.get("avx512vl"):
        width = 16
    elif x86 and features.get("avx2") and features.get("fma"):
        width = 8
    else:
        width = 4
    return Host(width, 32 if wide_registers else 16, x86)


@cache
def last_cache_bytes() -> int:
    """What a program can count on of the cache that all cores share; 32 MB where the system does not tell."""
    return min(max(_cache_sizes().values(), default=32 << 20), MOST_OF_A_CORE * core_count())


@cache
def core_cache_bytes() -> tuple[int, int]:
    """Sizes of a core's own caches, L1 (for data) and L2; 32 KB and 1 MB where the system does not tell."""
    sizes = _cache_sizes()
    return sizes.get(1, 32 << 10), sizes.get(2, 1 << 20)


def _cache_sizes() -> dict[int, int]:
    """By level, as far as Linux tells them; not those for instructions."""
    sizes = {}
    for path in Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"):
        with contextlib.suppress(OSError, ValueError):
            if (path / "type").read_text().strip() != "Instruction":
                size = int((path / "size").read_text().strip().removesuffix("K")) << 10
                sizes[int((path / "level").read_text())] = size
    return sizes


def core_count() -> int:
    """Cores this process may run on, as many as its container grants it the time of."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = allowed_cores()
    return cores if quota is None else max(1, min(cores, math.ceil(quota)))
