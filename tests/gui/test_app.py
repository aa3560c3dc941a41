"""What the application does around its window."""

import gc

from gui.app import keep_what_is_loaded


def test_the_collector_looks_away_from_what_is_loaded_once_all_kernels_are_ready() -> None:
    gc.unfreeze()
    try:
        keep_what_is_loaded(3, 4)
        assert gc.get_freeze_count() == 0
        keep_what_is_loaded(4, 4)
        assert gc.get_freeze_count() > 1000
    finally:
        gc.unfreeze()
