"""The shape on the wires: `64×56×56` on a small pill."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QGraphicsItem

from gui.canvas.items.canvas_style import ANTIALIASED, CENTRED, FULL_CARD, CanvasStyle

_PILL_HEIGHT: Final = 18.0
_PILL_PAD: Final = 6.0


class ShapeLabel:
    """The shape of what a node puts out, where its wires begin. The node paints it, above all wires.

    It is no item of its own: a third of all items would cost a third of every frame.
    """

    def __init__(self, node: QGraphicsItem, look: CanvasStyle) -> None:
        self.text = ""
        self._node = node
        self._look = look
        self._font: QFont = look.caption
        self._centre = QPointF()
        self._room = 0.0
        self._marks = (False, False)
        self._rect = QRectF()

    @property
    def rect(self) -> QRectF:
        """Where the shape is written in the scene; empty where it does not fit."""
        return self._rect.translated(self._node.pos()) if not self._rect.isEmpty() else QRectF()

    @property
    def bounds(self) -> QRectF:
        """What is painted, in the node's coordinates."""
        return self._rect.adjusted(-2, -2, 2, 2) if not self._rect.isEmpty() else QRectF()

    def set_text(self, text: str) -> None:
        """Write another shape; nothing hides the pill."""
        if text != self.text:
            self.text = text
            if self._room:  # else it is placed next
                self._measure()

    def set_marked(self, *, selected: bool = False, hovered: bool = False) -> None:
        """Show that the wire below is selected, or the mouse over it."""
        if self._marks != (selected, hovered):
            self._marks = (selected, hovered)
            self._node.update()

    def place(self, centre: QPointF, room: float) -> None:
        """Stand there in the scene, no wider than `room`."""
        centre = centre - self._node.pos()
        if (centre, room) != (self._centre, self._room):
            self._centre, self._room = centre, room
            self._measure()

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        self._look = look
        self._measure()

    def paint(self, painter: QPainter, zoom: float) -> None:
        """Pill and words, in the node's coordinates."""
        if zoom < FULL_CARD or self._rect.isEmpty():
            return
        look = self._look
        painter.setRenderHint(ANTIALIASED)
        selected, hovered = self._marks
        painter.setPen(look.outline if selected else look.wire_hovered if hovered else look.hairline)
        painter.setBrush(look.surface)
        painter.drawRoundedRect(self._rect, _PILL_HEIGHT / 2, _PILL_HEIGHT / 2)
        painter.setPen(look.secondary)
        painter.setFont(self._font)
        painter.drawText(self._rect, CENTRED, self.text)

    def _measure(self) -> None:
        """Set in the caption size, or a smaller one; without a pill where neither fits."""
        rect = self._fitted() if self.text and self._room > 0 else QRectF()
        if rect != self._rect:
            self._node.prepareGeometryChange()
            self._rect = rect
        self._node.update()

    def _fitted(self) -> QRectF:
        look = self._look
        self._font, words = look.caption, look.caption_width(self.text)
        if words + 8 > self._room:
            self._font, words = look.small, look.small_width(self.text)
        if words + 4 > self._room:
            return QRectF()
        width = min(words + 2 * _PILL_PAD, self._room - 2)
        return QRectF(self._centre.x() - width / 2, self._centre.y() - _PILL_HEIGHT / 2, width, _PILL_HEIGHT)
