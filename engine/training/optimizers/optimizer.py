"""What an optimiser is: how values follow their gradients, step by step, in PyTorch's convention."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Flat = npt.NDArray[np.float32]
"""All trained values, or something of each of them, in one row."""

State = Mapping[str, Flat]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What one step is made with."""

    step: int
    """From 1."""
    learning_rate: float
    momentum: float = 0.0
    decay: Any = 0.0
    """Weight decay: one number, or one for each value."""


Term = tuple[str, float]
"""A step of the arithmetic: its formula, and what it gives."""


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """`update(values, gradients, state, rate)` changes values and state in place; the gradients may be
    changed, too. The state begins with zeros, one row for each name in `remembers`.

    `terms(value, gradient, state, rate, decay)` does the same for one value, in doubles, term by term.
    """

    name: str
    title: str
    formula: str
    source: str
    remembers: tuple[str, ...]
    update: Callable[[Flat, Flat, State, Rate], None]
    terms: Callable[[float, float, Mapping[str, float], Rate, float], list[Term]]
    learning_rate: float
    """That which mostly suits."""
    has_momentum: bool = False
    """Whether `Rate.momentum` is part of its formula."""
    rank: int = 50

    def state(self, size: int) -> dict[str, Flat]:
        """What it remembers, before the first step."""
        return {name: np.zeros(size, np.float32) for name in self.remembers}
