"""What lies over a presented lesson: the lecturer's light, and the black screen."""

from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

SPOT: Final = 44
"""Radius of the pointer's light, in pixels."""


class Light(QWidget):
    """A soft disc that follows the mouse, so that the last row sees where the lecturer points."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._at: QPoint | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(2500)
        self._rest.timeout.connect(self._on_rest)

    def follow(self, at: QPoint) -> None:
        """Shine there."""
        before, self._at = self._at, at
        for place in (before, at):
            if place is not None:
                self.update(place.x() - SPOT - 2, place.y() - SPOT - 2, 2 * SPOT + 4, 2 * SPOT + 4)
        self.raise_()
        self._rest.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The disc, where there is one."""
        if self._at is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(230, 159, 0, 220))
            painter.setBrush(QColor(230, 159, 0, 60))
            painter.drawEllipse(self._at, SPOT, SPOT)

    def _on_rest(self) -> None:
        self._at = None
        self.update()


class Blank(QWidget):
    """A black screen: everybody looks at the lecturer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()

    def toggle(self) -> None:
        """Black, or back."""
        self.setVisible(self.isHidden())
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing but black."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor("black"))
