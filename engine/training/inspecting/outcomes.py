"""What a network in training makes of single pictures: what it is shown, what comes out, what should have."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.training.scores import Score
from engine.training.tasks.task import Floats
from engine.training.trainer import Trainer


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """Of one picture."""

    number: int
    """In the data."""
    seen: Floats
    """(H, W, 1 or 3) of 0…1: the picture as the task shows it, noise and all."""
    made: Floats
    """(C, H', W')."""
    wanted: Floats
    """As `made`."""
    loss: float


def outcomes(trainer: Trainer, numbers: Sequence[int]) -> list[Outcome]:
    """Of these pictures, by a task that is about images."""
    made = []
    for number in numbers:
        looked_at, wanted = trainer.pairs(np.array([number]))
        found = trainer.answer(trainer.as_inputs(looked_at))
        loss = trainer.loss_of(found, wanted)
        made.append(
            Outcome(number=number, seen=looked_at[0], made=found[0].copy(), wanted=wanted[0], loss=loss)
        )
    return made


def from_worst_to_best(score: Score, count: int) -> list[int]:
    """Numbers of so many pictures of a score, evenly over all of them by their losses; the worst comes first
    and the best last."""
    if score.losses is None or score.numbers is None or not len(score.numbers):
        return []
    order = np.argsort(-score.losses, kind="stable")
    places = np.unique(np.linspace(0, len(order) - 1, min(count, len(order))).round().astype(int))
    return [int(score.numbers[order[place]]) for place in places]
