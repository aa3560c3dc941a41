"""A switch with a box that is seen on light and on dark ground: the platform's own vanishes on the latter."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox

_SIDE: Final = 16
_GAP: Final = 8
_ROUND: Final = 4
_TICK: Final = ((4.0, 8.4), (6.9, 11.2), (12.0, 5.2))


class CheckBox(QCheckBox):
    """Yes or no, with its text beside it."""

    def sizeHint(self) -> QSize:
        """The box, the text, and room for the focus ring."""
        metrics = self.fontMetrics()
        width = _SIDE + _GAP + metrics.horizontalAdvance(self.text()) + 4
        return QSize(width, max(_SIDE + 6, metrics.height() + 4))

    def hitButton(self, place: object) -> bool:
        """The text switches too."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Empty with a line around it, or filled with a tick."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colours = self.palette()
            on, accent = self.isChecked(), colours.color(QPalette.ColorRole.Accent)
            box = QRectF(1.5, (self.height() - _SIDE) / 2 + 0.5, _SIDE - 1, _SIDE - 1)
            edge = colours.color(QPalette.ColorRole.PlaceholderText)
            painter.setPen(QPen(accent if on or self.hasFocus() else edge, 1.0))
            painter.setBrush(accent if on else colours.color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(box, _ROUND, _ROUND)
            if on:
                pen = QPen(colours.color(QPalette.ColorRole.HighlightedText), 1.8)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                corner = box.topLeft() - QPointF(0.5, 0.5)
                painter.drawPolyline(QPolygonF([corner + QPointF(x, y) for x, y in _TICK]))
            if self.hasFocus() and on:
                painter.setPen(QPen(colours.color(QPalette.ColorRole.WindowText), 1.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), _ROUND + 1, _ROUND + 1)
            role = QPalette.ColorRole.WindowText if self.isEnabled() else QPalette.ColorRole.PlaceholderText
            painter.setPen(colours.color(role))
            room = self.rect().adjusted(_SIDE + _GAP, 0, 0, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
