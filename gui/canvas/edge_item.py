"""A wire on the canvas, with the shape of what flows through it on a small pill."""

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.network import Edge
from gui.canvas.look import FULL_CARD, Look
from gui.canvas.routes import Route

_PILL_HEIGHT: Final = 18.0
_PILL_PAD: Final = 6.0


class EdgeItem(QGraphicsItem):
    """Shows what it is told; the view does everything with the mouse."""

    def __init__(self, edge: Edge, look: Look) -> None:
        super().__init__()
        self.edge = edge
        self.selected = False
        self.hovered = False
        self._look = look
        self._route = Route(QPainterPath(), QPointF(), 0.0)
        self._line: list[QPointF] = []
        self._polygon = QPolygonF()
        self._rect = QRectF()
        self.pill = PillItem(look)
        self.setZValue(-1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def route(self) -> Route:
        """The way it takes in the scene."""
        return self._route

    def set_route(self, route: Route) -> None:
        """Take another way."""
        if route.path == self._route.path and route.label == self._route.label:
            return
        self.prepareGeometryChange()
        self._route = route
        polygons = route.path.toSubpathPolygons()
        self._line = [QPointF(point) for polygon in polygons for point in polygon.toList()]
        self._polygon = QPolygonF([route.path.pointAtPercent(part / 4) for part in range(5)])
        self._rect = route.path.boundingRect().adjusted(-3, -3, 3, 3)
        self.pill.place(route.label, route.room)

    def restyle(self, look: Look) -> None:
        """Paint with another theme."""
        self._look = look
        self.pill.restyle(look)
        self.update()

    def set_state(self, *, selected: bool | None = None, hovered: bool | None = None) -> None:
        """Show whether it is selected, and whether the mouse or a dragged layer is over it."""
        selected = self.selected if selected is None else selected
        hovered = self.hovered if hovered is None else hovered
        if (selected, hovered) != (self.selected, self.hovered):
            self.selected, self.hovered = selected, hovered
            self.setZValue(-0.5 if selected or hovered else -1)
            self.update()

    def distance_to(self, point: QPointF) -> float:
        """How far a point of the scene is from the wire."""
        return min((_distance(point, a, b) for a, b in pairwise(self._line)), default=float("inf"))

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = self._look
        zoom = painter.worldTransform().m11()
        marked = self.selected or self.hovered
        if zoom < FULL_CARD and not marked:
            painter.setPen(look.wire_far)
            if zoom < FULL_CARD / 2:
                painter.drawPolyline(self._polygon)
                return
        else:
            painter.setPen(
                look.wire_selected if self.selected else look.wire_hovered if self.hovered else look.wire
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._route.path)


def _distance(point: QPointF, a: QPointF, b: QPointF) -> float:
    """From a point to the line between two others."""
    way, off = b - a, point - a
    squared = QPointF.dotProduct(way, way)
    along = 0.0 if squared == 0 else max(0.0, min(1.0, QPointF.dotProduct(off, way) / squared))
    rest = off - way * along
    return float(QPointF.dotProduct(rest, rest) ** 0.5)


class PillItem(QGraphicsItem):
    """The shape on a wire. It lies above all wires, so that none strikes its text through."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.text = ""
        self._look = look
        self._font: QFont = look.caption
        self._centre = QPointF()
        self._room = 0.0
        self._rect = QRectF()
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
        painter.setPen(look.hairline)
        painter.setBrush(look.surface)
        painter.drawRoundedRect(self._rect, _PILL_HEIGHT / 2, _PILL_HEIGHT / 2)
        painter.setPen(look.secondary)
        painter.setFont(self._font)
        painter.drawText(self._rect, Qt.AlignmentFlag.AlignCenter, self.text)

    def _measure(self) -> None:
        """Set in the caption size, or a smaller one; without a pill where neither fits."""
        self.prepareGeometryChange()
        look = self._look
        self._font, metrics = look.caption, look.caption_metrics
        if metrics.horizontalAdvance(self.text) + 8 > self._room:
            self._font, metrics = look.small, look.small_metrics
        words = metrics.horizontalAdvance(self.text)
        self._rect = QRectF()
        if self.text and words + 4 <= self._room:
            width = min(words + 2 * _PILL_PAD, self._room - 2)
            corner = self._centre - QPointF(width / 2, _PILL_HEIGHT / 2)
            self._rect = QRectF(corner.x(), corner.y(), width, _PILL_HEIGHT)
        self.setVisible(not self._rect.isEmpty())
        self.update()


class WirePreviewItem(QGraphicsItem):
    """The wire that is being drawn, from a port to the mouse or to the port it has snapped to."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._path = QPainterPath()
        self._snapped = False
        self.setZValue(4)

    def show_wire(self, start: QPointF, end: QPointF, *, snapped: bool) -> None:
        """Draw it from an output side to an input side."""
        self.prepareGeometryChange()
        half = max(abs(end.x() - start.x()) / 2, 30.0)
        self._path = QPainterPath(start)
        self._path.cubicTo(QPointF(start.x() + half, start.y()), QPointF(end.x() - half, end.y()), end)
        self._snapped = snapped

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect().adjusted(-8, -8, 8, 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.wire_selected if self._snapped else self._look.wire_hovered)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
