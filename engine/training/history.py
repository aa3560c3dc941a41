"""What happened in a run: a record a step, and the scores in between."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.training.scores import Score


class StepRecord(NamedTuple):
    """One step, measured on its own batch before the weights changed: dropout and augmentation were on."""

    step: int
    """From 1."""
    epoch: float
    """How often every picture has been seen, this batch included."""
    loss: float
    accuracy: float | None
    """Of the batch; None for tasks without classes."""
    learning_rate: float
    gradient_norm: float
    """Of all gradients together, before they were clipped."""


@dataclass(eq=False)
class History:
    """Of one run, in order. The training loss of a step is older than a score of the same step."""

    steps: list[StepRecord] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)

    def until(self, step: int) -> "History":
        """The part up to a step: what is left of it after going back."""
        return History(
            [record for record in self.steps if record.step <= step],
            [score for score in self.scores if score.step <= step],
        )

    def of(self, split: str) -> list[Score]:
        """The scores of one part of the data."""
        return [score for score in self.scores if score.split == split]

    def mean_loss(self, count: int) -> float:
        """Of the last so many steps; NaN before the first."""
        last = self.steps[-count:]
        return sum(record.loss for record in last) / len(last) if last else float("nan")

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "steps": [list(record) for record in self.steps],
            "scores": [s.to_json() for s in self.scores],
        }

    @classmethod
    def from_json(cls, record: Any) -> "History":
        """What `to_json` wrote; `TypeError` or `KeyError` for anything else."""
        return cls([StepRecord(*step) for step in record["steps"]], [Score(**s) for s in record["scores"]])
