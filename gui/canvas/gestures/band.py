"""Selecting with a rubber band."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools
from gui.canvas.items.canvas_style import CanvasStyle


class BandGesture(Gesture):
    """A rectangle from empty canvas selects the cards it touches; Shift adds them, Ctrl toggles them."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._origin: Pointer | None = None
        self._item: BandItem | None = None
        self._chosen: frozenset[str] = frozenset()

    def start(self, pointer: Pointer) -> None:
        self._origin = pointer
        self._chosen = self._combined(pointer, frozenset())

    def move(self, pointer: Pointer) -> None:
        if self._origin is None:
            return
        if self._item is None:
            if (pointer.pixel - self._origin.pixel).manhattanLength() < DRAG_DISTANCE:
                return
            self._item = BandItem(self.tools.scene.look)
            self.tools.scene.addItem(self._item)
        rect = QRectF(self._origin.scene, pointer.scene).normalized()
        self._item.set_rect(rect)
        nodes = self.tools.scene.nodes
        touched = frozenset(one for one, item in nodes.items() if item.card.intersects(rect))
        self._chosen = self._combined(pointer, touched)
        self.tools.scene.show_selection(self._chosen)

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        self._drop_band()
        self.tools.selection.select(self._chosen)

    def cancel(self) -> None:
        self._drop_band()
        self.tools.scene.show_selection(self.tools.selection.ids)

    def _combined(self, pointer: Pointer, touched: frozenset[str]) -> frozenset[str]:
        before = self.tools.selection.ids
        if pointer.toggles:
            return before ^ touched
        return before | touched if pointer.adds else touched

    def _drop_band(self) -> None:
        if self._item is not None:
            self.tools.scene.removeItem(self._item)
            self._item = None


class BandItem(QGraphicsItem):
    """The rubber band."""

    def __init__(self, look: CanvasStyle) -> None:
        super().__init__()
        self._look = look
        self._rect = QRectF()
        self.setZValue(6)

    def set_rect(self, rect: QRectF) -> None:
        """Span another part of the scene."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setPen(self._look.band_edge)
        painter.setBrush(self._look.band)
        painter.drawRect(self._rect)
