"""Functions as polynomials, one on each interval, whose coefficients every lane looks up in registers.

With a table of 32 numbers in two registers, a lookup costs as much as a multiply–add: an error function or
a hyperbolic tangent takes less than half of what its exponential alone does. The coefficients interpolate
the definition in double precision at Chebyshev's nodes, which no other polynomial betters by much;
Trefethen, "Approximation Theory and Approximation Practice", 2013, chapters 4 and 16.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.emit.vector_ir import LOOKUP_ENTRIES, Value, Vectors

ROUNDING: Final = 1.5 * 2**23
"""Added to a number below 2²², it leaves the nearest integer in the lowest bits."""


def interpolating(
    function: Callable[[float], float], reach: float, degree: int, centre: float = 0.0
) -> npt.NDArray[np.float64]:
    """Coefficients, lowest power first, of the polynomial through the function within `reach` of a centre."""
    nodes = np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1)) * reach
    values = np.array([function(centre + node) for node in nodes.tolist()])
    return np.linalg.solve(np.vander(nodes, increasing=True), values)


@dataclass(frozen=True, kw_only=True)
class Piecewise:
    """A smooth function on 0 … end. The intervals' centres are whole multiples of a step, 0 among them."""

    function: Callable[[float], float]
    """Also defined half a step below zero."""
    end: float
    degree: int

    @property
    def step(self) -> float:
        """From centre to centre."""
        return float(np.float32(self.end / (LOOKUP_ENTRIES - 1)))

    @cached_property
    def coefficients(self) -> npt.NDArray[np.float64]:
        """[power, interval] of the polynomial in the distance from the interval's centre."""
        centres = [number * self.step for number in range(LOOKUP_ENTRIES)]
        own = [interpolating(self.function, self.step / 2, self.degree, centre) for centre in centres]
        return np.transpose(own)

    def at(self, v: Vectors, x: Value) -> Value:
        """The function of each lane, which lies in 0 … end or is NaN."""
        rounding = v.constant(ROUNDING)
        index = v.multiply_add(x, v.constant(1 / self.step), rounding)
        distance = v.multiply_add(v.subtract(index, rounding), v.constant(-self.step), x)
        lowest_last = self.coefficients[::-1]
        total = v.looked_up(lowest_last[0].tolist(), index)
        for of_power in lowest_last[1:]:
            total = v.multiply_add(total, distance, v.looked_up(of_power.tolist(), index))
        return total
