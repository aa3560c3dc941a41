"""The pages of the feature maps: all maps as an atlas, one of them large, a vector as bars, or why none."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from gui.look.appearance import Appearance, font
from gui.look.colormaps import Rgb, colour, on_ground
from gui.look.theme import CAPTION_PX, GRID
from gui.widgets.charts.histogram import Histogram
from gui.widgets.maps.atlas import Maps
from gui.widgets.maps.atlas_view import AtlasView
from gui.widgets.maps.large_map import LargeMap
from gui.widgets.maps.map_picture import MapPicture, MapPlace
from gui.widgets.maps.vector_view import VectorView
from gui.widgets.waiting import Waiting


class RgbView(QWidget):
    """As large as there is room; the mouse reads the first of the three maps, a click pins its value."""

    place_hovered = Signal(object)
    """The `MapPlace` under the mouse, or None."""
    place_picked = Signal(object)
    """The `MapPlace` that was clicked."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._picture: MapPicture | None = None
        self._image: QImage | None = None
        self.pinned: MapPlace | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Three maps as one picture")

    def show_picture(self, picture: MapPicture) -> None:
        """Show these three maps."""
        self._picture = picture
        height, width, _ = picture.rgb.shape
        flat = np.ascontiguousarray(picture.rgb).tobytes()
        self._image = QImage(flat, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.update()

    def pin(self, place: MapPlace | None) -> None:
        """Outline this value, or none."""
        self.pinned = place
        self.update()

    def picture_rect(self) -> QRectF:
        """Where it is: at the left, as large as its shape allows."""
        if self._image is None:
            return QRectF()
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(0, 0, size.width(), size.height())

    def place_at(self, point: QPointF) -> MapPlace | None:
        """The value shown at a point, of the first map."""
        rect = self.picture_rect()
        if self._picture is None or not rect.contains(point):
            return None
        return self._picture.place(0, point.y() / rect.height(), point.x() / rect.width())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report what is under the mouse."""
        self.place_hovered.emit(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under a mouse that has left."""
        self.place_hovered.emit(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin what is there."""
        place = self.place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.place_picked.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, sharp, and the pinned value."""
        if self._image is None or self._picture is None:
            return
        with QPainter(self) as painter:
            rect = self.picture_rect()
            painter.drawImage(rect, self._image)
            if self.pinned is not None and self._picture.shows(self.pinned):
                (height, width), box = self._picture.size, self._picture.box
                across, down = rect.width() / width, rect.height() / height
                left, top = (self.pinned.x - box[2]) * across, (self.pinned.y - box[0]) * down
                painter.setPen(QPen(QColor(self._appearance.palette.accent), 2))
                painter.drawRect(QRectF(left - 2, top - 2, max(6.0, across + 4), max(6.0, down + 4)))


Kernel = npt.NDArray[np.float32]
"""(C, kernel height, kernel width)."""

MOST: Final = 6
"""Planes that are shown; the strongest ones of more."""
SIDE: Final = 44


class KernelStrip(QWidget):
    """One below the other, on one signed scale; each says which input map it weighs."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.kernel: Kernel | None = None
        self.setFont(font(CAPTION_PX))
        self.setFixedWidth(SIDE + 58)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Kernel of this map")
        appearance.palette_changed.connect(self.update)
        self.hide()

    def show_kernel(self, kernel: Kernel | None) -> None:
        """Show these planes, or nothing."""
        self.kernel = kernel
        self.setVisible(kernel is not None)
        if kernel is not None:
            end = float(np.abs(kernel).max(initial=0))
            planes = f"{len(kernel)} planes, the strongest {MOST}" if len(kernel) > MOST else "all its planes"
            self.setToolTip(f"The kernel that makes this map: {planes}, from {-end:.3g} to {end:.3g}.")
        self.update()

    def pictures(self) -> list[tuple[str, Rgb]]:
        """What is painted: a name, and (kernel height, kernel width, 3)."""
        kernel = self.kernel
        if kernel is None or not kernel.size:
            return []
        end = float(np.abs(kernel).max()) or 1.0
        found = []
        if len(kernel) == 3 and kernel.shape[1:] != (1, 1):
            rgb = np.rint((kernel.transpose(1, 2, 0) / end + 1) * 127.5)
            found.append(("RGB", np.asarray(np.clip(rgb, 0, 255), np.uint8)))
        table = on_ground("diverging", dark=self._appearance.palette.name == "dark")
        strongest = np.argsort(-np.abs(kernel).sum(axis=(1, 2)), kind="stable")[:MOST]
        for plane in sorted(strongest.tolist()) if len(kernel) <= MOST else strongest.tolist():
            found.append((f"map {plane}", colour(kernel[plane], table, -end, end)))
        return found

    def sizeHint(self) -> QSize:
        """Four planes."""
        return QSize(SIDE + 58, 4 * (SIDE + GRID // 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """As many as there is room for."""
        with QPainter(self) as painter:
            painter.setPen(QColor(self._appearance.palette.secondary))
            y = 0.0
            for name, pixels in self.pictures():
                height, width, _ = pixels.shape
                scale = SIDE / max(height, width)
                box = QRectF(0, y, width * scale, height * scale)
                if box.bottom() > self.height():
                    break
                flat = np.ascontiguousarray(pixels).tobytes()
                painter.drawImage(box, QImage(flat, width, height, 3 * width, QImage.Format.Format_RGB888))
                text = QRectF(SIDE + 6, y, 52, box.height())
                painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
                y = box.bottom() + GRID // 2


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
