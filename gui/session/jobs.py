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


class Task:
    """A job as the worker knows it, free of Qt: no object of the window's may die on that thread."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.is_cancelled = False


class JobHandle(QObject):
    """A job on its way. Exactly one of `finished`, `failed` or nothing (after `cancel`) comes."""

    finished = Signal(object)
    """What `work` gave."""
    failed = Signal(str)
    """Why there is no answer, in one line for people."""
    progressed = Signal(int, int)
    """(done, total)."""

    def __init__(self, job: Job, wake: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = Task(job)
        self.is_over = False
        """Whether its answer, its failure or its cancelling has come."""
        self._wake = wake

    @property
    def job(self) -> Job:
        """What is to be done."""
        return self.task.job

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants it any more."""
        return self.task.is_cancelled

    def cancel(self) -> None:
        """Give the job up; no signal comes any more."""
        if not self.is_over:
            self.task.is_cancelled = self.is_over = True
            self._wake()

    def answer(self, value: object) -> None:
        """Called by the service with the outcome."""
        if not self.is_over:
            self.is_over = True
            self.finished.emit(value)

    def refuse(self, message: str) -> None:
        """Called by the service where there is none."""
        if not self.is_over:
            self.is_over = True
            self.failed.emit(message)

    def advance(self, done: int, total: int) -> None:
        """Called by the service underway."""
        if not self.is_over:
            self.progressed.emit(done, total)
