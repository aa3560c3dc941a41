"""The curve of a 1×1: measured on the compute thread while it is shown, and again when the maps change."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.errors import ShapeError
from engine.model.project import Project
from engine.shapes import count_text, elements
from gui.look.appearance import Appearance
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.weights_panel.weight_jobs import SpectrumJob
from gui.widgets.surface import local_numbers, styled_label

if TYPE_CHECKING:
    from engine.fitting.spectrum import Spectrum
    from gui.weights_panel.spectrum_view import SpectrumView


class Curve(QWidget):
    """What a 1×1 reads, and how many channels of it matter; dragging the line sets the layer's channels."""

    def __init__(
        self,
        document: Document,
        compute: ComputeService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._compute, self._appearance = document, compute, appearance
        self._node_id: str | None = None
        self._measured: object = None
        self._handle: JobHandle | None = None
        self.view: SpectrumView | None = None
        self.wait = styled_label(style="caption", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.wait)
        compute.photograph_changed.connect(self._on_photograph_changed)
        self.hide()

    def show_node(self, node_id: str | None) -> None:
        """Measure what this 1×1 reads; None hides the curve."""
        self._node_id = node_id
        self.setVisible(node_id is not None)
        if node_id is None:
            self._give_up()
            self._measured = None
            return
        project = self._document.project
        wanted = (node_id, self._compute.photograph_name, project.seed, _above(project, node_id))
        if wanted == self._measured:
            if self.view is not None:
                self.view.show_kept(self._kept)
            return
        self._measured = wanted
        self._give_up()
        self.wait.setText("Measuring the maps…")
        self.wait.setVisible(self.view is None or not self.view.isVisibleTo(self))
        job = SpectrumJob(project, self._compute.photograph_name, node_id)
        self._handle = self._compute.submit(job, self)
        self._handle.finished.connect(self._on_measured)
        self._handle.failed.connect(self._on_failed)

    @property
    def _kept(self) -> int:
        assert self._node_id is not None
        return int(getattr(self._document.project.network[self._node_id].layer, "out_channels", 1))

    def _cost(self, channels: int) -> str:
        """`10 channels cost 10.0 K parameters and 7.8 M MACs.`"""
        if self._node_id is None:
            return ""
        report = self._document.analysis.layers[self._node_id]
        layer = self._document.project.network[self._node_id].layer
        numbers = local_numbers()
        try:
            layer = layer.replace(out_channels=channels)
            macs, shapes = layer.macs(*report.input_shapes), layer.param_shapes(*report.input_shapes)
        except ShapeError:
            return ""
        parameters = sum(elements(shape) for shape in shapes.values())
        return (
            f"{count_text(channels, 'channel')} {'costs' if channels == 1 else 'cost'}"
            f" {numbers.short(parameters)} parameters and {numbers.short(macs)} MACs in this layer."
        )

    def _give_up(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _on_measured(self, spectrum: "Spectrum") -> None:
        if self._node_id is None:
            return
        if self.view is None:  # pyqtgraph takes as long to load as the whole window
            from gui.weights_panel.spectrum_view import SpectrumView

            self.view = SpectrumView(self._appearance)
            self.view.channels_wanted.connect(self._on_channels_wanted)
            self._column.addWidget(self.view)
        self.wait.hide()
        self.view.show()
        self.view.show_spectrum(spectrum, self._kept, self._cost)

    def _on_failed(self, message: str) -> None:
        if self.view is not None:
            self.view.hide()
        self.wait.setText(message)
        self.wait.show()

    def _on_channels_wanted(self, channels: int) -> None:
        node_id = self._node_id
        assert node_id is not None

        def change(project: Project) -> Project:
            layer = project.network[node_id].layer
            return project.replace_layer(node_id, layer.replace(out_channels=channels))

        if not self._document.edit("Change channels out", change) and self.view is not None:
            self.view.show_kept(self._kept)

    def _on_photograph_changed(self) -> None:
        if self._node_id is not None:
            self.show_node(self._node_id)


def _above(project: Project, node_id: str) -> tuple[object, ...]:
    """What the maps that the node reads follow from; equal where they are equal."""
    network = project.network
    above = network.ancestors(node_id)
    bias = getattr(network[node_id].layer, "bias", True)
    return (bias, *(network[node_id] for node_id in network.order if node_id in above))
