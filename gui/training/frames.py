"""Maps that move while the network learns: as often as they are drawn, and as they may cost."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from engine.errors import EngineError
from engine.model.network import Network
from engine.training.trainer import Trainer
from gui.session.compute import ComputeService, RunSummary

LEAST: Final = 0.033
"""Seconds between two frames."""
PICTURE: Final = 0.0007
"""Seconds that the small picture of a map takes, and its painting."""
SHARE: Final = 0.04
"""Of the time may go into them: what one takes decides when the next one comes."""

Frame = tuple[int, Network | None]
"""A step, and the network as it is after it; None where its numbers are none."""
Ask = Callable[[Callable[[Trainer], Frame], Callable[[Frame], object]], object]


class Frames:
    """Asks the thread of training for its weights, and the compute service for their maps."""

    def __init__(self, compute: ComputeService, ask: Ask) -> None:
        self._compute, self._ask = compute, ask
        compute.glimpsed.connect(self._on_glimpsed)
        self.shown_step = -1
        """The step whose maps are seen, or about to be."""
        self.begin()

    def begin(self) -> None:
        """Another run."""
        self.shown_step = -1
        self._is_asked = False
        self._since, self._took = 0.0, 0.0

    def show(self, network: Network) -> bool:
        """Show these weights, those of an edited network, if nothing else is computed; whether they are."""
        if self._compute.instead is not network:
            self._compute.glimpse(network)
        return self._compute.instead is network

    def follow(self, step: int, *, is_running: bool) -> None:
        """Show this step if it is time for that; where nothing runs, it is."""
        if self._is_asked or step == self.shown_step:
            return
        now = monotonic()
        if not is_running or now - self._since >= max(LEAST, self._took / SHARE):
            self._since, self._is_asked = now, True
            self._ask(_frame, self._on_frame)

    def _on_frame(self, frame: Frame) -> None:
        self._is_asked = False
        step, network = frame
        self._since = monotonic()
        if network is None or self._compute.glimpse(network):
            self.shown_step = step

    def _on_glimpsed(self, summary: RunSummary) -> None:
        self._took = summary.elapsed_ms / 1000 + summary.maps * PICTURE


def _frame(trainer: Trainer) -> Frame:
    try:
        return trainer.step_number, trainer.trained()
    except EngineError:  # a variance that overflowed: the loss will say so
        return trainer.step_number, None
