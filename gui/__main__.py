"""`onebyone` and `python -m gui`."""

import gc
import os
import sys
from pathlib import Path

from gui.system.shadowing import shadow

# Before numpy is loaded. Its matrix products are small here, and a second thread of them spins for the core
# that the engine's own threads, or other programs, are using: a fit took 50 s instead of 2 on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if not getattr(sys, "frozen", False):  # before anything of ours that another's could stand in for
    _shadow = shadow(Path(__file__).resolve().parent.parent)
    if _shadow:
        sys.exit(f"onebyone: {_shadow}")

gc.disable()  # what modules make is there to stay: going through it again and again takes 15 ms

from gui.command_line import main  # noqa: E402  # which all the above comes before

gc.enable()

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
