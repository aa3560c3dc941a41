"""What is to be trained, as the form has it: a value that the thread opens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from engine.model.network import Network
from engine.training.checkpoints import Keeper
from engine.training.data import open_data
from engine.training.data.source import Progress
from engine.training.settings import Settings
from engine.training.tasks import task
from engine.training.tasks.task import only_input
from engine.training.trainer import Trainer


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Names for `task` and `open_data`, and how training goes."""

    task: str = "classify"
    data: str = "digits"
    settings: Settings = field(default_factory=Settings)
    options: Mapping[str, str] = field(default_factory=dict)
    """The task's own; what is not named is as usual."""

    def open(self, network: Network, progress: Progress) -> Trainer:
        """Read the data and make ready; `TrainingError` says what does not fit."""
        _, layer = only_input(network)
        examples = open_data(self.data, layer, self.settings.seed, progress)
        return Trainer(network, task(self.task), examples, self.settings, self.options)


class KeepsRun(Protocol):
    """Keeps the checkpoints of one run where a crash does not reach them."""

    @property
    def plan(self) -> Plan:
        """How it is trained."""
        ...

    @property
    def checkpoint(self) -> Keeper:
        """Its newest."""
        ...

    def keep(self, trainer: Trainer) -> None:
        """After every step."""
        ...

    def drop(self) -> None:
        """Nobody wants it any more."""
        ...

    def leave(self, trainer: Trainer | None = None) -> None:
        """Let it lie for the next start, as it is now where its trainer is given."""
        ...
