"""What is done to weights as a whole, each as one undo step; work that takes long is done by the worker."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.edits.dense_layers import Conversion, as_convolutions, as_dense, conversion_text
from engine.errors import NetworkError
from engine.fitting.layer import KMEANS, TITLES
from engine.fitting.network import fittable
from engine.model.network import Network
from engine.model.project import Project
from engine.shapes import count_text
from engine.weights import Given, Weights
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import Job, JobHandle
from gui.weights_panel.weight_jobs import (
    Difference,
    DifferenceJob,
    FitJob,
    MatchWeightsJob,
    ReadWeightsJob,
    SaveMapsJob,
    SaveWeightsJob,
    photograph_title,
)

if TYPE_CHECKING:
    from engine.formats.weights.weight_matching import WeightsMatch


class WeightActions(QObject):
    """Fitting, converting and writing weights of the open project."""

    fit_started = Signal()
    fit_progressed = Signal(int, int)
    """(layers done, layers in all)."""
    fit_ended = Signal()
    """Finished, failed or cancelled."""
    matched = Signal(object)
    """A `WeightsMatch`: what taking the weights of a file would change."""
    said = Signal(str)
    """What was done, in one line."""
    refused = Signal(str)
    """Why something was not done, in one line."""

    def __init__(self, document: Document, compute: ComputeService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._compute = compute
        self._fit: JobHandle | None = None
        self._others: set[JobHandle] = set()
        document.project_changed.connect(self.on_project_changed)

    @property
    def is_fitting(self) -> bool:
        """Whether the worker is at it."""
        return self._fit is not None

    def set_source(self, node_ids: tuple[str, ...], weights: Weights, sweep: str = "") -> None:
        """Take the weights of these nodes from another source."""

        def change(project: Project) -> Project:
            network = project.network
            for node_id in node_ids:
                network = network.set_weights(node_id, weights)
            return project.with_network(network)

        self._document.edit("Change weights", change, merge_key=f"{sweep} weights" if sweep else None)

    def fit(self, node_ids: tuple[str, ...] | None, method: str) -> None:
        """Begin to fit these convolutions (all, where None) to the photograph; a fit at work is given up."""
        project = self._document.project
        wanted = fittable(project.network, node_ids)
        if not wanted:
            self.refused.emit("There is no convolution to fit.")
            return
        if self._fit is not None:
            self._fit.cancel()
        job = FitJob(project, self._compute.photograph_name, wanted, method)
        self._fit = handle = self._compute.submit(job, self)
        handle.progressed.connect(self.fit_progressed)
        handle.finished.connect(self._on_fitted)
        handle.failed.connect(self._on_fit_failed)
        self.fit_started.emit()

    def fit_again(self, node_id: str) -> None:
        """Fit a node as it was fitted before."""
        weights = self._document.project.network[node_id].weights
        note = weights.note if isinstance(weights, Given) else ""
        method = next((one for one, title in TITLES.items() if note.startswith(title)), KMEANS)
        self.fit((node_id,), method)

    def cancel_fit(self) -> None:
        """Give it up; nothing has changed."""
        if self._fit is not None:
            self._fit.cancel()
            self._end_fit()
            self.said.emit("Fitting cancelled")

    def on_project_changed(self, before: Project, after: Project) -> None:
        """What is being fitted is another network now: begin again, or give up where the layers are gone."""
        handle = self._fit
        if handle is None or (before.network is after.network and before.image == after.image):
            return
        job = handle.job
        assert isinstance(job, FitJob)
        handle.cancel()
        left = tuple(node_id for node_id in job.node_ids or () if node_id in after.network)
        self._end_fit()
        if fittable(after.network, left):
            self.fit(left, job.method)

    def _on_fitted(self, made: Mapping[str, Given]) -> None:
        handle = self._fit
        self._end_fit()
        assert handle is not None
        job = handle.job
        assert isinstance(job, FitJob)
        self._set_given("Fit weights to the photograph", made)
        layers = "1 layer" if len(made) == 1 else f"{len(made)} layers"
        self.said.emit(f"{layers} fitted to {photograph_title(job.image)} by {TITLES[job.method]}")

    def _on_fit_failed(self, message: str) -> None:
        self._end_fit()
        self.refused.emit(message)

    def _end_fit(self) -> None:
        self._fit = None
        self.fit_ended.emit()

    def convert_to_convolution(self, node_id: str) -> None:
        """Make the head that this Linear belongs to convolutions; the largest difference is measured."""
        self._convert("Convert to convolution", as_convolutions, node_id, " A larger photograph gives a map.")

    def convert_to_linear(self, node_id: str) -> None:
        """Make this convolution, and the 1×1s behind it, dense layers, and measure."""
        self._convert("Convert to Linear", as_dense, node_id, "")

    def _convert(
        self, text: str, conversion: Callable[[Network, str], Conversion], node_id: str, after: str
    ) -> None:
        project = self._document.project
        try:
            made = conversion(project.network, node_id)
        except NetworkError as error:
            self.refused.emit(str(error))
            return
        words = conversion_text(project.network, made)
        self._document.edit(text, lambda project: project.with_network(made.network))
        self.said.emit(f"{words}.")
        image = self._compute.photograph_name
        job = DifferenceJob(project.network, made.network, project.seed, image, made.converted)

        def tell(found: Difference) -> None:
            share = found.largest / found.scale if found.scale else 0.0
            self.said.emit(
                f"{words}: max‖Δ‖ = {power_text(found.largest)}, {power_text(share)} of the"
                f" largest value on {photograph_title(image)}.{after}"
            )

        self._submit(job, tell)

    def import_weights(self, path: Path) -> None:
        """Find out what a file of weights has for this network; whoever shows it calls `take`."""
        project = self._document.project
        self._submit(MatchWeightsJob(project.network, path, project.groups), self.matched.emit)

    def take(self, match: "WeightsMatch") -> None:
        """Take the parameters that were found; one undo step."""

        def taken(found: Mapping[str, Given]) -> None:
            self._set_given("Import weights", found)
            self.said.emit(match.summary)

        self._submit(ReadWeightsJob(match), taken)

    def _set_given(self, text: str, made: Mapping[str, Given]) -> None:
        def change(project: Project) -> Project:
            network = project.network
            for node_id, weights in made.items():
                if node_id in network:
                    network = network.set_weights(node_id, weights)
            return project.with_network(network)

        self._document.edit(text, change)

    def save_maps(self, path: Path) -> None:
        """Write every map as `.npz`."""
        job = SaveMapsJob(self._document.project, self._compute.photograph_name, path)
        self._submit(job, lambda count: self.said.emit(f"{count_text(count, 'map')} written to {path.name}"))

    def save_weights(self, path: Path) -> None:
        """Write every parameter, in the format of the file's ending."""
        job = SaveWeightsJob(self._document.project, path)
        self._submit(job, lambda count: self.said.emit(f"{count} parameters written to {path.name}"))

    def _submit(self, job: Job, finished: Callable[..., None]) -> None:
        handle = self._compute.submit(job, self)
        self._others.add(handle)
        handle.finished.connect(finished)
        handle.failed.connect(self.refused)
        handle.finished.connect(lambda _value: self._others.discard(handle))
        handle.failed.connect(lambda _message: self._others.discard(handle))


def power_text(value: float) -> str:
    """`2.4·10⁻⁷`; a difference of nothing is 0."""
    if value == 0:
        return "0"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(_RAISED)}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
