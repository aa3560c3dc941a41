"""An optimiser's arithmetic on all values in one go, and what is asked of them in every step."""

from typing import Any

import numpy as np

from engine.kernels.jit import kernel


@kernel
def momentum_step(values: Any, gradients: Any, velocity: Any, momentum: Any, rate: Any) -> None:
    """v ← momentum · v + g, and w ← w − rate · v."""
    for i in range(len(values)):
        moved = momentum * velocity[i] + gradients[i]
        velocity[i] = moved
        values[i] -= rate * moved


@kernel
def mean_square_step(
    values: Any, gradients: Any, mean: Any, square: Any, beta_1: Any, beta_2: Any, rate: Any, root: Any,
    epsilon: Any,
) -> None:  # fmt: skip
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², and w ← w − rate · m / (√v / root + ε)."""
    one = np.float32(1)
    for i in range(len(values)):
        gradient = gradients[i]
        m = beta_1 * mean[i] + (one - beta_1) * gradient
        v = beta_2 * square[i] + (one - beta_2) * (gradient * gradient)
        mean[i] = m
        square[i] = v
        values[i] -= rate * m / (np.sqrt(v) / root + epsilon)


@kernel
def sum_of_squares(values: Any) -> Any:
    """In doubles."""
    total = np.float64(0)
    for i in range(len(values)):
        total += np.float64(values[i]) * np.float64(values[i])
    return total
