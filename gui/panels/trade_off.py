"""The trade-off panel: what the selected layer's width costs, and what a 1×1 of that width can keep."""

import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.analysis.trade_off import TradeOff, trade_off, width_of, with_width
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import Desk, JobHandle
from gui.session.selection import Selection
from gui.widgets.surface import MARGIN, Surface, local_numbers, styled_label

_SWEEPS: Final = count()
NOTHING: Final = "Select a convolution or a dense layer to see what its width costs."


@dataclass(frozen=True, eq=False)
class TradeOffJob:
    """The curves of one layer; a 1×1's error is measured on what it reads."""

    project: Project
    node_id: str

    def work(self, desk: Desk) -> TradeOff:
        """The curves."""
        project, network = self.project, self.project.network
        node = network[self.node_id]
        reads = None
        if node.layer.role == "pointwise" and node.inputs:
            source = node.inputs[0]
            scene = desk.photograph(project.image or "astronaut")
            found = desk.maps(network, scene, seed=project.seed, wanted={source})
            reads = found[source].map[0] if source in found else None
        return trade_off(network, self.node_id, reads=reads, checkpoint=desk.checkpoint)


class TradeOffPanel(Surface):
    """Three small plots over the width; the line in them is dragged, and the layer follows."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Trade-off", parent)
        self._document, self._selection, self._compute = document, selection, compute
        self._appearance = appearance
        self._job: JobHandle | None = None
        self.shown: TradeOff | None = None
        self._of: tuple[object, ...] = ()
        """What the curves shown follow from: the network without this layer's width."""
        self._sweep = next(_SWEEPS)
        self.title = styled_label(NOTHING, style="secondary", wrap=True)
        self.plots: dict[str, Any] = {}
        self._row = QHBoxLayout()
        self._row.setSpacing(2 * GRID)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, MARGIN, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.title)
        column.addLayout(self._row, 1)
        document.project_changed.connect(lambda *_: self.refresh())
        selection.selection_changed.connect(lambda _: self.refresh())

    def showEvent(self, event: QShowEvent) -> None:
        """Curves are made only while they are seen."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._give_up()

    def refresh(self) -> None:
        """The selected layer's curves; while only its own width changes, they stay."""
        if not self.isVisible():
            return
        node_id, network = self._selection.current, self._document.project.network
        width = None if node_id is None else width_of(network[node_id].layer)
        if node_id is None or width is None:
            self._show_nothing()
            return
        of = self._follows_from(node_id)
        if of != self._of:
            self._of = of
            self._give_up()
            if self.shown is not None and self.shown.node_id != node_id:
                self._show_nothing_of_another()
            self._job = self._compute.submit(TradeOffJob(self._document.project, node_id), self)
            self._job.finished.connect(self._on_curves)
            self._job.failed.connect(self.title.setText)
        elif self.shown is not None:
            self._mark(self.shown, width)

    def set_width(self, width: float) -> None:
        """Give the layer another width; all of one drag is one step of the history."""
        shown = self.shown
        if shown is None:
            return

        def change(project: Project) -> Project:
            layer = project.network[shown.node_id].layer
            wanted = max(shown.widths[0], min(round(width), shown.most))
            return project.replace_layer(shown.node_id, with_width(layer, wanted))

        label = self._document.project.network[shown.node_id].label.split(" · ")[0]
        self._document.edit(f"Width of {label}", change, merge_key=f"trade-off {self._sweep}")

    def end_sweep(self) -> None:
        """The next drag is a step of its own."""
        self._sweep = next(_SWEEPS)

    def _follows_from(self, node_id: str) -> tuple[object, ...]:
        """Equal as long as the curves are: the network but for this layer's width, and the photograph."""
        project = self._document.project
        plain = [
            (one, node.inputs, with_width(node.layer, 1) if one == node_id else node.layer, node.weights)
            for one, node in project.network.nodes.items()
        ]
        return (node_id, project.image, project.seed, *plain)

    def _on_curves(self, found: object) -> None:
        assert isinstance(found, TradeOff)
        self.shown = found
        curves: Mapping[str, tuple[float, ...]] = {
            "Parameters": found.parameters,
            "MACs": found.macs,
            "Error of the best 1×1": found.errors,
        }
        for name, values in curves.items():
            if name not in self.plots:
                self._make(name)
            self.plots[name].setVisible(bool(values))
            if values:
                self.plots[name].show_curve(found.widths, values)
        network = self._document.project.network
        if found.node_id in network:
            width = width_of(network[found.node_id].layer)
            if width is not None:
                self._mark(found, width)

    def _make(self, name: str) -> None:
        """A plot, the first time: pyqtgraph takes longer to load than the window."""
        from gui.widgets.charts.width_plot import WidthPlot

        plot = WidthPlot(name, self._appearance)
        plot.width_wanted.connect(self.set_width)
        plot.let_go.connect(self.end_sweep)
        self.plots[name] = plot
        self._row.addWidget(plot)

    def _mark(self, found: TradeOff, width: int) -> None:
        label = self._document.project.network[found.node_id].label
        self.title.setText(f"{label}: the whole network over its width. Drag the line to choose another.")
        numbers, totals = local_numbers(), self._document.analysis.totals
        self.plots["Parameters"].show_width(width, numbers.short(totals.parameters))
        self.plots["MACs"].show_width(width, numbers.short(totals.macs))
        if found.errors:
            near = min(bisect.bisect_left(found.widths, width), len(found.widths) - 1)
            self.plots["Error of the best 1×1"].show_width(width, numbers.decimal(found.errors[near], 3))

    def _show_nothing(self) -> None:
        self._give_up()
        self.shown, self._of = None, ()
        self.title.setText(NOTHING)
        for plot in self.plots.values():
            plot.hide()

    def _show_nothing_of_another(self) -> None:
        """The curves of one layer are not left standing while another's are made."""
        self.shown = None
        self.title.setText("Measuring …")
        for plot in self.plots.values():
            plot.hide()

    def _give_up(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
