"""What a schedule is: a factor of the learning rate for each step."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """`factor(done, steps)`: what the learning rate is multiplied by after `done` of `steps` steps."""

    name: str
    title: str
    formula: str
    source: str
    factor: Callable[[int, int], float]
    rank: int = 50
