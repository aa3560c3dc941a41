"""Maps that move while the network learns: as often as they are drawn, and as they may cost.

One frame is made at a time, of the newest weights: none waits behind another. What a frame and all else that
the window draws meanwhile cost in processor time decides when the next one comes.
"""

from collections.abc import Callable
from time import monotonic, process_time, thread_time
from typing import Final

from engine.errors import EngineError
from engine.model.network import Network
from engine.training.trainer import Trainer
from gui.session.compute import ComputeService, RunSummary

LEAST: Final = 0.033
"""Seconds between two frames."""
MOST: Final = 1.0
"""Seconds after which one comes whatever it costs: a window that people work in is busy with other things."""
SHARE: Final = 0.04
"""Of the processor time of the program may go into drawing while a network learns: the rest is learning."""

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
        self._since, self._whole_before = 0.0, 0.0
        self._spent_before, self._spent_elsewhere = thread_time(), 0.0

    def show(self, network: Network) -> bool:
        """Show these weights, those of an edited network, if nothing else is computed; whether they are."""
        if self._compute.instead is not network:
            self._compute.glimpse(network)
        return self._compute.instead is network

    def take_turn(self) -> bool:
        """Whether something may be drawn again, since what the last turn cost has been earned; a new turn
        begins."""
        cost = thread_time() - self._spent_before + self._spent_elsewhere
        earned = SHARE * (process_time() - self._whole_before)
        passed = monotonic() - self._since
        if passed < LEAST or (cost > earned and passed < MOST):
            return False
        self._since, self._whole_before = monotonic(), process_time()
        self._spent_before, self._spent_elsewhere = thread_time(), 0.0
        return True

    def follow(self, step: int) -> None:
        """Show this step, if nothing else is computed."""
        if not self._is_asked and step != self.shown_step and self._compute.is_idle:
            self._is_asked = True
            self._ask(_frame, self._on_frame)

    def _on_frame(self, frame: Frame) -> None:
        self._is_asked = False
        step, network = frame
        if network is None or self._compute.glimpse(network):
            self.shown_step = step

    def _on_glimpsed(self, summary: RunSummary) -> None:
        self._spent_elsewhere = summary.cpu_ms / 1000


def _frame(trainer: Trainer) -> Frame:
    try:
        return trainer.step_number, trainer.trained()
    except EngineError:  # a variance that overflowed: the loss will say so
        return trainer.step_number, None
