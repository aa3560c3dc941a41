"""The feature maps of the selected layer: which layer's they are, and what is said where there are none."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.analysis.analyze import Analysis
from engine.analysis.learned import learned_layers
from engine.analysis.receptive_boxes import outputs_seeing
from engine.model.project import Project
from gui.look.appearance import Appearance, layer_icon
from gui.look.theme import GRID
from gui.panels.feature_maps.change import Change
from gui.panels.feature_maps.enlarged_kernel import EnlargedKernel
from gui.panels.feature_maps.pinned_layers import PinnedLayers
from gui.session.compute import Computed, ComputeService
from gui.session.document import Document
from gui.session.selection import InputPixel, Pixel, Selection
from gui.widgets.layer_title import LayerTitle
from gui.widgets.maps.layer_maps import maps_of, why_without_maps
from gui.widgets.maps.map_picture import MapPlace
from gui.widgets.maps.map_reading import MapReading
from gui.widgets.maps.map_switches import MapSwitches
from gui.widgets.maps.map_views import MapViews
from gui.widgets.maps.region import WHOLE
from gui.widgets.pinned.pinned_strip import PinnedStrip
from gui.widgets.surface import MARGIN, Surface, local_numbers
from gui.words.sentence_case import sentence

if TYPE_CHECKING:  # a start draws no figures
    from gui.figures.drawing.drawing import Drawing

PATIENCE_MS: Final = 300
"""Work that takes longer shows its progress."""
ROOM_FOR_HISTOGRAM: Final = 560
ROOM_FOR_KERNEL: Final = 420


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
        self._appearance = appearance
        self._node_id: str | None = selection.current
        self._selected = selection.ids
        self._shown: Computed | None = None
        self._failure = ""
        self._progress = (0, 0)
        self._roomy = True

        self.title = LayerTitle(appearance)
        self.switches = MapSwitches(appearance)
        self.change = Change(self.switches)
        self.views = MapViews(appearance)
        self.pinned = PinnedStrip(appearance)
        self.foot = MapReading(local_numbers())
        self._kernel = EnlargedKernel(document, compute, self.views, self)
        self._beside = PinnedLayers(document, selection, compute, self.switches, self.pinned)
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(PATIENCE_MS)
        self.patience.timeout.connect(self._on_patience_ended)
        self._lay_out()
        self._connect_signals()
        self.refresh()

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, MARGIN - 4, GRID)
        column.setSpacing(GRID)
        self._head = QGridLayout()
        column.addLayout(self._head)  # before it is filled: PySide would keep items, and one of them moves
        self._head.setSpacing(2)
        self._head.setColumnStretch(0, 1)
        self._head.addWidget(self.title, 0, 0)
        self._head.addWidget(self.switches, 0, 1)
        self._head.addWidget(self.switches.tools, 0, 2)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self.pinned, 1)
        row.addWidget(self.views, 1)
        column.addLayout(row, 1)
        column.addWidget(self.foot)

    def _connect_signals(self) -> None:
        document, selection, compute = self._document, self._selection, self._compute
        document.analysis_changed.connect(self.on_analysis_changed)
        document.project_changed.connect(self.on_project_changed)
        selection.selection_changed.connect(self.on_selection_changed)
        selection.pinned_changed.connect(self.on_pinned_changed)
        selection.input_pixel_changed.connect(self.on_input_pixel_changed)
        compute.map_changed.connect(self.on_map_changed)
        compute.run_started.connect(self.on_run_started)
        compute.run_progressed.connect(self.on_run_progressed)
        compute.run_finished.connect(self.on_run_finished)
        compute.run_failed.connect(self.on_run_failed)
        self.switches.switched.connect(self._on_switched)
        self.switches.back_clicked.connect(self.views.show_all)
        self.switches.pin_clicked.connect(self._on_pin_clicked)
        self.pinned.zoomed.connect(self._on_zoomed)
        self.pinned.moved.connect(self._on_moved)
        self.views.pointed.connect(self._on_pointed)
        self.views.pinned.connect(self._on_pinned)
        self.views.zoomed.connect(self._on_zoomed)
        self.views.moved.connect(self._on_moved)
        self.views.layer_walked.connect(self.walk_layers)
        self.views.read.connect(self._on_read)
        self.views.enlarged_changed.connect(self._show_head)
        self.views.enlarged_changed.connect(self._ask_kernel)

    def on_selection_changed(self, ids: frozenset[str]) -> None:
        """Show another layer: the one selected, or the one that came to several last.

        While none or many at once are selected the last one stays, and says so.
        """
        came, self._selected = ids - self._selected, ids
        wanted: str | None = self._selection.current or (
            next(iter(came)) if len(came) == 1 else self._node_id
        )
        if wanted not in self._document.project.network:
            wanted = None
        if wanted is None or wanted != self._node_id:
            self._show_layer(wanted)
        else:
            self._show_head()

    def on_analysis_changed(self, analysis: Analysis) -> None:
        """A problem may have come or gone."""
        self.refresh()

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Layers may be gone; classes may have other names."""
        self._beside.let_go_of_others(after.network)
        if self._node_id is not None and self._node_id not in after.network:
            self._show_layer(None)
        elif before.class_names != after.class_names:
            self._shown = None
            self.refresh()

    def on_map_changed(self, node_id: str) -> None:
        """A map has arrived."""
        if node_id == self._node_id:
            self.refresh()
        self._beside.on_map_changed(node_id)

    def on_run_started(self) -> None:
        """Be patient for a moment before saying that something is under way."""
        self._failure = ""
        self._progress = (0, 0)
        self.patience.start()

    def on_run_progressed(self, done: int, total: int) -> None:
        """Move the bar, where it is seen."""
        self._progress = (done, total)
        self.views.waiting.show_progress(done, total)

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
        """The histogram needs room."""
        super().resizeEvent(event)
        self._place_switches()
        self.views.give_room(roomy=self.width() >= ROOM_FOR_HISTOGRAM)
        if (event.oldSize().width() >= ROOM_FOR_KERNEL) != (self.width() >= ROOM_FOR_KERNEL):
            self._ask_kernel()

    def _place_switches(self) -> None:
        """Beside the title where there is room for all of it, else below."""
        room = self.width() - 2 * MARGIN + 4
        parts = (self.title, self.switches, self.switches.tools)
        roomy = sum(part.sizeHint().width() for part in parts) + 2 * self._head.spacing() <= room
        if roomy != self._roomy:
            self._roomy = roomy
            place = (0, 1, 1, 1) if roomy else (1, 0, 1, 3)
            self._head.addWidget(self.switches, *place)
            self._column.activate()  # at once: who points at a map now points at where it is

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and − magnify in the middle, 0 shows whole maps again."""
        factors = {Qt.Key.Key_Plus: 1.25, Qt.Key.Key_Equal: 1.25, Qt.Key.Key_Minus: 0.8}
        if event.key() in factors and self.views.picture is not None:
            self._on_zoomed(factors[Qt.Key(event.key())], 0.5, 0.5)
        elif event.key() == Qt.Key.Key_0:
            self.switches.look_at(WHOLE)
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for what nobody sees."""
        self.patience.stop()
        super().hideEvent(event)

    def drawing(self) -> "Drawing | None":
        """What is shown, for a file: the atlas, or the map that stands alone. None without maps."""
        picture, grid = self.views.picture, self.views.atlas.grid
        if picture is None or self._node_id is None or grid is None:
            return None
        from gui.receptive_view.map_drawings import atlas_drawing, map_drawing

        label = self._document.project.network[self._node_id].label
        palette, numbers = self._appearance.palette, local_numbers()
        if self.views.enlarged is not None:
            return map_drawing(picture, self.views.enlarged, label, palette, numbers)
        shape = self._document.analysis.layers[self._node_id].output_shape
        return atlas_drawing(picture, grid, label, maps_of(shape), palette, numbers)

    def refresh(self) -> None:
        """Show the layer's newest map, or why there is none."""
        why = self._reason()
        computed = None if why or self._node_id is None else self._compute.result(self._node_id)
        if computed is None:
            self._shown = None
            self.views.show_nothing()
            one = "one layer" if len(self._selected) > 1 else "a layer"
            self.views.waiting.say(
                sentence(why) or ("" if self._node_id else f"Select {one} to see its maps.")
            )
        else:
            self.views.waiting.say("")
            stale = self._compute.is_stale(computed.node_id)
            self.views.atlas.dim(stale and bool(self._failure))
            if computed is not self._shown or self.views.is_waiting:
                self._show(computed)
        self._show_head()

    def _show_layer(self, node_id: str | None) -> None:
        self._node_id = node_id
        self.views.forget_place()
        self.refresh()

    def _reason(self) -> str:
        """Why the layer can have no map; empty where it can."""
        if self._node_id is None:
            return ""
        failure = self._failure if self._compute.result(self._node_id) is None else ""
        return (
            why_without_maps(self._document.project.network, self._document.analysis, self._node_id)
            or failure
        )

    def _show(self, computed: Computed) -> None:
        shown, self._shown = self._shown, computed
        self.change.show(computed)
        values, taken = computed.map[0], self.change.maps
        if taken is not None:
            values = values - taken
        if shown is not None and shown.map is not computed.map:
            self._ask_kernel()
        if values.ndim == 1 or (len(values) > 1 and values.shape[1:] == (1, 1)):
            project = self._document.project
            ranked = project.network[computed.node_id].layer.gives_shares
            self.views.show_vector(
                values.reshape(len(values)),
                ranked=ranked,
                names=project.class_names,
                caveat=learned_layers(computed.instead or project.network).caveat if ranked else "",
            )
        else:
            self.views.show_maps(self.switches.picture(values))

    def _show_head(self) -> None:
        """The layer's name and maps, how it comes to be shown, and what can be done with the maps."""
        self.switches.show_for(self.views.picture, self.views.enlarged)
        if self._node_id is None:
            self.title.show_layer("", "Feature maps")
            self._place_switches()
            return
        node = self._document.project.network[self._node_id]
        shape = self._document.analysis.layers[self._node_id].output_shape
        parts = [maps_of(shape, self.views.enlarged), self.change.text]
        if self._node_id not in self._selected:
            parts.append("selected last")
        elif len(self._selected) > 1:
            parts.append(f"1 of {len(self._selected)} selected")
        remark, icon = " · ".join(filter(None, parts)), layer_icon(node.layer)
        self.title.show_layer(node.layer.role, node.label, remark, icon=icon)
        self._place_switches()

    def on_other_changed(self, *_: object) -> None:
        """The maps that these are compared with are others now."""
        if self.switches.shows_change:
            self._on_switched()

    def _on_pin_clicked(self) -> None:
        if self._node_id is not None:
            self.pinned.pin(self._node_id)

    def _on_switched(self) -> None:
        self._beside.refresh()
        if self._shown is not None and self.views.picture is not None:
            self._show(self._shown)
            self._show_head()

    def _on_pointed(self, place: MapPlace | None) -> None:
        if place is None or self._node_id is None:
            self._selection.point_at(None)
        else:
            self._selection.point_at(Pixel(self._node_id, place.channel, place.y, place.x))

    def _on_pinned(self, place: MapPlace | None) -> None:
        if place is None or self._node_id is None:
            self._selection.pin(None)
        else:
            self._selection.pin(Pixel(self._node_id, place.channel, place.y, place.x))

    def on_pinned_changed(self, pixel: Pixel | None) -> None:
        """Mark it where it is one of these maps."""
        if pixel is None or pixel.node_id != self._node_id or self.views.picture is None:
            self.views.show_pin(None)
        else:
            self.views.show_pin(MapPlace(pixel.channel, pixel.y, pixel.x))
        self._beside.mark(pixel)

    def on_input_pixel_changed(self, pixel: InputPixel | None) -> None:
        """Outline the values that see this pixel of the photograph."""
        picture = self.views.picture
        if pixel is None or self._node_id is None or picture is None:
            self.views.show_seen(None)
            self._on_read(None)
            return
        field = self._document.analysis.layers[self._node_id].receptive_field
        if field is None:
            return
        height, width = picture.maps.shape[1:]
        seen = outputs_seeing(field, pixel.y, pixel.x, (height, width))
        self.views.show_seen(seen)
        self.foot.read_seen(picture, pixel.y, pixel.x, seen)

    def walk_layers(self, steps: int) -> None:
        """Select the layer before or behind this one, in the order of computing."""
        order = self._document.project.network.order
        if self._node_id in order:
            place = order.index(self._node_id) + steps
            if 0 <= place < len(order):
                enlarged = self.views.enlarged
                self._selection.select([order[place]])
                if enlarged is not None and self.views.picture is not None:
                    self.views.enlarge(min(enlarged, len(self.views.picture.maps) - 1))

    def _on_zoomed(self, factor: float, across: float, down: float) -> None:
        self.switches.look_at(self.switches.region.zoomed(factor, across, down))

    def _on_moved(self, across: float, down: float) -> None:
        self.switches.look_at(self.switches.region.moved(across, down))

    def _on_read(self, place: MapPlace | None) -> None:
        """Say what is under the mouse, or what the layer holds."""
        if self._shown is None:
            self.foot.read_nothing()
        elif self.views.picture is not None:
            self.foot.read_maps(self.views.picture, self.views.enlarged, place)
        else:
            index = None if place is None else place.channel
            name = "" if index is None else self.views.vector.name(index)
            self.foot.read_vector(self._shown.map[0].reshape(-1), index, name)

    def _ask_kernel(self) -> None:
        self._kernel.ask(self._node_id if self.width() >= ROOM_FOR_KERNEL else None)

    def _on_patience_ended(self) -> None:
        if self._node_id is None or self._reason():
            return
        if self._compute.result(self._node_id) is None:
            self.views.waiting.show_progress(*self._progress)
            self.views.waiting.show_busy("Computing…")
        elif self._compute.is_stale(self._node_id):
            self.views.atlas.dim(True)
