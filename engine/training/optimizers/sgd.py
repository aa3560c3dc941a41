"""Stochastic gradient descent with momentum."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from engine.training.optimizers.optimizer import Flat, Optimizer, Rate, State, Term


def _update(values: Flat, gradients: Flat, state: State, rate: Rate) -> None:
    from engine.kernels.training.optimizing import momentum_step

    if np.any(rate.decay):
        gradients += np.asarray(rate.decay, np.float32) * values
    # The first step is the gradient itself: a velocity of zeros gives just that.
    momentum, learning_rate = np.float32(rate.momentum), np.float32(rate.learning_rate)
    momentum_step(values, gradients, state["velocity"], momentum, learning_rate)


def _terms(value: float, gradient: float, state: Mapping[str, float], rate: Rate, decay: float) -> list[Term]:
    decayed = gradient + decay * value
    velocity = rate.momentum * state["velocity"] + decayed
    return [
        ("g", gradient),
        ("g + λ w", decayed),
        ("v", state["velocity"]),
        ("v ← μ v + g + λ w", velocity),
        ("η", rate.learning_rate),
        ("η v", rate.learning_rate * velocity),
        ("w ← w − η v", value - rate.learning_rate * velocity),
    ]


OPTIMIZER: Final = Optimizer(
    name="sgd",
    title="SGD with momentum",
    formula="v ← μ v + g + λ w,  w ← w − η v",
    source="Sutskever, Martens, Dahl & Hinton, On the importance of initialization and momentum, ICML 2013;"
    " as PyTorch has it: the learning rate stands outside of the velocity",
    remembers=("velocity",),
    update=_update,
    terms=_terms,
    learning_rate=0.05,
    has_momentum=True,
    rank=0,
)
