"""The sheet moves on its own while something is dragged at the edge of the view."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QTimer

EDGE: Final = 28
"""Pixels from the edge of the view at which the sheet begins to move."""

_TICK_MS: Final = 16
_SLOWEST: Final = 3.0
_FASTEST: Final = 24.0
"""Pixels for each tick: at the inner border of the edge, and a whole edge outside the view."""


class AutoPan(QObject):
    """Calls `pan` while the pointer is at the edge. It has to have been away from there, or be told."""

    def __init__(self, owner: QObject, area: Callable[[], QRect], pan: Callable[[QPoint], None]) -> None:
        super().__init__(owner)
        self._area = area
        self._pan = pan
        self._way = QPoint()
        self._armed = False
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(lambda: self._pan(self._way))

    @property
    def is_panning(self) -> bool:
        """Whether the sheet is moving."""
        return self._timer.isActive()

    def follow(self, pixel: QPoint, *, armed: bool = False) -> None:
        """The pointer is there; `armed` where it need not have been inside first."""
        self._way = way(pixel, self._area())
        self._armed = self._armed or armed or self._way.isNull()
        if self._way.isNull() or not self._armed:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Nothing is dragged any more."""
        self._timer.stop()
        self._armed = False


def way(pixel: QPoint, area: QRect) -> QPoint:
    """How far the sheet goes in one tick: the faster, the farther out the pointer is."""
    return QPoint(
        _speed(pixel.x() - area.left(), area.right() - pixel.x()),
        _speed(pixel.y() - area.top(), area.bottom() - pixel.y()),
    )


def _speed(before: int, behind: int) -> int:
    """Forwards for a pointer near the first edge, backwards near the second, 0 between."""
    for room, sign in ((before, 1), (behind, -1)):
        if room < EDGE:
            depth = min((EDGE - room) / (2 * EDGE), 1.0)
            return sign * round(_SLOWEST + (_FASTEST - _SLOWEST) * depth)
    return 0
