"""A cost over the width of a reduction: the line, where it breaks even, and the width that is chosen."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX, GRID, ROLE_COLOURS

_LEFT: Final = 1
_TOP: Final = 18
_BOTTOM: Final = 18


class TradeOff(QWidget):
    """Costs from width 0 to `most` as a straight line, the cost without the 1×1 as a level.

    Shaded is what is saved. A click, or a drag, asks for another width.
    """

    width_wanted = Signal(float)
    """The width under the mouse."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._most = 1.0
        self._line = (0.0, 1.0)
        self._level = 1.0
        self._chosen = 0.0
        self._caption = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click or drag to choose the width")
        appearance.palette_changed.connect(self.update)

    def show_line(
        self, *, most: float, ends: tuple[float, float], level: float, chosen: float, caption: str
    ) -> None:
        """`ends`: the cost at width 0 and at `most`; `level`: without the 1×1; `caption` names the cost."""
        self._most, self._line, self._level, self._chosen = most, ends, level, chosen
        self._caption = caption
        self.setAccessibleName(f"{caption} over the width of the 1×1")
        self.update()

    @property
    def break_even(self) -> float:
        """The width where the line meets the level."""
        low, high = self._line
        return (self._level - low) / (high - low) * self._most if high > low else 0.0

    def x_of(self, width: float) -> float:
        """Where a width lies, in pixels from the left."""
        return _LEFT + (self.width() - 2 * _LEFT) * width / self._most

    def sizeHint(self) -> QSize:
        """Wide enough to choose a width by hand."""
        return QSize(300, 112)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the width under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on choosing."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position().x())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shade, line, level, the chosen width."""
        colours = self._appearance.palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            top, bottom = float(_TOP), float(self.height() - _BOTTOM)
            tallest = max(*self._line, self._level) or 1.0

            def at(width: float, cost: float) -> QPointF:
                return QPointF(self.x_of(width), bottom - (bottom - top) * cost / tallest)

            start, end = at(0, self._line[0]), at(self._most, self._line[1])
            even = min(max(self.break_even, 0.0), self._most)
            meet = at(even, self._level)
            saved = QColor(colours.good)
            saved.setAlpha(36)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(saved)
            painter.drawPolygon(QPolygonF([start, at(0, self._level), meet]))
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(_LEFT, bottom), QPointF(self.width() - _LEFT, bottom))
            painter.setPen(QPen(QColor(colours.secondary), 1, Qt.PenStyle.DashLine))
            painter.drawLine(at(0, self._level), at(self._most, self._level))
            painter.drawLine(meet, QPointF(meet.x(), bottom))
            painter.setPen(QPen(QColor(ROLE_COLOURS["pointwise"]), 2))
            painter.drawLine(start, end)
            self._words(painter, meet, top, bottom)
            cost = self._line[0] + (self._line[1] - self._line[0]) * self._chosen / self._most
            here = at(self._chosen, cost)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawLine(QPointF(here.x(), bottom), here)
            painter.setPen(QPen(QColor(colours.surface), 2))
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(here, 5, 5)

    def _words(self, painter: QPainter, meet: QPointF, top: float, bottom: float) -> None:
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(self._appearance.palette.secondary))
        above = QRectF(_LEFT, meet.y() - 16, self.width() - 2 * _LEFT, 15)
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, f"{self._caption} without the 1×1")
        below = QRectF(0, bottom + 2, 120, 15)
        below.moveCenter(QPointF(meet.x(), below.center().y()))
        below.moveRight(min(below.right(), self.width() - float(GRID) / 2))
        below.moveLeft(max(below.left(), 0.0))
        right = meet.x() + 60 > self.width() - GRID / 2
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(below, side, f"breaks even at {self.break_even:.1f}")

    def _choose(self, x: float) -> None:
        share = (x - _LEFT) / max(self.width() - 2 * _LEFT, 1)
        self.width_wanted.emit(min(max(share, 0.0), 1.0) * self._most)
