"""Pictures to learn from, whether they have classes, and which of them are kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError

TRAIN: Final = "train"
CHOOSE: Final = "choose"
HELD_OUT: Final = "held_out"
SPLITS: Final = (TRAIN, CHOOSE, HELD_OUT)
"""To learn from; to choose settings and seeds by; never looked at before the end."""

Pixels = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Examples:
    """Pictures (N, H, W, channels) of 1 or 3 channels, already as large as the Input, and what they are."""

    name: str
    """As it was asked for: `digits`, `patches:coffee`, a folder."""
    kind: str
    """What they are, for people, behind a number: `MNIST digits`."""
    pictures: Pixels
    splits: Mapping[str, Numbers]
    """Which pictures each of `SPLITS` holds."""
    labels: Numbers | None = None
    """The class of each picture; None where there are none."""
    classes: tuple[str, ...] = ()
    credit: str = ""
    notes: tuple[str, ...] = field(default=())
    """What people should know of how they were read: pictures that were left out, and why."""

    def __post_init__(self) -> None:
        if not self.splits[TRAIN].size:
            raise TrainingError(f"{self.title} leave nothing to learn from: at least one picture is needed")
        if self.labels is not None:
            check_labels(self.labels, len(self.classes), self.title)

    @property
    def title(self) -> str:
        """All of them, for people: `10,000 MNIST digits`."""
        return f"{len(self.pictures):,} {self.kind}"

    @property
    def learned_from(self) -> str:
        """Those that are learned from: `8,000 MNIST digits`."""
        return f"{self.count(TRAIN):,} {self.kind}"

    def count(self, split: str) -> int:
        """Pictures in a part."""
        return len(self.splits[split])


def check_labels(labels: Numbers, classes: int, title: str) -> None:
    """`TrainingError` unless the labels are numbers of at least two classes."""
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if wrong.size:
        raise TrainingError(
            f"picture {int(wrong[0])} of {title} has the label {int(labels[wrong[0]])},"
            f" but there are {classes} classes, 0 to {classes - 1}"
        )
    if len(np.unique(labels)) < 2:
        raise TrainingError(f"All {title} are of one class: there is nothing to tell apart. It takes two")


def split_by_share(count: int, random: np.random.Generator, share: float = 0.1) -> dict[str, Numbers]:
    """The pictures in an order by chance: a tenth held out, a tenth to choose by, the rest to learn from."""
    order = random.permutation(count)
    aside = round(count * share)
    return {
        TRAIN: np.sort(order[2 * aside :]),
        CHOOSE: np.sort(order[aside : 2 * aside]),
        HELD_OUT: np.sort(order[:aside]),
    }
