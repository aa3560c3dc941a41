"""What keeps the checkpoints of one run where a crash does not reach them."""

from typing import Protocol

from engine.training.checkpoints import Keeper
from engine.training.runs import Plan
from engine.training.trainer import Trainer


class KeepsRun(Protocol):
    """Of a run that is going on, or was left."""

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
