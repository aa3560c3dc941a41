"""How well a network does on pictures it does not learn from, with the uncertainty that so few leave."""

from dataclasses import dataclass
from math import log10, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

NORMAL_95: Final = 1.959963984540054
"""Standard deviations on either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Score:
    """Of one part of the data, as after training: no dropout, running statistics, no augmentation."""

    step: int
    """How many steps had been made."""
    split: str
    count: int
    loss: float
    accuracy: float | None = None
    """Share of pictures whose class is named right; None for tasks without classes."""
    low: float | None = None
    high: float | None = None
    """95 % interval of the accuracy: Wilson, Probable inference, JASA 1927."""
    psnr: float | None = None
    """Of images: 10 log₁₀(1 / mean squared error), in dB."""
    numbers: npt.NDArray[np.int64] | None = None
    """Which pictures of the data these are."""
    labels: npt.NDArray[np.int64] | None = None
    """The class of each."""
    predicted: npt.NDArray[np.int64] | None = None
    """The class that each is taken for."""
    losses: npt.NDArray[np.float32] | None = None
    """Of each picture."""
    confusion: npt.NDArray[np.int64] | None = None
    """[true class, class named]: how many pictures."""

    def worst(self, count: int = 20) -> list[int]:
        """Numbers of the pictures with the largest losses, the worst first."""
        if self.losses is None or self.numbers is None:
            return []
        return [int(number) for number in self.numbers[np.argsort(-self.losses, kind="stable")[:count]]]

    def confused(self, true: int, named: int) -> list[int]:
        """Numbers of the pictures behind a cell of the confusion matrix."""
        if self.predicted is None or self.numbers is None or self.labels is None:
            return []
        return [int(number) for number in self.numbers[(self.labels == true) & (self.predicted == named)]]

    def to_json(self) -> dict[str, Any]:
        """Its numbers, JSON-ready, without those of single pictures."""
        names = ("step", "split", "count", "loss", "accuracy", "low", "high", "psnr")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def interval(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, from `right` of `count`."""
    if not count:
        return 0.0, 1.0
    share, z = right / count, NORMAL_95
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def score_classes(
    step: int, split: str, numbers: npt.NDArray[np.int64], logits: npt.NDArray[np.float32],
    labels: npt.NDArray[np.int64], classes: int,
) -> Score:  # fmt: skip
    """From the (N, F) values of all pictures of a part and their classes."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    predicted = logits.argmax(axis=1).astype(np.int64)
    right = int((predicted == labels).sum())
    low, high = interval(right, len(labels))
    confusion = np.zeros((classes, logits.shape[1]), np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    return Score(
        step=step, split=split, count=len(labels), loss=float(losses.mean()), accuracy=right / len(labels),
        low=low, high=high, numbers=numbers, labels=labels, predicted=predicted,
        losses=losses.astype(np.float32), confusion=confusion,
    )  # fmt: skip


def score_images(
    step: int, split: str, numbers: npt.NDArray[np.int64], losses: npt.NDArray[np.float32],
    squares: npt.NDArray[np.float32],
) -> Score:  # fmt: skip
    """From the loss and the mean squared error of each picture of a part."""
    square = float(squares.mean(dtype=np.float64))
    psnr = -10 * log10(square) if square > 0 else None
    return Score(
        step=step, split=split, count=len(losses), loss=float(losses.mean(dtype=np.float64)), psnr=psnr,
        numbers=numbers, losses=losses,
    )  # fmt: skip
