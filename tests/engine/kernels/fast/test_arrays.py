"""Memory that is used again, and only when nobody looks at it any more."""

import gc

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
