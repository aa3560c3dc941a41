"""One side of two networks: a project that cannot be edited here, what is selected in it, and its maps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.model.project import Project
from gui.canvas.view import CanvasView
from gui.look.appearance import Appearance
from gui.look.thumbnails import layer_thumbnail
from gui.panels.feature_maps.panel import FeatureMapsPanel
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import Desk, JobHandle
from gui.session.selection import Selection
from gui.session.worker import DEFAULT_PHOTOGRAPH, Computed
from gui.words.sentence_case import sentence


@dataclass(frozen=True)
class MapsJob:
    """All maps of a network; those that the open one has too are not computed again."""

    project: Project
    image: str
    """The photograph that both networks are looked at with."""

    def work(self, desk: Desk) -> Mapping[str, Computed]:
        """By node id."""
        network, found = self.project.network, {}
        photograph = desk.photograph(self.image)
        for done, result in enumerate(
            desk.executor.run(network, photograph, seed=self.project.seed), start=1
        ):
            desk.checkpoint()
            found[result.node_id] = Computed(
                0,
                result.node_id,
                result.map,
                layer_thumbnail(network[result.node_id].layer, result.map),
                result.elapsed_ms,
                result.cached,
            )
            desk.progress(done, len(network))
        desk.checkpoint()
        return found


class Maps(QObject):
    """Speaks like `ComputeService` to a canvas and to feature maps, of a network that is not the open one."""

    map_changed = Signal(str)
    run_started = Signal()
    run_progressed = Signal(int, int)
    run_finished = Signal(object)
    run_failed = Signal(str)

    def __init__(self, compute: ComputeService, parent: QObject) -> None:
        super().__init__(parent)
        self._compute = compute
        self._found: Mapping[str, Computed] = {}
        self._is_stale = False
        self._job: JobHandle | None = None

    def result(self, node_id: str) -> Computed | None:
        """The node's map."""
        return self._found.get(node_id)

    def is_stale(self, node_id: str) -> bool:
        """Whether newer maps are on their way."""
        return self._is_stale

    def find(self, project: Project, image: str) -> None:
        """Have the maps of this project computed."""
        self.give_up()
        self._found = {key: one for key, one in self._found.items() if key in project.network}
        self._is_stale = True
        self.run_started.emit()
        self._job = self._compute.submit(MapsJob(project, image or DEFAULT_PHOTOGRAPH), self)
        self._job.progressed.connect(self.run_progressed)
        self._job.finished.connect(self._on_found)
        self._job.failed.connect(self.run_failed)

    def give_up(self) -> None:
        """Compute no more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_found(self, found: object) -> None:
        self._found = cast(Mapping[str, Computed], found)
        self._is_stale = False
        for node_id in self._found:
            self.map_changed.emit(node_id)
        self.run_finished.emit(None)


REFUSAL: Final = "a comparison changes nothing: edit the network in its own window"


class StillDocument(Document):
    """A document that shows whatever it is given: cards move and groups open, the network stays as it is."""

    def edit(self, text: str, change: Callable[[Project], Project], *, merge_key: str | None = None) -> bool:
        """How the network is shown may change, without a step of the history; nothing else."""
        try:
            after = change(self.project)
        except EngineError as error:
            self.edit_refused.emit(str(error))
            return False
        if after.network is self.project.network:
            self._show(after)
            return True
        self.edit_refused.emit(REFUSAL)
        return False

    def show_project(self, project: Project) -> None:
        """Show another project, or another state of it."""
        self._show(project)


class Side(QObject):
    """A network with its canvas and its maps."""

    def __init__(self, compute: ComputeService, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self.document = StillDocument(Project(), self)
        self.selection = Selection(self.document, self)
        self.maps = Maps(compute, self)
        speaks = cast(ComputeService, self.maps)  # as far as these two listen
        self.canvas = CanvasView(self.document, self.selection, speaks, appearance)
        self.feature_maps = FeatureMapsPanel(self.document, self.selection, speaks, appearance)
        for asked in (self.canvas.fit_requested, self.canvas.conversion_requested):
            asked.connect(lambda *_: self.canvas.say(sentence(REFUSAL)))
        self.title = ""

    def show_network(self, title: str, project: Project, image: str) -> None:
        """Another network, or another state of the open one; its maps follow."""
        other = title != self.title
        self.title = title
        self.document.show_project(project)
        if other:
            self.selection.select(())
            self.canvas.fit_all()
        self.maps.find(project, image)

    def show_selected(self, ids: frozenset[str]) -> None:
        """Select these, and bring one into view."""
        self.selection.select(ids)
        if ids:
            self.canvas.reveal_selected()
