"""How training goes: everything that, with network, data and task, decides every number of it."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from engine.errors import TrainingError, quoted
from engine.training.data.augmentation import augmentations
from engine.training.losses import loss
from engine.training.optimizers import optimizer
from engine.training.schedules import schedule
from engine.weights.random import MAX_SEED

DRAWN: Final = "drawn"
PRESENT: Final = "present"
STARTS: Final = (DRAWN, PRESENT)
"""Where the weights begin: drawn anew from the seed, or as the network has them."""

MAX_BATCH: Final = 4096


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Checked on creation: `TrainingError` names what is out of range."""

    epochs: float = 5
    """How often every picture is seen; ignored where `steps` is given."""
    steps: int | None = None
    batch: int = 64
    optimizer: str = "adamw"
    learning_rate: float | None = None
    """None: that which mostly suits the optimiser."""
    momentum: float = 0.9
    """Of SGD."""
    weight_decay: float = 0.0
    decays_all: bool = True
    """Whether biases and the scales of normalisations decay as well, as PyTorch's do."""
    schedule: str = "cosine"
    clip: float | None = None
    """Largest norm of all gradients together; larger ones are scaled down to it. None: as they are."""
    loss: str = ""
    """Empty: the task's own."""
    augmentation: tuple[str, ...] = field(default=())
    """Names of `augmentations`, in training only."""
    start: str = DRAWN
    seed: int = 0
    """Of weights drawn, of the order of pictures, of dropout, noise and augmentation."""

    def __post_init__(self) -> None:
        _between("epochs", self.epochs, 0, 100_000)
        if self.steps is not None:
            _between("steps", self.steps, 1, 10**9)
        elif self.epochs <= 0:
            raise TrainingError(f"epochs={quoted(self.epochs)} must be above 0")
        _between("batch", self.batch, 1, MAX_BATCH)
        optimizer(self.optimizer)
        schedule(self.schedule)
        if self.loss:
            loss(self.loss)
        if self.learning_rate is not None:
            _between("learning_rate", self.learning_rate, 0, 1e6)
        _between("momentum", self.momentum, 0, 1)
        _between("weight_decay", self.weight_decay, 0, 1e6)
        if self.clip is not None and not self.clip > 0:
            raise TrainingError(f"clip={quoted(self.clip)} must be above 0")
        _between("seed", self.seed, 0, MAX_SEED)
        if self.start not in STARTS:
            raise TrainingError(f"start={quoted(self.start)} is none of {', '.join(STARTS)}")
        for name in self.augmentation:
            if name not in augmentations():
                raise TrainingError(
                    f"no augmentation is called {quoted(name)}. There are {', '.join(augmentations())}"
                )

    @property
    def rate(self) -> float:
        """The learning rate before the schedule's factor."""
        return optimizer(self.optimizer).learning_rate if self.learning_rate is None else self.learning_rate

    def steps_of(self, examples: int) -> int:
        """How many steps are made of so many pictures."""
        return self.steps or max(1, round(self.epochs * self.steps_per_epoch(examples)))

    def steps_per_epoch(self, examples: int) -> int:
        """The last batch of an epoch may be smaller."""
        return -(-examples // self.batch)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self) | {"augmentation": list(self.augmentation)}


def _between(name: str, value: float, lowest: float, highest: float) -> None:
    if not lowest <= value <= highest:
        raise TrainingError(f"{name}={quoted(value)} must lie between {lowest:g} and {highest:g}")
