"""Chance that can be repeated: numbers depend on a seed and on what they are for, and on nothing before."""

from hashlib import sha256

import numpy as np


def chance(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator for one purpose (`"order", epoch`): the same arguments give the same numbers, always."""
    text = "/".join(map(str, (seed, *purpose)))
    key = int.from_bytes(sha256(text.encode()).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key))


def order(seed: int, epoch: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """In what order an epoch takes its examples."""
    return chance(seed, "order", epoch).permutation(count)
