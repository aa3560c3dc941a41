"""The window of pages: one channel of the selected layer, and the layer; on one photograph and a folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from engine.analysis.receptive_field import ReceptiveField
from engine.model.project import Project
from engine.shapes import count_text, is_map
from engine.survey.strongest_places import strongest_places
from gui.channel_page.channel_tab import PATCHES, ChannelTab
from gui.channel_page.layer_tab import LayerTab
from gui.channel_page.page_jobs import ClimbJob, MaskJob, PatchesJob, ProjectJob, StatisticsJob, Unit
from gui.channel_page.survey_run import Surveyed, SurveyRun
from gui.figures.worked.patch import Box, patch_of
from gui.look.appearance import Appearance
from gui.look.screen import give_size
from gui.session.jobs import JobHandle
from gui.session.selection import Pixel
from gui.session.session import Session
from gui.value_inspector.parameters import DrawParameters
from gui.widgets.dialogs import Dialogs
from gui.widgets.layer_title import LayerTitle
from gui.widgets.maps.atlas import by_strength
from gui.widgets.surface import Surface, local_numbers, on_surface, styled_label

Baseline = Callable[[], Project | None]


class PageWindow(Surface):
    """Follows the selection. Everything that takes longer than a frame is a job, given up when it is old."""

    def __init__(
        self,
        session: Session,
        appearance: Appearance,
        dialogs: Dialogs,
        baseline: Baseline,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Pages of channels and layers", parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle("What does this map answer to?")
        self._session, self._appearance, self._dialogs = session, appearance, dialogs
        self._baseline = baseline
        self.node_id = ""
        self.channel = 0
        self.surveyed: Surveyed | None = None
        self.run = SurveyRun(self)
        self._jobs: dict[str, JobHandle] = {}
        self._seen: tuple[Any, Any, npt.NDArray[np.uint8] | None] | None = None
        """The photograph, the network, and what its Input sees of it."""
        self.title = LayerTitle(appearance)
        self.number = QSpinBox()
        self.number.setAccessibleName("Channel")
        self.number.setPrefix("channel ")
        # The application's style sheet leaves stumps of the buttons; keys and wheel step, too.
        self.number.setStyleSheet("QSpinBox::up-button, QSpinBox::down-button { width: 0; }")
        self.number.setToolTip("Another channel (Page up and Page down)")
        self.folder = QPushButton("&Folder of photographs…")
        self.cancel = QPushButton("&Cancel")
        self.progress = QProgressBar()
        self.told = styled_label("", style="caption", wrap=True)
        self.channel_tab = ChannelTab(appearance, local_numbers())
        self.layer_tab = LayerTab(appearance)
        self.tabs = QTabWidget()
        self._lay_out()
        session.selection.selection_changed.connect(self.on_selection_changed)
        session.selection.pinned_changed.connect(self.on_pinned_changed)
        session.compute.map_changed.connect(self.on_map_changed)
        session.document.project_changed.connect(self.on_project_changed)
        appearance.palette_changed.connect(self.refresh)
        self.number.valueChanged.connect(self.look_at)
        self.folder.clicked.connect(self.choose_folder)
        self.cancel.clicked.connect(self.cancel_survey)
        self.channel_tab.climb_requested.connect(self.begin_climb)
        self.channel_tab.stop_requested.connect(self.stop_climb)
        self.channel_tab.open_folder.clicked.connect(self.choose_folder)
        self.run.progressed.connect(self._on_progressed)
        self.run.finished.connect(self._on_surveyed)
        self.run.failed.connect(self._on_survey_failed)
        self.on_selection_changed(session.selection.ids)
        self.on_pinned_changed(session.selection.pinned)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.number)
        head.addWidget(self.folder)
        head.addWidget(self.progress)
        head.addWidget(self.cancel)
        for name, tab in (("Channel", self.channel_tab), ("Layer", self.layer_tab)):
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            area.setWidget(tab)
            on_surface(area)
            self.tabs.addTab(area, name)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.told)
        column.addWidget(self.tabs, 1)
        self.progress.hide()
        self.cancel.hide()
        for key, step in ((Qt.Key.Key_PageUp, -1), (Qt.Key.Key_PageDown, 1)):
            QShortcut(QKeySequence(key), self).activated.connect(
                lambda step=step: self.number.setValue(self.number.value() + step)
            )
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        give_size(self, 860, 900)

    # following -------------------------------------------------------------------------------------------
    def on_selection_changed(self, ids: frozenset[str]) -> None:
        """Another layer: its strongest channel."""
        current = self._session.selection.current
        if current is not None and current != self.node_id:
            self.node_id = current
            self.channel = self._strongest()
            self.refresh()

    def on_pinned_changed(self, pixel: Pixel | None) -> None:
        """The map that was clicked."""
        if pixel is not None and (pixel.node_id, pixel.channel) != (self.node_id, self.channel):
            self.node_id, self.channel = pixel.node_id, pixel.channel
            self.refresh()

    def on_map_changed(self, node_id: str) -> None:
        """Another photograph, or an edit."""
        if node_id == self.node_id and self.isVisible():
            self.refresh()

    def on_project_changed(self, before: Project, after: Project) -> None:
        """The layer may be gone, or the survey that of another network."""
        if before.network is not after.network:
            self.refresh()

    def look_at(self, channel: int) -> None:
        """Another channel."""
        if channel != self.channel:
            self.channel = channel
            self.refresh()

    def showEvent(self, event: Any) -> None:
        """Catch up with what happened meanwhile."""
        super().showEvent(event)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nobody waits any more."""
        self.run.cancel()
        for handle in self._jobs.values():
            handle.cancel()
        self._jobs.clear()
        self.channel_tab.forget_climb()
        super().closeEvent(event)

    # what is shown ---------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Everything of the present channel: at once what is known, the rest when it comes."""
        if not self.isVisible():
            return
        project = self._session.document.project
        for name in ("kernel", "climb", "project", "masks", "patches", "statistics"):
            self._give_up(name)
        self.channel_tab.forget_climb()
        node = project.network.nodes.get(self.node_id)
        found = self._session.compute.result(self.node_id) if node is not None else None
        self.tabs.setEnabled(found is not None)
        if node is None or found is None:
            self.title.show_layer("", "Select a layer whose maps are computed", "")
            return
        values = found.map
        self.channel = min(self.channel, values.shape[1] - 1)
        self.number.blockSignals(True)
        self.number.setMaximum(values.shape[1] - 1)
        self.number.setSuffix(f" of {values.shape[1]}")
        self.number.setValue(self.channel)
        self.number.blockSignals(False)
        self.title.show_layer(node.layer.role, node.label, self.node_id)
        plane = values[0, self.channel] if values.ndim == 4 else values[0, self.channel].reshape(1, 1)
        self.channel_tab.show_map(plane)
        self._show_kernel(project)
        self._show_here(project, plane)
        self._show_folder()
        self._show_layer(project, values)
        unit = Unit(project, self._session.compute.photograph_name, self.node_id, self.channel)
        self.channel_tab.show_projected(None, "projecting back …")
        self._submit(
            "project",
            ProjectJob(unit),
            lambda back: self.channel_tab.show_projected(back, "the strongest unit of this map"),
            lambda why: self.channel_tab.show_projected(None, why),
        )

    def _show_kernel(self, project: Project) -> None:
        node = project.network.nodes[self.node_id]
        shapes = tuple(self._session.document.analysis.layers[self.node_id].input_shapes)
        weight = node.layer.param_shapes(*shapes).get("weight") if all(shapes) else None
        if weight is None or len(weight) != 4 or node.layer.transposed:
            self.channel_tab.show_kernel(None, "this layer has none")
            return
        self.channel_tab.show_kernel(None, "drawing …")

        def on_drawn(drawn: Any) -> None:
            kernel = drawn.params["weight"][self.channel]
            self.channel_tab.show_kernel(kernel, "×".join(map(str, kernel.shape)))

        measured = project.network if node.layer.non_trainable else None
        job = DrawParameters(node, shapes, project.seed, self.channel, measured)
        self._submit("kernel", job, on_drawn, lambda why: self.channel_tab.show_kernel(None, why))

    def _show_here(self, project: Project, plane: npt.NDArray[np.float32]) -> None:
        least = float(np.min(plane, initial=np.inf, where=np.isfinite(plane)))
        found = strongest_places(plane, PATCHES, max(1, min(plane.shape) // 12))
        places = [place for place in found if place.value > least]  # behind a ReLU most are 0
        field = self._session.document.analysis.layers[self.node_id].receptive_field
        picture, size = self._picture(), self._input_size(project)
        boxes = tuple(None if field is None else _box(field, place.row, place.column) for place in places)
        patches = [None if picture is None or box is None else patch_of(picture, size, box) for box in boxes]
        self.channel_tab.show_here(places, patches)
        if picture is None or not is_map(self._shape()):
            return
        unit = Unit(project, self._session.compute.photograph_name, self.node_id, self.channel)
        job = MaskJob(unit, tuple(place[:2] for place in places), picture, boxes)
        self._submit("masks", job, lambda seen: self.channel_tab.show_here(places, seen), lambda why: None)

    def _show_folder(self) -> None:
        known = self._known_survey()
        if known is None or f"top_value/{self.node_id}" not in known.arrays:
            why = "No folder of photographs has been looked at yet"
            if self.surveyed is not None and known is None:
                why = "The survey is of another network than this one: open the folder again"
            self.channel_tab.show_no_folder(why)
            return
        arrays, at = known.arrays, self.channel
        files = [int(index) for index in arrays[f"top_file/{self.node_id}"][at] if index >= 0][:PATCHES]
        names = [str(arrays["files"][index]) for index in files]
        values = [float(value) for value in arrays[f"top_value/{self.node_id}"][at][: len(files)]]
        self.channel_tab.show_folder(f"Strongest in {known.folder.name}", values, names)
        mean, variance, limit = (
            float(arrays[f"{name}/{self.node_id}"][at]) for name in ("mean", "variance", "histogram_limit")
        )
        counts = arrays[f"histogram/{self.node_id}"][at]
        self.channel_tab.show_folder_values(counts, limit, mean, variance**0.5)
        boxes = tuple(tuple(map(int, box)) for box in arrays[f"top_box/{self.node_id}"][at][: len(files)])
        job = PatchesJob(
            known.project,
            tuple(known.folder / name for name in names),
            boxes,  # type: ignore[arg-type]  # four numbers each
            self._input_size(known.project),
        )
        self._submit("patches", job, self.channel_tab.show_folder_patches)

    def _show_layer(self, project: Project, values: npt.NDArray[np.float32]) -> None:
        layer, known = project.network.nodes[self.node_id].layer, self._known_survey()
        if known is not None and f"mean/{self.node_id}" in known.arrays:
            found = known.of_layer(self.node_id)
            self.layer_tab.show_statistics(layer, found, known.photographs, f"In {known.folder}")
            self.layer_tab.show_similarity(known.arrays, known.photographs)
            return
        where = f"On {self._session.compute.photograph_name} alone"
        self.layer_tab.show_statistics(layer, None, 1, where)
        self.layer_tab.show_similarity(None, 0)
        self._submit(
            "statistics",
            StatisticsJob(values),
            lambda found: self.layer_tab.show_statistics(layer, found, 1, where),
        )

    # a folder --------------------------------------------------------------------------------------------
    def choose_folder(self) -> None:
        """Ask which, and survey it."""
        folder = self._dialogs.folder_to_open(self, "A folder of photographs", "")
        if folder is not None:
            self.open_folder(folder)

    def open_folder(self, folder: Path) -> None:
        """Survey it, or take what is kept of it."""
        project = self._session.document.project
        self.told.setText(f"Looking at {folder} …")
        self.progress.setRange(0, 0)
        self.progress.show()
        self.cancel.show()
        self._let_choose(False)
        self.run.start(project, folder, self._baseline())

    def cancel_survey(self) -> None:
        """Give it up; what is done is kept for the next time."""
        self.run.cancel()
        self._end_survey("Given up; opened again, it goes on from there.")

    def _on_progressed(self, done: int, total: int) -> None:
        if total:
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.told.setText(f"{done:,} of {total:,} files")

    def _on_surveyed(self, surveyed: object) -> None:
        assert isinstance(surveyed, Surveyed)
        self.surveyed = surveyed
        skipped = json.loads(surveyed.arrays["about"].item())["skipped"]
        more = f", {count_text(skipped, 'file')} skipped" if skipped else ""
        self._end_survey(f"{count_text(surveyed.photographs, 'photograph')} in {surveyed.folder}{more}")
        self.told.setToolTip("\n".join(f"{name}: {why}" for name, why in surveyed.arrays["skipped"][:30]))
        self.refresh()

    def _on_survey_failed(self, message: str) -> None:
        self._end_survey(message[:1].upper() + message[1:])

    def _end_survey(self, words: str) -> None:
        self.progress.hide()
        self.cancel.hide()
        self._let_choose(True)
        self.told.setText(words)

    def _let_choose(self, on: bool) -> None:
        for button in (self.folder, self.channel_tab.open_folder):
            button.setEnabled(on)

    def _known_survey(self) -> Surveyed | None:
        """The survey, if it is of this very network."""
        network = self._session.document.project.network
        known = self.surveyed
        return known if known is not None and known.project.network is network else None

    # climbing --------------------------------------------------------------------------------------------
    def begin_climb(self, from_photograph: bool) -> None:
        """Towards the present channel."""
        self._give_up("climb")
        project = self._session.document.project
        unit = Unit(project, self._session.compute.photograph_name, self.node_id, self.channel)
        job = ClimbJob(unit, from_photograph)
        self.channel_tab.begin_climb(job.newest)
        self._submit("climb", job, lambda _: self.channel_tab.end_climb(), self.channel_tab.end_climb)

    def stop_climb(self) -> None:
        """Keep the picture that is there."""
        self._give_up("climb")
        self.channel_tab.end_climb()

    # parts -----------------------------------------------------------------------------------------------
    def _submit(self, name: str, job: Any, on_finished: Any, on_failed: Any = None) -> None:
        self._give_up(name)
        handle = self._session.compute.submit(job, self)
        self._jobs[name] = handle
        handle.finished.connect(on_finished)
        if on_failed is not None:
            handle.failed.connect(on_failed)

    def _give_up(self, name: str) -> None:
        handle = self._jobs.pop(name, None)
        if handle is not None:
            handle.cancel()

    def _strongest(self) -> int:
        found = self._session.compute.result(self.node_id)
        if found is None:
            return 0
        return int(by_strength(found.map[0])[0]) if found.map.ndim == 4 else int(found.map[0].argmax())

    def _shape(self) -> tuple[int, ...]:
        return self._session.document.analysis.layers[self.node_id].output_shape or ()

    def _picture(self) -> npt.NDArray[np.uint8] | None:
        from gui.figures.worked.photograph_crop import photograph_of

        scene, project = self._session.compute.photograph, self._session.document.project
        if scene is None:
            return None
        known = self._seen
        if known is None or known[0] is not scene or known[1] is not project.network:
            known = self._seen = scene, project.network, photograph_of(project, scene)
        return known[2]

    @staticmethod
    def _input_size(project: Project) -> tuple[int, int]:
        nodes = project.network.nodes.values()
        shape = next((node.layer.output_shape() for node in nodes if node.layer.is_input), (1, 1, 1))
        return (shape[1], shape[2]) if len(shape) == 3 else (1, 1)


def _box(field: ReceptiveField, row: int, column: int) -> Box | None:
    found = field.box(row, column)
    return None if found is None else (found[0][0], found[1][0], found[0][1], found[1][1])
