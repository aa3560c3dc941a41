"""Adam: each value's step by the mean of its gradients over the root of the mean of their squares."""

from collections.abc import Mapping
from math import sqrt
from typing import Final

import numpy as np

from engine.training.optimizers.optimizer import Flat, Optimizer, Rate, State, Term

BETA_1: Final = 0.9
BETA_2: Final = 0.999
EPSILON: Final = 1e-8


def adam_step(values: Flat, gradients: Flat, state: State, rate: Rate) -> None:
    """w ← w − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε): ε outside of the root."""
    from engine.kernels.training.optimizing import mean_square_step

    numbers = (
        BETA_1, BETA_2, rate.learning_rate / (1 - BETA_1**rate.step), sqrt(1 - BETA_2**rate.step), EPSILON,
    )  # fmt: skip
    mean_square_step(values, gradients, state["mean"], state["square"], *map(np.float32, numbers))


def adam_terms(value: float, gradient: float, state: Mapping[str, float], rate: Rate) -> list[Term]:
    """`adam_step` for one value, term by term."""
    mean = BETA_1 * state["mean"] + (1 - BETA_1) * gradient
    square = BETA_2 * state["square"] + (1 - BETA_2) * gradient**2
    mean_now, square_now = mean / (1 - BETA_1**rate.step), square / (1 - BETA_2**rate.step)
    step = rate.learning_rate * mean_now / (sqrt(square_now) + EPSILON)
    return [
        ("m ← β₁ m + (1 − β₁) g", mean),
        ("v ← β₂ v + (1 − β₂) g²", square),
        ("m̂ = m / (1 − β₁ᵗ)", mean_now),
        ("v̂ = v / (1 − β₂ᵗ)", square_now),
        ("η", rate.learning_rate),
        ("η m̂ / (√v̂ + ε)", step),
        ("w ← w − η m̂ / (√v̂ + ε)", value - step),
    ]


def _terms(value: float, gradient: float, state: Mapping[str, float], rate: Rate, decay: float) -> list[Term]:
    decayed = gradient + decay * value
    return [("g", gradient), ("g + λ w", decayed), *adam_terms(value, decayed, state, rate)]


def _update(values: Flat, gradients: Flat, state: State, rate: Rate) -> None:
    if np.any(rate.decay):
        gradients += np.asarray(rate.decay, np.float32) * values
    adam_step(values, gradients, state, rate)


OPTIMIZER: Final = Optimizer(
    name="adam",
    title="Adam",
    formula="g ← g + λ w,  m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w − η m̂ / (√v̂ + ε)",
    source="Kingma & Ba, Adam, ICLR 2015, algorithm 1",
    remembers=("mean", "square"),
    update=_update,
    terms=_terms,
    learning_rate=1e-3,
    rank=2,
)
