"""What a network can learn here, one task a file: each module's `TASK` is found by being there."""

from functools import cache

from engine.training.catalogue import catalogue, named
from engine.training.tasks.task import Task


@cache
def tasks() -> dict[str, Task]:
    """All tasks by name, in the order of lists."""
    return catalogue(__name__, __path__, "TASK")


def task(name: str) -> Task:
    """The task of this name; `TrainingError` names those there are."""
    return named(tasks(), name, "task")
