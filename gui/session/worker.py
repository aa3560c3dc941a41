"""The worker thread behind the compute service: it owns the executor, the photographs and all of numba."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from threading import Condition
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QThread, Signal

from engine.errors import EngineError, PhotographError
from engine.execution.executor import Executor, NodeResult
from engine.image.image_source import open_image
from engine.image.patterns import Pattern
from engine.image.photograph import Photograph, Scene
from engine.layers.input import Input
from engine.model.network import Network
from engine.shapes import Pair
from gui.look.thumbnails import layer_thumbnail
from gui.session.jobs import Desk, Interrupted, JobHandle

DEFAULT_PHOTOGRAPH: Final = "astronaut"
_PHOTOGRAPHS_KEPT: Final = 4


@dataclass(frozen=True, eq=False)
class Computed:
    """One node's map, float32 (1, C, H, W) or (1, F), read-only, and its small RGB picture."""

    generation: int
    node_id: str
    map: npt.NDArray[np.float32]
    thumbnail: npt.NDArray[np.uint8]
    elapsed_ms: float
    cached: bool


@dataclass(frozen=True)
class RunSummary:
    """A finished run: how many maps there are, how many had to be computed, and the time it took."""

    maps: int
    computed: int
    elapsed_ms: float


@dataclass(frozen=True)
class Request:
    """One run: the network, the photograph's reference (empty for the sample), and the numbers to keep."""

    generation: int
    network: Network
    image: str
    seed: int
    budget_bytes: int


class Worker(QThread):
    """Serves photographs to open, then the newest request, then jobs in their order, until it is closed."""

    computed = Signal(object)
    progressed = Signal(int, int, int)
    finished_run = Signal(int, object)
    failed = Signal(int, str)
    using_photograph = Signal(object, str, str)
    warm_up_progressed = Signal(int, int)
    photograph_opened = Signal(str)
    photograph_refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compute")
        self._executor = Executor()
        self._wake = Condition()
        self._request: Request | None = None
        self._to_open: deque[str] = deque()
        self._jobs: deque[JobHandle] = deque()
        self._job: JobHandle | None = None
        """The one at work."""
        self._closing = False
        self._given_up = False
        """What is at work is to end; the next thing begins as ever."""
        self._photographs: OrderedDict[str, Scene] = OrderedDict()
        self._pattern_shown: tuple[str, Pair, Photograph] | None = None
        self._thumbnails: dict[str, Computed] = {}

    def request(self, request: Request) -> None:
        """Take over: whatever runs is ended, whatever waits is forgotten."""
        with self._wake:
            self._request = request
            # Inside the lock: a run that begins later is that of this request, and must not be ended.
            self._executor.cancel()
            self._wake.notify()

    def open_photograph(self, reference: str) -> None:
        """Try to read a photograph before the next run."""
        with self._wake:
            self._to_open.append(reference)
            self._wake.notify()

    def submit(self, job: JobHandle) -> None:
        """Do a job as soon as nothing else waits."""
        with self._wake:
            self._jobs.append(job)
            self._wake.notify()

    def job_cancelled(self) -> None:
        """A handle was cancelled: if its job is at work, what it lets run ends."""
        with self._wake:
            if self._job is not None and self._job.is_cancelled:
                self._executor.cancel()

    def give_up(self) -> None:
        """End the run at work and forget the one that waits."""
        with self._wake:
            self._request = None
            self._given_up = True
            self._executor.cancel()

    def close(self) -> None:
        """End, and wait for it."""
        with self._wake:
            self._closing = True
            self._executor.cancel()
            self._wake.notify()
        self.wait()

    def run(self) -> None:
        """What the thread does."""
        executor = self._executor
        executor.warm_up(self.warm_up_progressed.emit, stop=lambda: self._closing)
        while True:
            with self._wake:
                while not (self._closing or self._to_open or self._request or self._jobs):
                    self._wake.wait()
                if self._closing:
                    executor.close()
                    return
                self._given_up = False
                reference = self._to_open.popleft() if self._to_open else None
                request = None if reference is not None else self._request
                if request is not None:
                    self._request = None
                job = self._jobs.popleft() if reference is None and request is None else None
                self._job = job
            if reference is not None:
                self._open(reference)
            elif request is not None:
                self._serve(executor, request)
            elif job is not None and not job.is_cancelled:
                self._work(executor, job)

    def _open(self, reference: str) -> None:
        try:
            self._photograph(reference)
        except PhotographError as error:
            self.photograph_refused.emit(str(error))
        else:
            self.photograph_opened.emit(reference)

    def _work(self, executor: Executor, handle: JobHandle) -> None:
        def is_interrupted() -> bool:
            return handle.is_cancelled or bool(self._to_open) or self._is_outdated()

        desk = Desk(executor, self._photograph, handle.advance, is_interrupted)
        try:
            answer = handle.job.work(desk)
        except Interrupted:
            with self._wake:
                self._job = None
                if not handle.is_cancelled:
                    self._jobs.appendleft(handle)
        except EngineError as error:
            handle.refuse(str(error))
        except Exception as error:  # as below
            self._log(error)
            handle.refuse(f"unexpected {type(error).__name__}: {error}")
        else:
            handle.answer(answer)

    def _serve(self, executor: Executor, request: Request) -> None:
        try:
            photograph, name = self._photograph_or_default(request.image or DEFAULT_PHOTOGRAPH)
            missing = "" if name == (request.image or DEFAULT_PHOTOGRAPH) else request.image
            self.using_photograph.emit(self._shown(photograph, request.network), name, missing)
            if request.budget_bytes < executor.budget_bytes:
                executor.close()  # what is remembered counts too: let it go, and look at the need anew
            executor.budget_bytes = request.budget_bytes
            self._run(executor, request, photograph)
        except EngineError as error:
            self.failed.emit(request.generation, str(error))
        except Exception as error:  # the window lives on
            self._log(error)
            self.failed.emit(request.generation, f"unexpected {type(error).__name__}: {error}")

    def _log(self, error: Exception) -> None:
        """The hook writes the traceback to the log."""
        import sys

        sys.excepthook(type(error), error, error.__traceback__)

    def _run(self, executor: Executor, request: Request, photograph: Scene) -> None:
        total = len(request.network)
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
                request.generation, result.node_id, result.map, picture, result.elapsed_ms, result.cached
            )
            self._thumbnails[result.node_id] = value
            self.computed.emit(value)
            self.progressed.emit(request.generation, done, total)
        if self._is_outdated():
            return
        self._thumbnails = {key: one for key, one in self._thumbnails.items() if key in request.network}
        self.finished_run.emit(request.generation, RunSummary(done, computed, elapsed_ms))

    def _is_outdated(self) -> bool:
        return self._request is not None or self._closing or self._given_up

    def _picture(self, network: Network, result: NodeResult) -> npt.NDArray[np.uint8]:
        return layer_thumbnail(network[result.node_id].layer, result.map)

    def _shown(self, scene: Scene, network: Network) -> Photograph:
        """What people see of it: a pattern at the size at which the first Input looks at it."""
        if not isinstance(scene, Pattern):
            return scene
        layers = (network[node_id].layer for node_id in network.order)
        shape = next((layer.shape for layer in layers if isinstance(layer, Input)), Input().shape)
        size = (shape[1], shape[2])
        if self._pattern_shown is None or self._pattern_shown[:2] != (scene.name, size):
            self._pattern_shown = (scene.name, size, scene.picture(size))
        return self._pattern_shown[2]

    def _photograph_or_default(self, reference: str) -> tuple[Scene, str]:
        """The photograph, or the sample in its place, and the reference of the one it is."""
        try:
            return self._photograph(reference), reference
        except PhotographError as error:
            why = str(error).rstrip(".")
            self.photograph_refused.emit(f"{why}. The sample “{DEFAULT_PHOTOGRAPH}” stands in.")
            return self._photograph(DEFAULT_PHOTOGRAPH), DEFAULT_PHOTOGRAPH

    def _photograph(self, reference: str) -> Scene:
        if reference not in self._photographs:
            self._photographs[reference] = open_image(reference)
            while len(self._photographs) > _PHOTOGRAPHS_KEPT:
                self._photographs.popitem(last=False)
        self._photographs.move_to_end(reference)
        return self._photographs[reference]
