"""Adam whose weight decay does not pass through the means."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from engine.training.optimizers.adam import adam_step, adam_terms
from engine.training.optimizers.optimizer import Flat, Optimizer, Rate, State, Term


def _update(values: Flat, gradients: Flat, state: State, rate: Rate) -> None:
    if np.any(rate.decay):
        values *= np.asarray(1 - rate.learning_rate * np.asarray(rate.decay), np.float32)
    adam_step(values, gradients, state, rate)


def _terms(value: float, gradient: float, state: Mapping[str, float], rate: Rate, decay: float) -> list[Term]:
    decayed = value * (1 - rate.learning_rate * decay)
    terms = adam_terms(decayed, gradient, state, rate)
    return [("g", gradient), ("w ← w − η λ w", decayed), *terms]


OPTIMIZER: Final = Optimizer(
    name="adamw",
    title="AdamW",
    formula="w ← w − η λ w, and then Adam’s step",
    source="Loshchilov & Hutter, Decoupled weight decay regularization, ICLR 2019, algorithm 2",
    remembers=("mean", "square"),
    update=_update,
    terms=_terms,
    learning_rate=2e-3,
    rank=1,
)
