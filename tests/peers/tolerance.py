"""How far two exact float32 computations of one network may lie apart.

1e-4 of a map's largest value, or what the network itself makes of a rounding: deep drawn networks with batch
norms are chaotic (Yang et al., "A Mean Field Theory of Batch Normalization", ICLR 2019), so that half a unit
in the last place of the photograph moves the 101 layers of a drawn ResNet by 2e-4 in PyTorch itself.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

TOLERANCE: Final = 1e-4
ROUNDING: Final = 1.2e-7
"""A unit in the last place of a float32."""
SOURCES: Final = 4
"""A photograph is rounded once, sums are rounded in every layer, and on both sides."""


def distance(ours: Array, theirs: Array) -> float:
    """The largest difference, as a share of the largest value of theirs."""
    return float(np.abs(ours - theirs).max()) / max(float(np.abs(theirs).max()), 1e-30)


def nudged(photograph: Array, seed: int = 0) -> Array:
    """The same values, each a unit in the last place more or less."""
    signs = np.random.default_rng(seed).choice(np.float32([-ROUNDING, ROUNDING]), photograph.shape)
    return photograph * (1 + signs)


def assert_close(ours: Array, theirs: Array, again: Callable[[], Array], what: Any = "") -> float:
    """How far apart they are; `again` gives theirs for nudged photographs, asked only when in doubt."""
    error = distance(ours, theirs)
    assert error <= TOLERANCE or error <= SOURCES * distance(again(), theirs), (what, error)
    return error
