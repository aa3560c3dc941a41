"""Work for the compute thread beside the running of networks: gradients, fits, whatever takes long.

A job is an immutable value with one method. `ComputeService.submit` hands it to the worker and gives its
handle back; the answer comes as a signal. An edit of the network goes before: a job that is at work then
is begun anew once the maps are there, so jobs call `desk.checkpoint()` every few milliseconds.
"""

from collections.abc import Callable, Collection
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from engine.execution.executor import Executor, NodeResult
from engine.image.photograph import Scene
from engine.model.network import Network


class Interrupted(Exception):
    """Raised by `Desk.checkpoint` out of a job that is not to go on; jobs let it pass."""


class Desk:
    """What a job works with, on the compute thread alone."""

    def __init__(
        self,
        executor: Executor,
        photograph: Callable[[str], Scene],
        progress: Callable[[int, int], None],
        is_interrupted: Callable[[], bool],
    ) -> None:
        self.executor = executor
        self.photograph = photograph
        """The photograph of a reference (a sample's name, a path, `pattern:ramp`); `PhotographError`."""
        self.progress = progress
        """Says how much is done: (done, total)."""
        self._is_interrupted = is_interrupted

    def checkpoint(self) -> None:
        """Raise `Interrupted` where the job is cancelled, or something more urgent waits."""
        if self._is_interrupted():
            raise Interrupted

    def maps(
        self,
        network: Network,
        photograph: Scene,
        *,
        seed: int = 0,
        wanted: Collection[str] | None = None,
    ) -> dict[str, NodeResult]:
        """All wanted maps of a network by node id; those the executor remembers are not computed again."""
        found = {}
        for result in self.executor.run(network, photograph, seed=seed, wanted=wanted):
            self.checkpoint()
            found[result.node_id] = result
        self.checkpoint()  # a cancelled run ends early without a word
        return found


class Job(Protocol):
    """A frozen value; what it holds must not change while the worker reads it."""

    def work(self, desk: Desk) -> object:
        """The answer, an immutable value. An `EngineError` fails the job with its text."""
        ...


class JobHandle(QObject):
    """A job on its way. Exactly one of `finished`, `failed` or nothing (after `cancel`) comes."""

    finished = Signal(object)
    """What `work` gave."""
    failed = Signal(str)
    """Why there is no answer, in one line for people."""
    progressed = Signal(int, int)
    """(done, total)."""

    _answered = Signal(object)
    _refused = Signal(str)
    _advanced = Signal(int, int)

    def __init__(self, job: Job, wake: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.is_cancelled = False
        self.is_over = False
        """Whether its answer, its failure or its cancelling has come."""
        self._wake = wake
        # The worker emits on its own thread: these arrive queued, and a cancelled handle keeps them back.
        self._answered.connect(self._on_answered)
        self._refused.connect(self._on_refused)
        self._advanced.connect(self._on_advanced)

    def cancel(self) -> None:
        """Give the job up; no signal comes any more."""
        if not self.is_over:
            self.is_cancelled = self.is_over = True
            self._wake()

    def answer(self, value: object) -> None:
        """Called by the worker with the outcome."""
        self._answered.emit(value)

    def refuse(self, message: str) -> None:
        """Called by the worker where there is none."""
        self._refused.emit(message)

    def advance(self, done: int, total: int) -> None:
        """Called by the worker underway."""
        self._advanced.emit(done, total)

    def _on_answered(self, value: object) -> None:
        if not self.is_over:
            self.is_over = True
            self.finished.emit(value)

    def _on_refused(self, message: str) -> None:
        if not self.is_over:
            self.is_over = True
            self.failed.emit(message)

    def _on_advanced(self, done: int, total: int) -> None:
        if not self.is_over:
            self.progressed.emit(done, total)
