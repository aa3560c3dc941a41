"""The shape on the wires: `64×56×56` on a small pill."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.look import FULL_CARD, Look

_PILL_HEIGHT: Final = 18.0
_PILL_PAD: Final = 6.0


class PillItem(QGraphicsItem):
    """The shape of what a node puts out, where its wires begin. It lies above all wires."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.text = ""
        self._look = look
        self._font: QFont = look.caption
        self._centre = QPointF()
        self._room = 0.0
        self._marks = (False, False)
        self._rect = QRectF()
        self.setVisible(False)
        self.setZValue(-0.25)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def rect(self) -> QRectF:
        """Where the shape is written in the scene; empty where it does not fit."""
        return self._rect

    def set_text(self, text: str) -> None:
        """Write another shape; nothing hides the pill."""
        if text != self.text:
            self.text = text
            self._measure()

    def set_marked(self, *, selected: bool = False, hovered: bool = False) -> None:
        """Show that the wire below is selected, or the mouse over it."""
        if self._marks != (selected, hovered):
            self._marks = (selected, hovered)
            self.update()

    def place(self, centre: QPointF, room: float) -> None:
        """Stand there, no wider than `room`."""
        self._centre, self._room = centre, room
        self._measure()

    def restyle(self, look: Look) -> None:
        """Paint with another theme."""
        self._look = look
        self._measure()

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if painter.worldTransform().m11() < FULL_CARD:
            return
        look = self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected, hovered = self._marks
        painter.setPen(look.outline if selected else look.wire_hovered if hovered else look.hairline)
        painter.setBrush(look.surface)
        painter.drawRoundedRect(self._rect, _PILL_HEIGHT / 2, _PILL_HEIGHT / 2)
        painter.setPen(look.secondary)
        painter.setFont(self._font)
        painter.drawText(self._rect, Qt.AlignmentFlag.AlignCenter, self.text)

    def _measure(self) -> None:
        """Set in the caption size, or a smaller one; without a pill where neither fits."""
        rect = self._fitted() if self.text and self._room > 0 else QRectF()
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self.setVisible(not rect.isEmpty())
        self.update()

    def _fitted(self) -> QRectF:
        look = self._look
        self._font, words = look.caption, look.caption_width(self.text)
        if words + 8 > self._room:
            self._font, words = look.small, look.small_width(self.text)
        if words + 4 > self._room:
            return QRectF()
        width = min(words + 2 * _PILL_PAD, self._room - 2)
        corner = self._centre - QPointF(width / 2, _PILL_HEIGHT / 2)
        return QRectF(corner.x(), corner.y(), width, _PILL_HEIGHT)
