"""Arithmetic by kind."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Operations:
    """Arithmetic operations by kind, all exact counts for one image.

    `multiply_add` is the layer's MACs. Subtractions count as `add`, maxima as `compare`. `exp` counts
    every function that is no plain arithmetic: exponentials, erf, powers and roots. Padding is counted
    as if it were image, as for MACs.
    """

    multiply_add: int = 0
    add: int = 0
    multiply: int = 0
    compare: int = 0
    divide: int = 0
    exp: int = 0

    def __add__(self, other: "Operations") -> "Operations":
        return Operations(*(a + b for a, b in zip(self.values(), other.values(), strict=True)))

    def times(self, count: int) -> "Operations":
        """That many times as much."""
        return Operations(*(count * value for value in self.values()))

    def values(self) -> tuple[int, ...]:
        """The counts in the order of the fields."""
        return (self.multiply_add, self.add, self.multiply, self.compare, self.divide, self.exp)

    @property
    def total(self) -> int:
        """All operations, a multiply–add counted as two."""
        return self.multiply_add + sum(self.values())


NO_OPERATIONS: Final = Operations()
