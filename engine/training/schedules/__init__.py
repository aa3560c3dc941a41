"""How the learning rate changes, one schedule a file: each module's `SCHEDULE` is found by being there."""

from functools import cache

from engine.training.catalogue import catalogue, named
from engine.training.schedules.schedule import Schedule


@cache
def schedules() -> dict[str, Schedule]:
    """All schedules by name, in the order of lists."""
    return catalogue(__name__, __path__, "SCHEDULE")


def schedule(name: str) -> Schedule:
    """The schedule of this name; `TrainingError` names those there are."""
    return named(schedules(), name, "schedule")
