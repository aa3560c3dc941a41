"""Kept moments of a run, so that it can be wound back: fewer and farther apart the longer it gets."""

from bisect import bisect_right
from typing import Final

from engine.training.snapshot import Snapshot
from engine.training.trainer import Trainer

MOST: Final = 64
ROOM: Final = 256 << 20
"""Bytes that all of them may take."""
FEWEST: Final = 4


class Moments:
    """Belongs to the training thread; `steps` may be read from any."""

    def __init__(self) -> None:
        self.steps: tuple[int, ...] = ()
        """Of the kept moments, rising."""
        self._kept: list[Snapshot] = []
        self._gap = 1

    def keep(self, trainer: Trainer, *, now: bool = False) -> None:
        """Keep this moment if it is far enough from the one before (`now`: however near it is)."""
        step = trainer.step_number
        if self.steps and self.steps[-1] >= step:
            if self.steps[-1] == step:
                return
            self._show(self._kept[: bisect_right(self.steps, step)])  # it was wound back, and goes on
            if self.steps and self.steps[-1] == step:
                return
        if not now and self.steps and step - self.steps[-1] < self._gap:
            return
        snapshot = trainer.snapshot()
        kept = [*self._kept, snapshot]
        arrays = (snapshot.values, *snapshot.measured.values(), *snapshot.state.values())
        most = max(FEWEST, min(MOST, ROOM // max(1, sum(values.nbytes for values in arrays))))
        if len(kept) > most:
            self._gap *= 2
            kept = [*kept[:-1:2], kept[-1]]
        self._show(kept)

    def at(self, step: int) -> Snapshot:
        """The last kept moment that is not after this step."""
        return self._kept[max(0, bisect_right(self.steps, step) - 1)]

    def _show(self, kept: list[Snapshot]) -> None:
        self._kept = kept
        self.steps = tuple(snapshot.step for snapshot in kept)
