"""The lens on the screen: paints what it is given, and says what is pointed at, clicked and scrolled."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.value_inspector.screen import paint_on_screen
from gui.value_inspector.sheet import Spot, ValuePicture

_NOTCH = 120
"""Qt's wheel angle for one notch."""


class ValueView(QWidget):
    """One picture; the panel makes a new one whenever something changes."""

    hovered = Signal(object)
    """The `Spot` under the mouse, or None."""
    clicked = Signal(object)
    """The `Spot` that was clicked."""
    scrolled = Signal(int)
    """Lines, downwards positive."""
    walked = Signal(int, int)
    """(rows, columns) by the arrow keys."""
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: ValuePicture | None = None
        self._spot: Spot | None = None
        self._turned = 0
        self.setAccessibleName("Arithmetic of one value")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_picture(self, picture: ValuePicture | None) -> None:
        """Paint this."""
        self.picture = picture
        self.setAccessibleDescription("" if picture is None else picture.drawing.title)
        self.update()

    def spot_at(self, point: QPointF) -> Spot | None:
        """What is there."""
        return None if self.picture is None else self.picture.spot(point.x(), point.y())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Replay the drawing."""
        if self.picture is not None:
            with QPainter(self) as painter:
                paint_on_screen(painter, self.picture.drawing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size, another picture."""
        super().resizeEvent(event)
        self.resized.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report what is under the mouse."""
        self._hover(self.spot_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under a mouse that has left."""
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report what was clicked."""
        spot = self.spot_at(event.position())
        if spot is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(spot)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Whole notches are lines; a touch pad's small steps are collected."""
        self._turned += event.angleDelta().y()
        lines, self._turned = int(self._turned / _NOTCH), self._turned - int(self._turned / _NOTCH) * _NOTCH
        if lines:
            self.scrolled.emit(-lines)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the output."""
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        if event.key() in steps:
            self.walked.emit(*steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Room for a row of blocks."""
        return QSize(720, 220)

    def minimumSizeHint(self) -> QSize:
        """The numbers alone."""
        return QSize(280, 120)

    def _hover(self, spot: Spot | None) -> None:
        if spot != self._spot:
            self._spot = spot
            self.hovered.emit(spot)
