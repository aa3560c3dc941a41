"""A moment of a run: all that the steps after it depend on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flat = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Snapshot:
    """Weights, running statistics and the optimiser's memory after so many steps."""

    step: int
    values: Flat
    """All trained values in one row: see `Parameters`."""
    measured: Mapping[tuple[str, str], Flat]
    state: Mapping[str, Flat]
