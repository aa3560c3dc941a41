"""The pages of the feature maps: all maps as an atlas, one of them large, a vector as bars, or why none."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from gui.look.appearance import Appearance
from gui.widgets.charts.histogram import Histogram
from gui.widgets.maps.atlas import Maps
from gui.widgets.maps.atlas_view import AtlasView
from gui.widgets.maps.kernel_strip import KernelStrip
from gui.widgets.maps.large_map import LargeMap
from gui.widgets.maps.map_picture import MapPicture, MapPlace
from gui.widgets.maps.rgb_view import RgbView
from gui.widgets.maps.vector_view import VectorView
from gui.widgets.waiting import Waiting


class MapViews(QStackedWidget):
    """Shows what it is given, and reports what the mouse is over. A click on a map enlarges it."""

    pointed = Signal(object)
    """The `MapPlace` under the mouse, or None."""
    pinned = Signal(object)
    """The `MapPlace` that was clicked and stays pointed at, or None."""
    zoomed = Signal(float, float, float)
    moved = Signal(float, float)
    layer_walked = Signal(int)
    """As of the atlas and the large map."""
    read = Signal(object)
    """The `MapPlace` to read out, or None; also after something else is shown."""
    enlarged_changed = Signal()
    """One map stands alone now, or all do again."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: MapPicture | None = None
        """The maps that are shown; None for a vector, or nothing."""
        self.enlarged: int | None = None
        """The channel of the map that stands alone."""
        self._pinned: MapPlace | None = None
        self._roomy = True
        self.waiting = Waiting()
        self.atlas = AtlasView(appearance)
        self.large = LargeMap(appearance)
        self.histogram = Histogram(appearance)
        self.vector = VectorView(appearance)
        self.rgb = RgbView(appearance)
        self._large_page = QWidget()
        beside = QHBoxLayout(self._large_page)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.large, 1)
        self.kernel = KernelStrip(appearance)
        beside.addWidget(self.kernel)
        beside.addWidget(self.histogram, 1)
        for page in (self.waiting, self.atlas, self._large_page, self.vector, self.rgb):
            self.addWidget(page)
        self.atlas.place_hovered.connect(self._on_place_hovered)
        self.atlas.map_picked.connect(self.enlarge)
        self.atlas.place_picked.connect(self._on_place_pinned)
        for view in (self.atlas, self.large):
            view.zoomed.connect(self.zoomed)
            view.moved.connect(self.moved)
            view.layer_walked.connect(self.layer_walked)
        self.large.place_hovered.connect(self._on_place_hovered)
        self.large.place_pinned.connect(self._on_place_pinned)
        self.large.walked.connect(self._on_walked)
        self.large.left.connect(self.show_all)
        self.vector.index_hovered.connect(self._on_index_hovered)
        self.vector.index_picked.connect(lambda index: self._on_place_pinned(MapPlace(index, 0, 0)))
        self.rgb.place_hovered.connect(self._on_place_hovered)
        self.rgb.place_picked.connect(self._on_place_pinned)

    @property
    def is_waiting(self) -> bool:
        """Whether there is neither map nor vector."""
        return self.currentWidget() is self.waiting

    def show_nothing(self) -> None:
        """Show the page that says why."""
        self.picture = None
        self._pin(None)
        self.setCurrentWidget(self.waiting)
        self.pointed.emit(None)
        self.read.emit(None)

    def show_vector(self, values: Maps, *, ranked: bool, names: Sequence[str] = (), caveat: str = "") -> None:
        """Show a vector (F,), or maps of one value each, its largest values by name where they have any;
        `ranked`: they are shares."""
        self.picture = None
        self.vector.show_vector(values, ranked=ranked, names=names, caveat=caveat)
        self.setCurrentWidget(self.vector)
        self.read.emit(None)

    def show_maps(self, picture: MapPicture) -> None:
        """Show these maps, and of them the enlarged one if there still is one."""
        self.picture = picture
        if self.enlarged is not None and self.enlarged >= len(picture.maps):
            self.enlarged = None
        depth, height, width = picture.maps.shape
        place = self._pinned
        if place and (place.channel >= depth or place.y >= height or place.x >= width):
            self._pin(None)
        self.atlas.show_picture(picture)
        if self.enlarged is not None:
            self._show_large(picture, self.enlarged)
            self.setCurrentWidget(self._large_page)
        elif picture.is_rgb:
            self.rgb.show_picture(picture)
            self.setCurrentWidget(self.rgb)
        else:
            self.setCurrentWidget(self.atlas)
        self.read.emit(self._pinned)

    def enlarge(self, channel: int) -> None:
        """Show one map alone."""
        if self.picture is not None:
            self.enlarged = channel
            if self._pinned is not None:
                self._pin(replace(self._pinned, channel=channel))
            self._show_large(self.picture, channel)
            self.setCurrentWidget(self._large_page)
            self.large.setFocus(Qt.FocusReason.OtherFocusReason)
            self.enlarged_changed.emit()
            self.read.emit(self._pinned)

    def show_all(self) -> None:
        """Show the atlas again, with the map that was looked at as the current one."""
        if self.enlarged is not None:
            channel = self.enlarged
            self.forget_place()
            page = self.rgb if self.picture is not None and self.picture.is_rgb else self.atlas
            self.setCurrentWidget(page)
            self.atlas.show_channel(channel)
            page.setFocus(Qt.FocusReason.OtherFocusReason)
            self.enlarged_changed.emit()
            self.read.emit(None)

    def forget_place(self) -> None:
        """What comes next is another layer's: no map of it is enlarged, no value clicked."""
        self.enlarged = None
        self._pin(None)

    def give_room(self, *, roomy: bool) -> None:
        """Whether a histogram fits beside an enlarged map."""
        self._roomy = roomy
        self.histogram.setVisible(roomy)

    def _show_large(self, picture: MapPicture, channel: int) -> None:
        self.large.show_map(picture, channel)
        self.histogram.show_values(picture.maps[channel])
        self.histogram.setVisible(self._roomy)

    def show_pin(self, place: MapPlace | None) -> None:
        """Mark the value that stays pointed at, and its map where one stands alone."""
        if place != self._pinned:
            self._pinned = place
            self.large.pin(place)
            self.atlas.pin(place)
            self.rgb.pin(place)
            if place is not None and self.picture is not None and self.enlarged not in (None, place.channel):
                self.enlarged = place.channel
                self._show_large(self.picture, place.channel)
                self.enlarged_changed.emit()
            self.read.emit(place)

    def show_seen(self, seen: tuple[range, range] | None) -> None:
        """Outline the values that see what is pointed at on the photograph."""
        self.atlas.show_seen(seen)
        self.large.show_seen(seen)

    def _pin(self, place: MapPlace | None) -> None:
        """Keep pointing at this value when the mouse goes elsewhere."""
        if place != self._pinned:
            self._pinned = place
            self.large.pin(place)
            self.atlas.pin(place)
            self.rgb.pin(place)
            self.pinned.emit(place)

    def _on_place_hovered(self, place: MapPlace | None) -> None:
        self.pointed.emit(place)
        self.read.emit(place or self._pinned)

    def _on_place_pinned(self, place: MapPlace | None) -> None:
        self._pin(place)
        self.read.emit(place)

    def _on_index_hovered(self, index: int | None) -> None:
        place = None if index is None else MapPlace(index, 0, 0)
        self.pointed.emit(place)
        self.read.emit(place)

    def _on_walked(self, steps: int) -> None:
        if self.picture is not None and self.enlarged is not None:
            order = self.picture.order.tolist()
            place = order.index(self.enlarged) + steps
            if 0 <= place < len(order):
                self.enlarge(order[place])
