"""Runs the network on one worker thread: newest request wins, results come back as values.

The worker owns the executor, the photographs and everything numba (imported there, after the window is
up). A request is immutable and numbered; results of older numbers are dropped.
"""

import sys
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QThread, QTimer, Signal
from shiboken6 import isValid

from engine.errors import EngineError
from engine.image.image_source import image_title
from engine.image.photograph import Photograph
from engine.model.network import Network
from engine.model.project import Project
from gui.session.album import Album
from gui.session.jobs import Job, JobHandle, Task
from gui.session.photographs import Photographs, Reading, no_answer
from gui.session.unexpected import apology, in_full, in_words
from gui.session.worker import DEFAULT_PHOTOGRAPH, Computed, Request, RunSummary, Worker

__all__ = ["ComputeService", "Computed", "RunSummary"]

CLOSING_MS: Final = 1500
"""What has not ended by then is left behind, see `ComputeService.close`."""

_LOOK_MS: Final = 20


class ComputeService(QObject):
    """The window's access to computed maps. Lives in the UI thread; `close` before it is dropped."""

    map_changed = Signal(str)
    """A node has a new map: `result(node_id)`."""
    run_started = Signal()
    run_progressed = Signal(int, int)
    """(maps done, maps in all)."""
    run_finished = Signal(object)
    """A `RunSummary`."""
    run_cancelled = Signal()
    """The run was given up by hand: what it computed is there, the rest is stale."""
    run_waiting = Signal()
    """An edit was not run because the service is frozen: its maps are stale until `run_now`."""
    frozen_changed = Signal(bool)
    run_failed = Signal(str)
    """One line for people: the network needs too much memory, or the like."""
    warm_up_progressed = Signal(int, int)
    """(kernels ready, kernels in all); the last call has both equal."""
    photograph_changed = Signal(object)
    """The `Photograph` that the maps are of; `photograph_name` and `stands_in_for` tell which it is."""
    photograph_opened = Signal(str)
    """A photograph asked for with `open_photograph` can be read: its reference."""
    photograph_refused = Signal(str)
    """Why a photograph cannot be read, in one line."""
    glimpsed = Signal(object)
    """The maps of a `glimpse` are all there: its `RunSummary`."""
    went_wrong = Signal(str, str)
    """What nobody expected, in one line, and its traceback; the signals of a failure come before."""

    def __init__(
        self, budget_bytes: int, parent: QObject | None = None, *, photographs: Photographs | None = None
    ) -> None:
        super().__init__(parent)
        self._budget_bytes = budget_bytes
        self._project: Project | None = None
        self._generation = 0
        self._is_busy = self._is_waiting = self._is_glimpsing = self._closed = False
        self.is_frozen = False
        """Whether edits wait for `run_now` instead of being run."""
        self._results: dict[str, Computed] = {}
        self.instead: Network | None = None
        """Other weights of the newest project, looked at in the place of its own: see `glimpse`."""
        self.photograph: Photograph | None = None
        self.photograph_name = DEFAULT_PHOTOGRAPH
        """The reference of `photograph`."""
        self.stands_in_for = ""
        """The reference that could not be read, where `photograph` is a sample in its place."""
        self.album = Album(self)
        """Files that were looked at, for going through them."""
        self.album.refused.connect(self.photograph_refused)
        self._photographs = photographs or Photographs()
        self._awaited: tuple[str, Reading] | None = None
        """The photograph that was asked for last, until it is read."""
        # The thread that reads may outlive this object, so it tells nobody: it is looked at.
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)
        self._handles: dict[Task, JobHandle] = {}
        """Those on their way. Kept here, for an object of Qt must not die while its signals are."""
        self._worker = Worker(self._photographs)
        self._worker.computed.connect(self._on_computed)
        self._worker.progressed.connect(self._on_progressed)
        self._worker.finished_run.connect(self._on_finished)
        self._worker.failed.connect(self._on_failed)
        self._worker.using_photograph.connect(self._on_photograph)
        self._worker.warm_up_progressed.connect(self.warm_up_progressed)
        self._worker.photograph_refused.connect(self.photograph_refused)
        self._worker.went_wrong.connect(self.went_wrong)
        self._worker.job_progressed.connect(self._on_job_progressed)
        self._worker.job_answered.connect(self._on_job_answered)
        self._worker.job_refused.connect(self._on_job_refused)
        self._worker.job_dropped.connect(self._end_job)

    @property
    def is_running(self) -> bool:
        """Whether the worker has been started and not closed."""
        return self._worker.isRunning()

    def start(self) -> None:
        """Begin: load the kernels, or compile them the first time ever, then serve requests."""
        self._worker.start()

    def begin(self, project: Project) -> None:
        """Start and compute, unless that was done, or the service is closed."""
        if not self.is_running and not self._closed:
            self.start()
            self.run(project)

    def close(self) -> bool:
        """End the worker, and wait for it, within limits; whether it ended.

        Where it did not, since it hangs in something that cannot be ended, the process must leave it behind.
        """
        self._stop_looking()
        self._closed = True
        ended = self._worker.close(CLOSING_MS)
        if not ended:
            _never_destroy(self._worker)
        return ended

    def result(self, node_id: str) -> Computed | None:
        """The node's newest map, which may be that of an older network (`is_stale`)."""
        return self._results.get(node_id)

    def is_stale(self, node_id: str) -> bool:
        """Whether the node's map is older than the newest request."""
        found = self._results.get(node_id)
        return found is not None and found.generation != self._generation

    @property
    def is_waiting(self) -> bool:
        """Whether there are edits whose maps were not asked for, or were given up."""
        return self._is_waiting

    def freeze(self, frozen: bool) -> None:
        """Run nothing by itself, or again all that waits and every edit."""
        if frozen != self.is_frozen:
            self.is_frozen = frozen
            self.frozen_changed.emit(frozen)
            if not frozen and self._is_waiting:
                self.run_now()

    def run_now(self) -> None:
        """Compute the maps of the newest project, frozen or not, with its own weights."""
        self.instead = None
        if self._project is not None:
            self.run(self._project)

    def cancel(self) -> None:
        """Give the run up that is at work, if there is one."""
        if self._is_busy:
            self._is_busy, self._is_waiting = False, True
            self._worker.give_up()
            self.run_cancelled.emit()

    @property
    def is_idle(self) -> bool:
        """Whether a `glimpse` would be computed now."""
        busy = self._is_busy or self._is_glimpsing or self.is_frozen or self._handles
        return self._project is not None and not busy

    def glimpse(self, network: Network) -> bool:
        """Compute the maps that other weights of the newest project give, if nothing else is to be done;
        whether it is. Another photograph is looked at with them, too; an edit of the network, or `run_now`,
        brings the project's own maps back."""
        if self._project is None or not self.is_idle:
            return False
        self._is_glimpsing, self.instead = True, network
        self._request(self._project)
        return True

    def run(self, project: Project) -> None:
        """Compute the maps of this project; an unfinished older request is given up."""
        self._is_glimpsing = False
        self._begin(project)
        self._is_busy, self._is_waiting = True, False
        self.run_started.emit()
        self._request(project)

    def submit(self, job: Job, parent: QObject | None = None) -> JobHandle:
        """Have a job done after the maps; its answer comes by the handle, which the caller keeps."""
        handle = JobHandle(job, self._worker.job_cancelled, parent)
        self._handles[handle.task] = handle
        self._worker.submit(handle.task)
        return handle

    def open_photograph(self, reference: str) -> None:
        """Try to read a photograph; answers with `photograph_opened` or `photograph_refused`.

        The newest wins: no answer comes for one that is still being read.
        """
        self._awaited = (reference, self._photographs.find(reference))
        self._look.start()

    def set_budget(self, budget_bytes: int) -> None:
        """Use another memory budget from the next run on, and run again."""
        self._budget_bytes = budget_bytes
        if self._project is not None:
            self.run(self._project)

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Run again when the network, the photograph or the seed changed; moving a node is nothing."""
        same = before.network is after.network and before.image == after.image and before.seed == after.seed
        if before.network is not after.network:
            self.instead = None
        if not same and not self.is_frozen:
            self.run(after)
        elif not same:
            self._begin(after)
            self.cancel()
            self._is_waiting = True
            self.run_waiting.emit()

    def _request(self, project: Project) -> None:
        network = self.instead or project.network
        self._worker.request(
            Request(
                self._generation,
                network,
                project.image,
                project.seed,
                self._budget_bytes,
                network is self.instead,
            )
        )

    def _begin(self, project: Project) -> None:
        """From here on older maps are stale."""
        self._project = project
        self._generation += 1
        self._results = {key: kept for key, kept in self._results.items() if key in project.network}

    def _on_computed(self, computed: Computed) -> None:
        if computed.generation == self._generation:
            self._results[computed.node_id] = computed
            self.map_changed.emit(computed.node_id)

    def _on_progressed(self, generation: int, done: int, total: int) -> None:
        if generation == self._generation and not self._is_glimpsing:
            self.run_progressed.emit(done, total)

    def _on_finished(self, generation: int, summary: RunSummary) -> None:
        if generation == self._generation and self._is_busy:
            self._is_busy = False
            self.run_finished.emit(summary)
        elif generation == self._generation and self._is_glimpsing:
            self._is_glimpsing = False
            self.glimpsed.emit(summary)

    def _on_failed(self, generation: int, message: str) -> None:
        if generation == self._generation:
            self._is_busy = self._is_glimpsing = False
            self.run_failed.emit(message)

    def _on_job_progressed(self, task: Task, done: int, total: int) -> None:
        handle = self._handles.get(task)
        if handle is not None and isValid(handle):
            handle.advance(done, total)

    def _on_job_answered(self, task: Task, answer: object) -> None:
        handle = self._end_job(task)
        if handle is not None:
            handle.answer(answer)

    def _on_job_refused(self, task: Task, message: str) -> None:
        handle = self._end_job(task)
        if handle is not None:
            handle.refuse(message)

    def _end_job(self, task: Task) -> JobHandle | None:
        """The job's handle, unless it went with its parent."""
        handle = self._handles.pop(task, None)
        return handle if handle is not None and isValid(handle) else None

    def _on_look(self) -> None:
        """See whether the photograph that is awaited has been read."""
        assert self._awaited is not None
        reference, reading = self._awaited
        if reading.scene.done() or monotonic() > reading.until:
            self._stop_looking()
            self._settle(reference, reading)

    def _settle(self, reference: str, reading: Reading) -> None:
        try:
            if not reading.scene.done():
                raise no_answer(reference)
            reading.scene.result()
        except EngineError as error:
            self.photograph_refused.emit(str(error))
        except Exception as error:  # in whatever decodes it
            sys.excepthook(type(error), error, error.__traceback__)  # writes it to the log
            self.photograph_refused.emit(f"{image_title(reference)} cannot be read: {in_words(error)}")
            self.went_wrong.emit(apology(error), in_full(error))
        else:
            self.photograph_opened.emit(reference)

    def _stop_looking(self) -> None:
        self._awaited = None
        self._look.stop()

    def _on_photograph(self, photograph: Photograph, name: str, stands_in_for: str) -> None:
        before = (self.photograph_name, self.stands_in_for)
        if photograph is not self.photograph or before != (name, stands_in_for):
            self.photograph, self.photograph_name, self.stands_in_for = photograph, name, stands_in_for
            self.album.add([name])
            self.photograph_changed.emit(photograph)


def _never_destroy(worker: Worker) -> None:
    """Qt aborts the process that destroys a running thread: give it to one that Python does not own."""
    worker.setParent(QThread.currentThread())
