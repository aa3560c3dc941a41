"""What one map, or one vector, holds: in numbers and in one line of text. No Qt."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gui.words.number_format import Numbers


@dataclass(frozen=True)
class MapStatistics:
    """Smallest, mean and largest of the finite values, the share of zeros, and what is not finite."""

    minimum: float
    mean: float
    maximum: float
    zeros: float
    """Share of all values, 0 … 1."""
    nan: int
    infinite: int

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> "MapStatistics":
        """Of any array."""
        nan, infinite = int(np.isnan(values).sum()), int(np.isinf(values).sum())
        finite = values[np.isfinite(values)] if nan or infinite else values
        zeros = float(np.count_nonzero(values == 0)) / max(values.size, 1)
        if not finite.size:
            return cls(float("nan"), float("nan"), float("nan"), zeros, nan, infinite)
        mean = float(finite.mean(dtype=np.float64))
        return cls(float(finite.min()), mean, float(finite.max()), zeros, nan, infinite)

    def text(self, numbers: Numbers) -> str:
        """`min 0.00 · mean 0.11 · max 1.84 · zeros 41 %`, and the count of what is not finite."""
        # The mean of values that cancel out is a rounding error, not worth a power of ten.
        largest = max(abs(self.minimum), abs(self.maximum))
        mean = 0.0 if abs(self.mean) < 1e-5 * largest else self.mean
        parts = [
            f"min {numbers.decimal(self.minimum)}",
            f"mean {numbers.decimal(mean)}",
            f"max {numbers.decimal(self.maximum)}",
            f"zeros {numbers.percent(self.zeros)}",
        ]
        if self.nan:
            parts.append(f"{numbers.exact(self.nan)} NaN")
        if self.infinite:
            parts.append(f"{numbers.exact(self.infinite)} infinite")
        return " · ".join(parts)
