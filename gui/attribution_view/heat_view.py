"""The photograph with the heat over it; the mouse reads cells and pixels."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.appearance import Appearance
from gui.look.colormaps import Rgb
from gui.look.heat_overlay import overlay


class HeatView(QWidget):
    """As large as there is room, in the photograph's own aspect."""

    pointed = Signal(object)
    """(row, column) of the Input's pixel under the mouse; None beside it."""
    clicked = Signal(object)
    """The same for a click."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._photograph: Rgb | None = None
        self._heat: npt.NDArray[np.float32] | None = None
        self._limit, self._opacity, self._threshold = 1.0, 0.85, 0.0
        self._image: QImage | None = None
        self._mark: QRectF | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Heat over the photograph")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.palette_changed.connect(self._repaint)

    def show_heat(
        self,
        photograph: Rgb | None,
        heat: npt.NDArray[np.float32] | None,
        limit: float,
        opacity: float,
        threshold: float,
    ) -> None:
        """Lay `heat` (H, W) of the Input over the photograph, ±`limit` the ends of the scale."""
        self._photograph, self._heat, self._limit = photograph, heat, limit
        self._opacity, self._threshold = opacity, threshold
        self._repaint()

    def mark(self, box: QRectF | None) -> None:
        """Outline a part, in pixels of the Input."""
        if box != self._mark:
            self._mark = box
            self.update()

    @property
    def pixels(self) -> Rgb | None:
        """What is painted, before it is scaled."""
        if self._photograph is None or self._heat is None:
            return self._photograph
        return overlay(
            self._photograph,
            self._heat,
            self._limit,
            opacity=self._opacity,
            threshold=self._threshold,
            dark=self._appearance.palette.name == "dark",
        )

    def picture_rect(self) -> QRectF:
        """Where the photograph is."""
        if self._image is None:
            return QRectF()
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        x, y = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(x, y, size.width(), size.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report what is under the mouse."""
        self.pointed.emit(self._pixel(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report what was clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self._pixel(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under a mouse that has left."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, and the outline of what is pointed at."""
        if self._image is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
            rect = self.picture_rect()
            painter.drawImage(rect, self._image)
            if self._mark is not None and self._heat is not None:
                rows, columns = self._heat.shape
                across, down = rect.width() / columns, rect.height() / rows
                box = QRectF(
                    rect.left() + self._mark.left() * across,
                    rect.top() + self._mark.top() * down,
                    self._mark.width() * across,
                    self._mark.height() * down,
                )
                painter.setClipRect(rect)
                for ink, width in ((QColor(0, 0, 0, 150), 3.0), (QColor("#FFFFFF"), 1.3)):
                    painter.setPen(QPen(ink, width))
                    painter.drawRect(box)

    def sizeHint(self) -> QSize:
        """A small photograph."""
        return QSize(260, 240)

    def minimumSizeHint(self) -> QSize:
        """A stamp."""
        return QSize(80, 72)

    def _repaint(self) -> None:
        pixels = self.pixels
        if pixels is None:
            self._image = None
        else:
            height, width, _ = pixels.shape
            flat = np.ascontiguousarray(pixels).tobytes()
            self._image = QImage(flat, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.update()

    def _pixel(self, point: QPointF) -> tuple[int, int] | None:
        rect = self.picture_rect()
        if self._heat is None or not rect.contains(point):
            return None
        rows, columns = self._heat.shape
        row = int((point.y() - rect.top()) / rect.height() * rows)
        column = int((point.x() - rect.left()) / rect.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)
