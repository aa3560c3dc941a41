"""The optimisers, one a file: each module's `OPTIMIZER` is found by being there."""

from functools import cache

from engine.training.catalogue import catalogue, named
from engine.training.optimizers.optimizer import Optimizer


@cache
def optimizers() -> dict[str, Optimizer]:
    """All optimisers by name, in the order of lists."""
    return catalogue(__name__, __path__, "OPTIMIZER")


def optimizer(name: str) -> Optimizer:
    """The optimiser of this name; `TrainingError` names those there are."""
    return named(optimizers(), name, "optimiser")
