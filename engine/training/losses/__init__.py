"""The losses, one a file: each module's `LOSS` is found by being there."""

from functools import cache

from engine.training.catalogue import catalogue, named
from engine.training.losses.loss import Loss


@cache
def losses() -> dict[str, Loss]:
    """All losses by name, in the order of lists."""
    return catalogue(__name__, __path__, "LOSS")


def loss(name: str) -> Loss:
    """The loss of this name; `TrainingError` names those there are."""
    return named(losses(), name, "loss")
