"""Kernels made ready before anything is timed, with a line on the terminal while that takes long."""

import sys

from engine.execution.executor import Executor

_CLEAR_LINE = "\r\x1b[K"


def warm_up(executor: Executor) -> None:
    """Load the kernels, or compile them the first time ever: what is timed then is the network alone."""
    seen = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        sys.stderr.write(f"{_CLEAR_LINE}onebyone: kernel {done} of {total}")
        sys.stderr.flush()

    executor.warm_up(tell if seen else lambda done, total: None)
    if seen:
        sys.stderr.write(_CLEAR_LINE)
        sys.stderr.flush()
