"""Reading a piece of memory again and again, to be compiled: how fast a cache gives what it holds."""

from typing import Any

import numpy as np


def read(values: Any, times: int) -> None:
    """Sum up all values so many times; their first one depends on it, so that nothing is left out."""
    for _ in range(times):
        total = np.float32(0)
        for index in range(values.size):
            total += values[index]
        values[0] = total * np.float32(1e-30)
