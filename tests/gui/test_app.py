"""What the application does around its window."""

import gc

from gui.app import keep_what_is_loaded


def test_the_collector_looks_away_from_what_is_loaded_once_all_kernels_are_ready() -> None:
    gc.unfreeze()
    gc.disable()  # as at a start
    try:
        keep_what_is_loaded(3, 4)
        assert gc.get_freeze_count() == 0
        assert not gc.isenabled()
        keep_what_is_loaded(4, 4)
        assert gc.get_freeze_count() > 1000
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.enable()
