"""Runs the network on one worker thread: newest request wins, results come back as values.

The worker owns the executor, the photographs and everything numba (imported there, after the window is
up). A request is immutable and numbered; results of older numbers are dropped.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QThread, Signal

from assets import sample_photographs
from engine.errors import EngineError, PhotographError
from engine.executor import Executor, NodeResult
from engine.layers.input import Input
from engine.network import Network
from engine.photograph import Photograph, read_photograph
from engine.project import Project
from gui.thumbnails import thumbnail

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
class _Request:
    generation: int
    network: Network
    image: str
    seed: int
    budget_bytes: int


class ComputeService(QObject):
    """The window's access to computed maps. Lives in the UI thread; `close` before it is dropped."""

    map_changed = Signal(str)
    """A node has a new map: `result(node_id)`."""
    run_started = Signal()
    run_progressed = Signal(int, int)
    """(maps done, maps in all)."""
    run_finished = Signal(object)
    """A `RunSummary`."""
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

    def __init__(self, budget_bytes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._budget_bytes = budget_bytes
        self._project: Project | None = None
        self._generation = 0
        self._results: dict[str, Computed] = {}
        self.photograph: Photograph | None = None
        self.photograph_name = DEFAULT_PHOTOGRAPH
        """The reference of `photograph`."""
        self.stands_in_for = ""
        """The reference that could not be read, where `photograph` is a sample in its place."""
        self._worker = _Worker()
        self._worker.computed.connect(self._on_computed)
        self._worker.progressed.connect(self._on_progressed)
        self._worker.finished_run.connect(self._on_finished)
        self._worker.failed.connect(self._on_failed)
        self._worker.using_photograph.connect(self._on_photograph)
        self._worker.warm_up_progressed.connect(self.warm_up_progressed)
        self._worker.photograph_opened.connect(self.photograph_opened)
        self._worker.photograph_refused.connect(self.photograph_refused)

    @property
    def is_running(self) -> bool:
        """Whether the worker has been started and not closed."""
        return self._worker.isRunning()

    def start(self) -> None:
        """Begin: import numba, warm the kernels, then serve requests."""
        self._worker.start()

    def close(self) -> None:
        """End the worker, and wait for it."""
        self._worker.close()

    def result(self, node_id: str) -> Computed | None:
        """The node's newest map, which may be that of an older network (`is_stale`)."""
        return self._results.get(node_id)

    def is_stale(self, node_id: str) -> bool:
        """Whether the node's map is older than the newest request."""
        found = self._results.get(node_id)
        return found is not None and found.generation != self._generation

    def run(self, project: Project) -> None:
        """Compute the maps of this project; an unfinished older request is given up."""
        self._project = project
        self._generation += 1
        self._results = {key: kept for key, kept in self._results.items() if key in project.network}
        request = _Request(self._generation, project.network, project.image, project.seed, self._budget_bytes)
        self.run_started.emit()
        self._worker.request(request)

    def open_photograph(self, reference: str) -> None:
        """Try to read a photograph; answers with `photograph_opened` or `photograph_refused`."""
        self._worker.open_photograph(reference)

    def set_budget(self, budget_bytes: int) -> None:
        """Use another memory budget from the next run on, and run again."""
        self._budget_bytes = budget_bytes
        if self._project is not None:
            self.run(self._project)

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Run again when the network, the photograph or the seed changed; moving a node is nothing."""
        same = before.network is after.network and before.image == after.image and before.seed == after.seed
        if not same:
            self.run(after)

    def _on_computed(self, computed: Computed) -> None:
        if computed.generation == self._generation:
            self._results[computed.node_id] = computed
            self.map_changed.emit(computed.node_id)

    def _on_progressed(self, generation: int, done: int, total: int) -> None:
        if generation == self._generation:
            self.run_progressed.emit(done, total)

    def _on_finished(self, generation: int, summary: RunSummary) -> None:
        if generation == self._generation:
            self.run_finished.emit(summary)

    def _on_failed(self, generation: int, message: str) -> None:
        if generation == self._generation:
            self.run_failed.emit(message)

    def _on_photograph(self, photograph: Photograph, name: str, stands_in_for: str) -> None:
        before = (self.photograph_name, self.stands_in_for)
        if photograph is not self.photograph or before != (name, stands_in_for):
            self.photograph, self.photograph_name, self.stands_in_for = photograph, name, stands_in_for
            self.photograph_changed.emit(photograph)


class _Worker(QThread):
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
        self._request: _Request | None = None
        self._to_open: deque[str] = deque()
        self._closing = False
        self._photographs: OrderedDict[str, Photograph] = OrderedDict()
        self._thumbnails: dict[str, Computed] = {}

    def request(self, request: _Request) -> None:
        with self._wake:
            self._request = request
            # Inside the lock: a run that begins later is that of this request, and must not be ended.
            self._executor.cancel()
            self._wake.notify()

    def open_photograph(self, reference: str) -> None:
        with self._wake:
            self._to_open.append(reference)
            self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._closing = True
            self._executor.cancel()
            self._wake.notify()
        self.wait()

    def run(self) -> None:
        executor = self._executor
        executor.warm_up(self.warm_up_progressed.emit, stop=lambda: self._closing)
        while True:
            with self._wake:
                while not (self._closing or self._to_open or self._request):
                    self._wake.wait()
                if self._closing:
                    executor.close()
                    return
                reference = self._to_open.popleft() if self._to_open else None
                request = None if reference is not None else self._request
                if request is not None:
                    self._request = None
            if reference is not None:
                self._open(reference)
            elif request is not None:
                self._serve(executor, request)

    def _open(self, reference: str) -> None:
        try:
            self._photograph(reference)
        except PhotographError as error:
            self.photograph_refused.emit(str(error))
        else:
            self.photograph_opened.emit(reference)

    def _serve(self, executor: Executor, request: _Request) -> None:
        try:
            photograph, name = self._photograph_or_default(request.image or DEFAULT_PHOTOGRAPH)
            missing = "" if name == (request.image or DEFAULT_PHOTOGRAPH) else request.image
            self.using_photograph.emit(photograph, name, missing)
            executor.budget_bytes = request.budget_bytes
            self._run(executor, request, photograph)
        except EngineError as error:
            self.failed.emit(request.generation, str(error))
        except Exception as error:  # the window lives on; the hook writes the traceback to the log
            import sys

            sys.excepthook(type(error), error, error.__traceback__)
            self.failed.emit(request.generation, f"unexpected {type(error).__name__}: {error}")

    def _run(self, executor: Executor, request: _Request, photograph: Photograph) -> None:
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
        return self._request is not None or self._closing

    def _picture(self, network: Network, result: NodeResult) -> npt.NDArray[np.uint8]:
        return thumbnail(result.map, photograph=isinstance(network[result.node_id].layer, Input))

    def _photograph_or_default(self, reference: str) -> tuple[Photograph, str]:
        """The photograph, or the sample in its place, and the reference of the one it is."""
        try:
            return self._photograph(reference), reference
        except PhotographError as error:
            self.photograph_refused.emit(f"{error} The sample “{DEFAULT_PHOTOGRAPH}” stands in.")
            return self._photograph(DEFAULT_PHOTOGRAPH), DEFAULT_PHOTOGRAPH

    def _photograph(self, reference: str) -> Photograph:
        if reference not in self._photographs:
            path = sample_photographs().get(reference) or Path(reference)
            self._photographs[reference] = read_photograph(path)
            while len(self._photographs) > _PHOTOGRAPHS_KEPT:
                self._photographs.popitem(last=False)
        self._photographs.move_to_end(reference)
        return self._photographs[reference]
