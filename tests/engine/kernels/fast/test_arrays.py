"""Memory that is used again, and only when nobody looks at it any more."""

import gc
import subprocess
import sys

import pytest

from engine.kernels.fast.arrays import Pool


def test_a_block_is_used_again_when_its_last_view_is_gone() -> None:
    pool = Pool()
    first = pool.take(1 << 16)
    address = first.ctypes.data
    view = first[10:20]
    del first
    gc.collect()
    other = pool.take(1 << 16)
    assert other.ctypes.data != address
    del view, other
    gc.collect()
    both = [pool.take(1 << 16), pool.take(1 << 16)]
    assert address in {one.ctypes.data for one in both}


def test_blocks_begin_at_cache_lines_and_have_the_asked_size() -> None:
    pool = Pool()
    for size in (4, 64, 100, 4096, 5 << 20):
        block = pool.take(size)
        assert block.ctypes.data % 64 == 0
        assert block.nbytes >= size


def test_spare_blocks_stay_below_their_limit() -> None:
    pool = Pool(spare_bytes=1 << 20)
    for _ in range(3):
        blocks = [pool.take(1 << 18) for _ in range(8)]
        del blocks
        gc.collect()
    assert pool._free_bytes <= 1 << 20


TOUCHES = """
import os
from pathlib import Path
from engine.kernels.fast.arrays import Pool, zeroed_floats

def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

size = 256 << 20
before = resident_bytes()
block = {take}(size)
assert resident_bytes() - before < size // 8
block[: block.size // 2] = 1
assert size // 4 < resident_bytes() - before < 3 * size // 4
assert block[-1] == 0 or "{take}" != "zeroed_floats"
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what is resident")
@pytest.mark.parametrize("take", ["Pool().take", "zeroed_floats"])
def test_memory_is_first_touched_by_whoever_writes_to_it(take: str) -> None:
    """In a process that has no freed memory yet: such memory was touched before."""
    subprocess.run([sys.executable, "-c", TOUCHES.format(take=take)], check=True)
