"""`onebyone` and `python -m gui`."""

import sys

from gui.command_line import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
