"""Cutting wires with a stroke."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.model.network import Edge
from gui.canvas.gestures.gesture import Gesture, Pointer, Tools
from gui.canvas.items.canvas_style import CanvasStyle


class CutGesture(Gesture):
    """Ctrl and the right button draw a line; every wire that it crosses is cut, all in one step."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._stroke = QPolygonF()
        self._item = StrokeItem(tools.scene.look)
        self._cut: dict[Edge, None] = {}

    def start(self, pointer: Pointer) -> None:
        self._stroke.append(pointer.scene)
        self.tools.scene.addItem(self._item)

    def move(self, pointer: Pointer) -> None:
        line = QLineF(self._stroke.last(), pointer.scene)
        if line.length() * pointer.zoom < 2:
            return
        self._stroke.append(pointer.scene)
        self._item.show_stroke(self._stroke)
        around = QRectF(line.p1(), line.p2()).normalized().adjusted(-1, -1, 1, 1)
        for edge, item in self.tools.scene.edges.items():
            if edge not in self._cut and item.boundingRect().intersects(around) and item.is_crossed(line):
                self._cut[edge] = None
                item.set_state(selected=True, hovered=True)

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        cut = list(self._cut)
        self.cancel()
        self.tools.commands.cut_wires(cut)

    def cancel(self) -> None:
        scene = self.tools.scene
        scene.removeItem(self._item)
        for edge in self._cut:
            scene.edges[edge].set_state(selected=edge == scene.selected_edge, hovered=False)
        self._cut = {}


class StrokeItem(QGraphicsItem):
    """The line that cuts."""

    def __init__(self, look: CanvasStyle) -> None:
        super().__init__()
        self._look = look
        self._stroke = QPolygonF()
        self.setZValue(6)

    def show_stroke(self, stroke: QPolygonF) -> None:
        """Draw this line."""
        self.prepareGeometryChange()
        self._stroke = QPolygonF(stroke)

    def boundingRect(self) -> QRectF:
        return self._stroke.boundingRect().adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.cut)
        painter.drawPolyline(self._stroke)
