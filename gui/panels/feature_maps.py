"""The feature maps of the selected layer: all as one atlas, one of them large, or a vector as bars."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from engine.analysis import Analysis
from engine.layers import Layer
from engine.project import Project
from engine.shapes import shape_text
from gui.appearance import Appearance
from gui.colormaps import NAMES
from gui.compute import Computed, ComputeService
from gui.document import Document
from gui.selection import Pixel, Selection
from gui.theme import GRID
from gui.widgets.atlas_view import AtlasView
from gui.widgets.choice_button import ChoiceButton
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.histogram import Histogram
from gui.widgets.large_map import LargeMap
from gui.widgets.layer_title import LayerTitle
from gui.widgets.map_picture import AUTOMATIC, MapPicture, MapPlace
from gui.widgets.map_statistics import MapStatistics
from gui.widgets.surface import MARGIN, Surface, local_numbers
from gui.widgets.vector_view import VectorView
from gui.widgets.waiting import Waiting
from gui.wording import sentence

PATIENCE_MS: Final = 300
"""Work that takes longer shows its progress."""
ROOM_FOR_HISTOGRAM: Final = 480


class FeatureMapsPanel(Surface):
    """Shows what the compute service has of the selected layer, and points at what is under the mouse."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Feature maps", parent)
        self._document, self._selection, self._compute = document, selection, compute
        self._numbers = local_numbers()
        self._node_id: str | None = selection.current
        self._shown: Computed | None = None
        self._picture: MapPicture | None = None
        self._enlarged: int | None = None
        self._pinned: MapPlace | None = None
        self._failure = ""
        self._progress = (0, 0)

        self._appearance = appearance
        self.title = LayerTitle(appearance)
        self.back = QToolButton()
        self.back.setToolTip("All maps (Esc)")
        self.back.setAccessibleName("All maps")
        self.back.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.back.hide()
        colour_maps = {AUTOMATIC: "auto colours"} | {name: name for name in NAMES}
        self.colours = ChoiceButton("Colour map", colour_maps, AUTOMATIC)
        self.range = ChoiceButton(
            "Range of the colours", {"own": "own range", "shared": "shared range"}, "own"
        )
        self.order = ChoiceButton(
            "Order of the maps", {"channel": "by number", "strength": "by strength"}, "channel"
        )
        self.atlas = AtlasView(appearance)
        self.large = LargeMap(appearance)
        self.histogram = Histogram(appearance)
        self._large_page = QWidget()
        self.vector = VectorView(appearance)
        self.waiting = Waiting()
        self.reading = ElidedLabel(style="caption")
        self.statistics = ElidedLabel(style="caption")
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(PATIENCE_MS)
        self.patience.timeout.connect(self._on_patience_ended)
        self._lay_out()
        self._connect_signals()
        self.refresh()

    def _lay_out(self) -> None:
        self._switches = (self.colours, self.range, self.order)
        switches = QHBoxLayout()
        switches.setSpacing(2)
        for switch in self._switches:
            switches.addWidget(switch)
        switches.addWidget(self.back)
        switches.addStretch(1)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(2)
        self._head.addWidget(self.title, 1)
        self._head.addLayout(switches)
        beside = QHBoxLayout(self._large_page)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.large, 1)
        beside.addWidget(self.histogram, 1)
        self.stack = QStackedWidget()
        for view in (self.waiting, self.atlas, self._large_page, self.vector):
            self.stack.addWidget(view)
        foot = QHBoxLayout()
        foot.setSpacing(2 * GRID)
        self.reading.setProperty("caption", "false")
        foot.addWidget(self.reading, 0)
        foot.addWidget(self.statistics, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, MARGIN - 4, GRID)
        column.setSpacing(GRID)
        column.addLayout(self._head)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)

    def _connect_signals(self) -> None:
        document, selection, compute = self._document, self._selection, self._compute
        document.analysis_changed.connect(self.on_analysis_changed)
        document.project_changed.connect(self.on_project_changed)
        selection.selection_changed.connect(self.on_selection_changed)
        compute.map_changed.connect(self.on_map_changed)
        compute.run_started.connect(self.on_run_started)
        compute.run_progressed.connect(self.on_run_progressed)
        compute.run_finished.connect(self.on_run_finished)
        compute.run_failed.connect(self.on_run_failed)
        for switch in self._switches:
            switch.chosen.connect(self._on_switched)
        self.atlas.place_hovered.connect(self._on_place_hovered)
        self.atlas.map_picked.connect(self.enlarge)
        self.large.place_hovered.connect(self._on_place_hovered)
        self.large.place_pinned.connect(self._on_place_pinned)
        self.large.walked.connect(self._on_walked)
        self.large.left.connect(self.show_all)
        self.back.clicked.connect(self.show_all)
        self._appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()
        self.vector.index_hovered.connect(self._on_index_hovered)

    def on_palette_changed(self) -> None:
        """Recolour the button."""
        self.back.setIcon(self._appearance.icon("layout-grid"))

    def on_selection_changed(self) -> None:
        """Show another layer; while none or several are selected the last one stays."""
        if self._selection.current is not None and self._selection.current != self._node_id:
            self._node_id = self._selection.current
            self._enlarged = None
            self._pin(None)
            self.refresh()

    def on_analysis_changed(self, analysis: Analysis) -> None:
        """A problem may have come or gone."""
        self.refresh()

    def on_project_changed(self, before: Project, after: Project) -> None:
        """The layer may be gone."""
        if self._node_id is not None and self._node_id not in after.network:
            self._node_id = None
            self._enlarged = None
            self._pin(None)
            self.refresh()

    def on_map_changed(self, node_id: str) -> None:
        """A map has arrived."""
        if node_id == self._node_id:
            self.refresh()

    def on_run_started(self) -> None:
        """Be patient for a moment before saying that something is under way."""
        self._failure = ""
        self._progress = (0, 0)
        self.patience.start()

    def on_run_progressed(self, done: int, total: int) -> None:
        """Move the bar, where it is seen."""
        self._progress = (done, total)
        self.waiting.show_progress(done, total)

    def on_run_finished(self) -> None:
        """Nothing is under way any more."""
        self.patience.stop()
        self.refresh()

    def on_run_failed(self, message: str) -> None:
        """Say why there are no maps."""
        self.patience.stop()
        self._failure = message
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The histogram needs room; without it the switches stand below the title."""
        super().resizeEvent(event)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._head.setDirection(across if self.width() >= ROOM_FOR_HISTOGRAM else down)
        self.histogram.setVisible(self.width() >= ROOM_FOR_HISTOGRAM)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for what nobody sees."""
        self.patience.stop()
        super().hideEvent(event)

    def refresh(self) -> None:
        """Show the layer's newest map, or why there is none."""
        self._show_title()
        why = self._reason()
        computed = None if why or self._node_id is None else self._compute.result(self._node_id)
        if computed is None:
            self._forget()
            self.waiting.say(sentence(why) or ("" if self._node_id else "Select a layer to see its maps."))
            return
        self.waiting.say("")
        stale = self._compute.is_stale(computed.node_id)
        self.atlas.dim(stale and bool(self._failure))
        if computed is self._shown and self._picture_is_current():
            return
        self._shown = computed
        if computed.map.ndim == 2:
            self._show_vector(computed)
        else:
            self._show_maps(computed)
        self._show_title()

    def enlarge(self, channel: int) -> None:
        """Show one map alone."""
        if self._picture is not None:
            self._enlarged = channel
            if self._pinned is not None:
                self._pin(replace(self._pinned, channel=channel))
            self._show_large(self._picture, channel)
            self.stack.setCurrentWidget(self._large_page)
            self.back.show()
            self.large.setFocus(Qt.FocusReason.OtherFocusReason)
            self._show_title()
            self._read(self._pinned)

    def show_all(self) -> None:
        """Show the atlas again, with the map that was looked at as the current one."""
        if self._enlarged is not None:
            channel, self._enlarged = self._enlarged, None
            self._pin(None)
            self.back.hide()
            self.stack.setCurrentWidget(self.atlas)
            self.atlas.show_channel(channel)
            self.atlas.setFocus(Qt.FocusReason.OtherFocusReason)
            self._show_title()
            self._read(None)

    def _layer(self) -> Layer | None:
        return None if self._node_id is None else self._document.project.network[self._node_id].layer

    def _reason(self) -> str:
        """Why the layer can have no map; empty where it can."""
        if self._node_id is None:
            return ""
        report = self._document.analysis.layers[self._node_id]
        if report.output_shape is not None:
            return self._failure if self._compute.result(self._node_id) is None else ""
        if report.problems:
            return sentence(report.problems[0].message)
        network = self._document.project.network
        for above in network.order:
            problems = self._document.analysis.layers[above].problems
            if problems and above in network.ancestors(self._node_id):
                return f"Waits for {network[above].label}. {sentence(problems[0].message)}"
        return "Waits for a layer before it."

    def _forget(self) -> None:
        self._shown = self._picture = None
        self._pin(None)
        self.back.hide()
        self.stack.setCurrentWidget(self.waiting)
        self._point(None)
        self._read(None)
        for switch in self._switches:
            switch.hide()

    def _picture_is_current(self) -> bool:
        return self.stack.currentWidget() is not self.waiting

    def _show_vector(self, computed: Computed) -> None:
        self._picture = None
        layer = self._layer()
        self.vector.show_vector(computed.map[0], ranked=layer is not None and layer.kind == "Softmax")
        self.stack.setCurrentWidget(self.vector)
        for switch in self._switches:
            switch.hide()
        self._read(None)

    def _show_maps(self, computed: Computed) -> None:
        shared, by_strength = self.range.current == "shared", self.order.current == "strength"
        self._picture = MapPicture(computed.map[0], self.colours.current, shared, by_strength)
        if self._enlarged is not None and self._enlarged >= len(self._picture.maps):
            self._enlarged = None
        height, width = self._picture.size
        if self._enlarged is None or (self._pinned and (self._pinned.y >= height or self._pinned.x >= width)):
            self._pin(None)
        self.back.setVisible(self._enlarged is not None)
        self.atlas.show_picture(self._picture)
        if self._enlarged is not None:
            self._show_large(self._picture, self._enlarged)
        self.stack.setCurrentWidget(self.atlas if self._enlarged is None else self._large_page)
        for switch in self._switches:
            switch.show()
        self._read(self._pinned)

    def _show_large(self, picture: MapPicture, channel: int) -> None:
        self.large.show_map(picture, channel)
        self.histogram.show_values(picture.maps[channel])
        self.histogram.setVisible(self.width() >= ROOM_FOR_HISTOGRAM)

    def _show_title(self) -> None:
        layer = self._layer()
        if layer is None or self._node_id is None:
            self.title.show_layer("", "Feature maps")
            return
        label = self._document.project.network[self._node_id].label
        shape = self._document.analysis.layers[self._node_id].output_shape
        remark = ""
        if self._enlarged is not None and shape is not None:
            remark = f"map {self._enlarged} of {shape[0]}"
        elif shape is not None and len(shape) == 3:
            maps = "map" if shape[0] == 1 else "maps"
            remark = f"{shape[0]} {maps} of {shape_text(shape[1:])}"
        elif shape is not None:
            remark = f"{shape[0]} values"
        self.title.show_layer(layer.role, label, remark)

    def _on_switched(self) -> None:
        if self._shown is not None and self._shown.map.ndim == 4:
            self._show_maps(self._shown)

    def _on_walked(self, steps: int) -> None:
        if self._picture is not None and self._enlarged is not None:
            order = self._picture.order.tolist()
            place = order.index(self._enlarged) + steps
            if 0 <= place < len(order):
                self.enlarge(order[place])

    def _on_place_hovered(self, place: MapPlace | None) -> None:
        place = place or self._pinned
        self._point(place)
        self._read(place)

    def _on_place_pinned(self, place: MapPlace | None) -> None:
        self._pin(place)
        self._read(place)

    def _pin(self, place: MapPlace | None) -> None:
        """Keep pointing at this value when the mouse goes elsewhere."""
        if place != self._pinned:
            self._pinned = place
            self.large.pin(place)
            self._point(place)

    def _on_index_hovered(self, index: int | None) -> None:
        self._point(None if index is None else MapPlace(index, 0, 0))
        self._read(None)
        if index is not None and self._shown is not None:
            value = float(self._shown.map[0, index])
            self.reading.setText(f"value {index} = {self._numbers.decimal(value, 4)}")

    def _point(self, place: MapPlace | None) -> None:
        if place is None or self._node_id is None:
            self._selection.point_at(None)
        else:
            self._selection.point_at(Pixel(self._node_id, place.channel, place.y, place.x))

    def _read(self, place: MapPlace | None) -> None:
        """Say what is under the mouse, or what the layer holds."""
        self.reading.setText("")
        self.statistics.setText("")
        if self._picture is not None and (place is not None or self._enlarged is not None):
            channel = place.channel if place is not None else self._enlarged
            assert channel is not None
            if place is not None:
                value = self._numbers.decimal(self._picture.value(place))
                self.reading.setText(f"map {channel} at ({place.y}, {place.x}) = {value}")
            self.statistics.setText(self._picture.statistics(channel).text(self._numbers))
        elif self._shown is not None:
            self.statistics.setText(MapStatistics.of(self._shown.map).text(self._numbers))
        self.reading.setVisible(bool(self.reading.text()))

    def _on_patience_ended(self) -> None:
        if self._node_id is None or self._reason():
            return
        if self._compute.result(self._node_id) is None:
            self.waiting.show_progress(*self._progress)
            self.waiting.show_busy("Computing…")
        elif self._compute.is_stale(self._node_id):
            self.atlas.dim(True)
