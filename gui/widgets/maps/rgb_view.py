"""Three maps as one picture in red, green and blue."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.look.appearance import Appearance
from gui.widgets.maps.map_picture import MapPicture, MapPlace


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
