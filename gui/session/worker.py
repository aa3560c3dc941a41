"""The worker thread behind the compute service: it owns the executor and all of numba.

Whatever goes wrong in it is told and logged, and the thread goes on: the next edit is computed.
"""

import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from math import prod
from threading import Condition
from time import monotonic, thread_time
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QThread, Signal

from engine.errors import EngineError, PhotographError
from engine.execution.executor import Executor, NodeResult
from engine.image.patterns import Pattern
from engine.image.photograph import Photograph, Scene, fill_input
from engine.layers.input import Input
from engine.model.network import Network
from engine.shapes import Pair
from gui.look.thumbnails import layer_thumbnail
from gui.session.jobs import Desk, Interrupted, Task
from gui.session.photographs import Photographs, no_answer
from gui.session.unexpected import apology, in_full, in_words

DEFAULT_PHOTOGRAPH: Final = "astronaut"


_SOON: Final = 1 << 24
"""Values of an Input that is shown while kernels are compiled; a larger one waits for its turn."""


@dataclass(frozen=True, eq=False)
class Computed:
    """One node's map, float32 (1, C, H, W) or (1, F), read-only, and its small RGB picture."""

    generation: int
    node_id: str
    map: npt.NDArray[np.float32]
    thumbnail: npt.NDArray[np.uint8]
    elapsed_ms: float
    cached: bool
    instead: Network | None = None
    """The network that gave it, where that has other weights than the project's."""


@dataclass(frozen=True)
class RunSummary:
    """A finished run: how many maps there are, how many had to be computed, and the time it took."""

    maps: int
    computed: int
    elapsed_ms: float
    cpu_ms: float = 0.0
    """Of the worker's own thread, small pictures included."""


@dataclass(frozen=True)
class Request:
    """One run: the network, the photograph's reference (empty for the sample), and the numbers to keep."""

    generation: int
    network: Network
    image: str
    seed: int
    budget_bytes: int
    instead: bool = False
    """Whether the network stands in the place of the project's, with other weights."""


class Worker(QThread):
    """Serves the newest request, then jobs in their order, until it is closed."""

    computed = Signal(object)
    progressed = Signal(int, int, int)
    finished_run = Signal(int, object)
    failed = Signal(int, str)
    using_photograph = Signal(object, str, str)
    warm_up_progressed = Signal(int, int)
    photograph_refused = Signal(str)
    job_progressed = Signal(object, int, int)
    job_answered = Signal(object, object)
    job_refused = Signal(object, str)
    job_dropped = Signal(object)
    """(its `Task`, …); one of the last three comes."""
    went_wrong = Signal(str, str)
    """What nobody expected: one line for people, and the traceback."""

    def __init__(self, photographs: Photographs) -> None:
        super().__init__()
        self.setObjectName("compute")
        self._executor = Executor()
        self._photographs = photographs
        self._wake = Condition()
        self._request: Request | None = None
        self._jobs: deque[Task] = deque()
        self._job: Task | None = None
        """The one at work."""
        self._closing = False
        self._given_up = False
        """What is at work is to end; the next thing begins as ever."""
        self._pattern_shown: tuple[str, Pair, Photograph] | None = None
        self._thumbnails: dict[str, Computed] = {}

    def request(self, request: Request) -> None:
        """Take over: whatever runs is ended, whatever waits is forgotten."""
        with self._wake:
            self._request = request
            # Inside the lock: a run that begins later is that of this request, and must not be ended.
            self._executor.cancel()
            self._wake.notify()

    def submit(self, job: Task) -> None:
        """Do a job as soon as nothing else waits."""
        with self._wake:
            self._jobs.append(job)
            self._wake.notify()

    def job_cancelled(self) -> None:
        """A handle was cancelled: if its job is at work, what it lets run ends."""
        with self._wake:
            if self._job is not None and self._job.is_cancelled:
                self._executor.cancel()
                self._wake.notify()

    def give_up(self) -> None:
        """End the run at work and forget the one that waits."""
        with self._wake:
            self._request = None
            self._given_up = True
            self._executor.cancel()
            self._wake.notify()

    def close(self, patience_ms: int) -> bool:
        """End; whether it did within this time. What does not let itself be ended is left behind."""
        with self._wake:
            self._closing = True
            self._executor.cancel()
            self._wake.notify()
        return self.wait(patience_ms)

    def run(self) -> None:
        """What the thread does."""
        self._guard(self._warm_up, _nobody)
        while (task := self._next()) is not None:
            self._guard(*task)
        self._guard(self._executor.close, _nobody)

    def _next(self) -> tuple[Callable[[], None], Callable[[str], None]] | None:
        """Wait for something to do: it, and whom to tell why it failed. None to end."""
        with self._wake:
            self._job = None
            self._wake.wait_for(lambda: self._closing or self._request is not None or self._jobs)
            if self._closing:
                return None
            self._given_up = False
            if self._request is not None:
                request, self._request = self._request, None
                return partial(self._serve, request), partial(self.failed.emit, request.generation)
            self._job = job = self._jobs.popleft()
            return partial(self._work, job), partial(self.job_refused.emit, job)

    def _guard(self, work: Callable[[], None], refuse: Callable[[str], None]) -> None:
        """Do it, and live on: an exception of any kind becomes a line for people."""
        try:
            work()
        except EngineError as error:
            refuse(str(error))
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)  # writes it to the log
            refuse(f"unexpected {in_words(error)}")
            self.went_wrong.emit(apology(error), in_full(error))

    def _warm_up(self) -> None:
        """Make the kernels ready; the first time ever that takes some seconds, which need not look empty."""
        shown: int | None = None

        def progressed(done: int, total: int) -> None:
            nonlocal shown
            with self._wake:
                waiting = self._request
            if waiting is not None and waiting.generation != shown:
                shown = waiting.generation
                self._show_inputs(waiting)
            self.warm_up_progressed.emit(done, total)

        self._executor.warm_up(progressed, stop=lambda: self._closing)

    def _show_inputs(self, request: Request) -> None:
        """What enters a network that waits for kernels: the photograph, and the maps of its Inputs."""
        wanted = request.image or DEFAULT_PHOTOGRAPH
        try:
            photograph = self._photograph(wanted, is_unwanted=lambda: self._closing)
        except (Interrupted, PhotographError):
            return  # it is told when its turn comes
        self.using_photograph.emit(self._shown(photograph, request.network), wanted, "")
        for node_id, shape in request.network.inputs.items():
            layer = request.network[node_id].layer
            if layer.preprocessing is not None and prod(shape) <= _SOON:
                values = fill_input(photograph, shape, layer.preprocessing)
                picture = layer_thumbnail(layer, values)
                self.computed.emit(Computed(request.generation, node_id, values, picture, 0.0, False))

    def _work(self, task: Task) -> None:
        def is_interrupted() -> bool:
            return task.is_cancelled or self._is_outdated()

        if task.is_cancelled:
            self.job_dropped.emit(task)
            return
        photograph = partial(self._photograph, is_unwanted=is_interrupted)
        progress = partial(self.job_progressed.emit, task)
        try:
            answer = task.job.work(Desk(self._executor, photograph, progress, is_interrupted))
        except Interrupted:
            with self._wake:
                self._jobs.appendleft(task)  # one that is cancelled is dropped when its turn comes
        else:
            self.job_answered.emit(task, answer)

    def _serve(self, request: Request) -> None:
        executor = self._executor
        wanted = request.image or DEFAULT_PHOTOGRAPH
        try:
            photograph, name = self._photograph_or_default(wanted)
        except Interrupted:
            return
        missing = "" if name == wanted else request.image
        self.using_photograph.emit(self._shown(photograph, request.network), name, missing)
        if request.budget_bytes < executor.budget_bytes:
            executor.close()  # what is remembered counts too: let it go, and look at the need anew
        executor.budget_bytes = request.budget_bytes
        self._run(executor, request, photograph)

    def _run(self, executor: Executor, request: Request, photograph: Scene) -> None:
        total, began = len(request.network), thread_time()
        elapsed_ms = 0.0
        computed = done = 0
        for done, result in enumerate(executor.run(request.network, photograph, seed=request.seed), start=1):
            if self._is_outdated():
                return
            elapsed_ms += result.elapsed_ms
            computed += not result.cached
            known = self._thumbnails.get(result.node_id)
            same = known is not None and known.map is result.map
            picture = (
                known.thumbnail if known is not None and same else self._picture(request.network, result)
            )
            value = Computed(
                request.generation,
                result.node_id,
                result.map,
                picture,
                result.elapsed_ms,
                result.cached,
                request.network if request.instead else None,
            )
            self._thumbnails[result.node_id] = value
            self.computed.emit(value)
            self.progressed.emit(request.generation, done, total)
        if self._is_outdated():
            return
        self._thumbnails = {
            key: thumbnail for key, thumbnail in self._thumbnails.items() if key in request.network
        }
        self.finished_run.emit(
            request.generation, RunSummary(done, computed, elapsed_ms, 1000 * (thread_time() - began))
        )

    def _is_outdated(self) -> bool:
        return self._request is not None or self._closing or self._given_up

    def _picture(self, network: Network, result: NodeResult) -> npt.NDArray[np.uint8]:
        return layer_thumbnail(network[result.node_id].layer, result.map)

    def _shown(self, scene: Scene, network: Network) -> Photograph:
        """What people see of it: a pattern at the size at which the first Input looks at it."""
        if not isinstance(scene, Pattern):
            return scene
        shape = next(iter(network.inputs.values()), Input().shape)
        size = (shape[1], shape[2])
        if self._pattern_shown is None or self._pattern_shown[:2] != (scene.name, size):
            self._pattern_shown = (scene.name, size, scene.picture(size))
        return self._pattern_shown[2]

    def _photograph_or_default(self, reference: str) -> tuple[Scene, str]:
        """The photograph, or the sample in its place, and the reference of the one it is."""
        try:
            return self._photograph(reference, is_unwanted=self._is_outdated), reference
        except PhotographError as error:
            why = str(error).rstrip(".")
            self.photograph_refused.emit(f"{why}. The sample “{DEFAULT_PHOTOGRAPH}” stands in.")
            sample = self._photograph(DEFAULT_PHOTOGRAPH, is_unwanted=self._is_outdated)
            return sample, DEFAULT_PHOTOGRAPH

    def _photograph(self, reference: str, *, is_unwanted: Callable[[], bool]) -> Scene:
        """Wait for it, but not for ever, and not when something else is more urgent: `Interrupted`."""
        reading = self._photographs.find(reference)
        reading.scene.add_done_callback(partial(_look_again, self._wake))
        with self._wake:
            while not reading.scene.done():
                if is_unwanted():
                    raise Interrupted
                left = reading.until - monotonic()
                if left <= 0:
                    raise no_answer(reference)
                self._wake.wait(left)
        return reading.scene.result()


def _look_again(wake: Condition, _scene: "Future[Scene]") -> None:
    """On the thread that read it, which may outlive the worker."""
    with wake:
        wake.notify()


def _nobody(_message: str) -> None:
    """Told of a failure that fails nothing."""
