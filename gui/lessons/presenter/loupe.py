"""The whole presentation magnified about the mouse."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

LARGEST: Final = 6.0
STEP: Final = 1.25


class Loupe(QWidget):
    """Lies over the board and paints it larger, as sharp as the board itself; it is a still picture."""

    def __init__(self, board: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._board = board
        self._zoom = 1.0
        self._shift = QPointF()
        self._picture: QPixmap | None = None
        self._dragged: QPoint | None = None
        self.setAccessibleName("Magnified")
        self.hide()

    @property
    def transform(self) -> QTransform:
        """From the board to the screen."""
        return QTransform(self._zoom, 0, 0, self._zoom, self._shift.x(), self._shift.y())

    @property
    def zoom(self) -> float:
        """How many times larger."""
        return self._zoom

    def magnify(self, times: float, at: QPoint) -> None:
        """So many times larger than now; the point under the mouse stays."""
        zoom = min(max(self._zoom * times, 1.0), LARGEST)
        kept = (QPointF(at) - self._shift) / self._zoom
        self._zoom = 1.0 if zoom < 1.01 else zoom
        self._move(QPointF(at) - kept * self._zoom)
        self.setVisible(self._zoom > 1.0)

    def toggle(self, at: QPoint) -> None:
        """Twice as large, or as it is."""
        self.magnify(2.0 if self._zoom == 1.0 else 1.0 / self._zoom, at)

    def refresh(self) -> None:
        """The board has changed."""
        self._picture = None
        self.update()

    def reset(self) -> None:
        """As it is."""
        self.magnify(1.0 / self._zoom, QPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        self._dragged = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw it along."""
        if self._dragged is not None and event.buttons():
            at = event.position().toPoint()
            self._move(self._shift + QPointF(at - self._dragged))
            self._dragged = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._dragged = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """The board, larger."""
        if self._picture is None:
            self._picture = self._render()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)

    def _move(self, shift: QPointF) -> None:
        """The board covers the screen wherever it is."""
        least = QPointF(self.width(), self.height()) * (1.0 - self._zoom)
        self._shift = QPointF(min(0.0, max(shift.x(), least.x())), min(0.0, max(shift.y(), least.y())))
        self.refresh()

    def _render(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setTransform(self.transform)
            self._board.render(painter, QPoint())
        return picture
