"""What a loss is: one number for a batch, and its slope with respect to every output."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Outputs = npt.NDArray[np.float32]
"""(N, F) or (N, C, H, W)."""

Targets = npt.NDArray[Any]
"""What should have come out: class numbers (N,), or maps of the outputs' shape."""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A loss; `evaluate(outputs, targets)` gives its mean over the batch (of images: over all values, too)
    and the gradient of that mean, of the outputs' shape."""

    name: str
    title: str
    formula: str
    source: str
    on_classes: bool
    """Whether targets are class numbers."""
    evaluate: Callable[[Outputs, Targets], tuple[float, Outputs]]
    rank: int = 50
