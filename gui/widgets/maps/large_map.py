"""One map as large as there is room, with the scale of its colours beside it."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui.look.appearance import Appearance, font
from gui.look.colormaps import on_ground
from gui.look.theme import CAPTION_PX, GRID
from gui.widgets.maps.atlas import paint_tiles
from gui.widgets.maps.indexed_image import colour_bar, indexed_image
from gui.widgets.maps.map_picture import MapPicture, MapPlace
from gui.widgets.surface import local_numbers

_SCALE: Final = 12 + 64
"""Width of the colour scale with its numbers."""


class LargeMap(QWidget):
    """A click pins a pixel, arrow keys walk through the maps; Esc, or a click beside the map, goes back."""

    place_hovered = Signal(object)
    """The `MapPlace` under the mouse, or None."""
    place_pinned = Signal(object)
    """The `MapPlace` that was clicked, or None where it had been pinned before."""
    walked = Signal(int)
    """−1 for the map before, 1 for the next one."""
    layer_walked = Signal(int)
    """−1 for the layer before, 1 for the next one."""
    zoomed = Signal(float, float, float)
    """(factor, across, down): magnified around these shares of what is seen."""
    moved = Signal(float, float)
    """(across, down): shares of what is seen."""
    left = Signal()
    """The user wants to see all maps again."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._picture: MapPicture | None = None
        self._channel = 0
        self.pinned: MapPlace | None = None
        """The value that stays pointed at, whose outline is painted."""
        self.seen: tuple[range, range] | None = None
        """As of the atlas."""
        self._numbers = local_numbers()
        self.setAccessibleName("One feature map")
        self._dragged: QPointF | None = None
        self.setToolTip(
            "A click pins a pixel, the wheel magnifies, the middle button drags · ← → other maps, ↑ ↓ other"
            " layers, Esc or a double-click all maps"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        appearance.palette_changed.connect(self.update)

    def show_map(self, picture: MapPicture, channel: int) -> None:
        """Show this map."""
        self._picture, self._channel = picture, channel
        self.update()

    def pin(self, place: MapPlace | None) -> None:
        """Outline this value, or none."""
        self.pinned = place
        self.update()

    def show_seen(self, seen: tuple[range, range] | None) -> None:
        """Outline these rows and columns, or none."""
        self.seen = seen
        self.update()

    def map_rect(self) -> QRectF:
        """Where the map is: at the left, as large as its shape allows."""
        assert self._picture is not None
        height, width = self._picture.size
        room = max(1.0, self.width() - _SCALE - GRID)
        scale = min(room / width, self.height() / height)
        return QRectF(0, 0, max(1.0, width * scale), max(1.0, height * scale))

    def place_rect(self, place: MapPlace) -> QRectF:
        """Where a value is painted."""
        assert self._picture is not None
        rect, (height, width) = self.map_rect(), self._picture.size
        across, down = rect.width() / width, rect.height() / height
        y, x = place.y - self._picture.box[0], place.x - self._picture.box[2]
        return QRectF(x * across, y * down, across, down)

    def place_at(self, point: QPointF) -> MapPlace | None:
        """The value shown at a point."""
        if self._picture is None or not self.map_rect().contains(point):
            return None
        rect = self.map_rect()
        return self._picture.place(self._channel, point.y() / rect.height(), point.x() / rect.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The map by its nearest values, and the scale."""
        if self._picture is None:
            return
        import numpy as np

        rect, ratio = self.map_rect(), self.devicePixelRatioF()
        size = max(1, round(rect.height() * ratio)), max(1, round(rect.width() * ratio))
        tiles = np.array([self._channel])
        picture = self._picture
        indices = paint_tiles(picture.shown, tiles, size, *picture.ranges, smooth=picture.smooth)[0]
        with QPainter(self) as painter:
            gap = self._appearance.palette.surface
            painter.drawImage(QPointF(0, 0), indexed_image(indices, self._colours(), gap, ratio))
            self._paint_scale(painter, self._picture, rect)
            if self.seen is not None and self.seen[0] and self.seen[1]:
                first = self.place_rect(MapPlace(self._channel, self.seen[0][0], self.seen[1][0]))
                last = self.place_rect(MapPlace(self._channel, self.seen[0][-1], self.seen[1][-1]))
                box = first.united(last).intersected(rect)
                for colour, width in (("#101317", 3.0), (self._appearance.palette.accent, 1.5)):
                    painter.setPen(QPen(QColor(colour), width))
                    painter.drawRect(box)
            self._paint_extremes(painter, self._picture)
            if self.pinned is not None and self._picture.shows(self.pinned):
                self._paint_pin(painter, self.pinned)
            if self.hasFocus():
                painter.setPen(QColor(self._appearance.palette.accent))
                painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _colours(self) -> str:
        assert self._picture is not None
        return on_ground(self._picture.colour_map, dark=self._appearance.palette.name == "dark")

    def _paint_pin(self, painter: QPainter, place: MapPlace) -> None:
        box = self.place_rect(place)
        middle, least = box.center(), 6.0
        box = QRectF(0, 0, max(least, box.width()), max(least, box.height()))
        box.moveCenter(middle)
        colours = self._appearance.palette
        for grown, colour in ((2, colours.surface), (1, colours.accent)):
            painter.setPen(QPen(QColor(colour), 2))
            painter.drawRect(box.adjusted(-grown, -grown, grown, grown))

    def _paint_extremes(self, painter: QPainter, picture: MapPicture) -> None:
        """▼ at the smallest and ▲ at the largest value, where they lie beyond the scale."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, sign in zip(picture.extremes_beyond(self._channel), (1, -1), strict=True):
            if place is None or not picture.shows(place):
                continue
            middle, size = self.place_rect(place).center(), 5.0
            tip = QPointF(middle.x(), middle.y() + sign * size)
            base = [QPointF(middle.x() + side * size, middle.y() - sign * size) for side in (-1, 1)]
            painter.setPen(QPen(QColor("#101317"), 1.5))
            painter.setBrush(QColor("#FFFFFF"))
            painter.drawPolygon(QPolygonF([tip, *base]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_scale(self, painter: QPainter, picture: MapPicture, rect: QRectF) -> None:
        low, high = (float(ends[self._channel]) for ends in picture.ranges)
        bar = QRectF(rect.right() + GRID + 4, 0, 8, rect.height())
        gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        colours = colour_bar(self._colours())[::15]
        for step, colour in enumerate(colours):
            gradient.setColorAt(step / (len(colours) - 1), QColor(colour))
        painter.fillRect(bar, gradient)
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(self._appearance.palette.secondary))
        text = QRectF(bar.right() + 4, 0, 56, rect.height())
        left = Qt.AlignmentFlag.AlignLeft
        below, above = picture.extremes_beyond(self._channel)
        ends = (
            (high, above, "≥\u2009", Qt.AlignmentFlag.AlignTop),
            (low, below, "≤\u2009", Qt.AlignmentFlag.AlignBottom),
        )
        for value, beyond, sign, where in ends:
            said = f"{sign if beyond else ''}{self._numbers.decimal(value)}"
            painter.drawText(text, left | where, said)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report what is under the mouse; with the middle button drag what is seen."""
        if self._dragged is not None and self._picture is not None:
            step, rect = self._dragged - event.position(), self.map_rect()
            self._dragged = event.position()
            self.moved.emit(step.x() / rect.width(), step.y() / rect.height())
        else:
            self.place_hovered.emit(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under a mouse that has left."""
        self.place_hovered.emit(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin what is there; beside the map, go back."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._dragged = event.position()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self.place_at(event.position())
        if place is None:
            self.left.emit()
        else:
            self.place_pinned.emit(None if place == self.pinned else place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag ends."""
        self._dragged = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Magnify at the mouse."""
        if self._picture is not None and self.map_rect().contains(event.position()):
            rect, at = self.map_rect(), event.position()
            factor = 1.25 ** (event.angleDelta().y() / 120)
            self.zoomed.emit(factor, at.x() / rect.width(), at.y() / rect.height())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go back."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, or go back."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.walked.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.layer_walked.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)
