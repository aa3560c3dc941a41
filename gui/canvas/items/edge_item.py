"""A wire on the canvas, and the one that is being drawn."""

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.model.network import Edge
from gui.canvas.geometry.routes import Route
from gui.canvas.items.canvas_style import ANTIALIASED, FULL_CARD, NO_BRUSH, CanvasStyle
from gui.canvas.items.shape_label import ShapeLabel

_BEND_RADIUS: Final = 4.0
_LEAST_LEVEL: Final = 48.0
"""A level piece shorter than this is no place for words."""
_LABEL_ROOM: Final = 200.0

_NOWHERE: Final = Route(QPainterPath(), ())


class EdgeItem(QGraphicsItem):
    """Shows what it is told; the view does everything with the mouse."""

    def __init__(self, edge: Edge, look: CanvasStyle) -> None:
        super().__init__()
        self.edge = edge
        self.selected = False
        self.hovered = False
        self._look = look
        self._route = _NOWHERE
        self._line: list[QPointF] | None = None
        self._polygon: QPolygonF | None = None
        self._rect = QRectF()
        self._label: ShapeLabel | None = None
        self.bends: list[QPointF] = []
        """Points that it is led through."""
        self.setZValue(-1)

    def set_text(self, text: str) -> None:
        """Write on the wire what it carries, where that is not what its neighbours carry; or nothing."""
        if self._label is None and text:
            self._label = ShapeLabel(self, self._look)
            self._place_label()
        if self._label is not None:
            self._label.set_text(text)

    def set_bends(self, bends: list[QPointF]) -> None:
        """It is led through these points."""
        if bends != self.bends:
            self.bends = bends
            self.update()

    def bend_at(self, point: QPointF, reach: float) -> int | None:
        """The point that it is led through near a point of the scene, by its number."""
        offs = [(point - bend).manhattanLength() for bend in self.bends]
        return min(range(len(offs)), key=offs.__getitem__) if offs and min(offs) <= reach else None

    @property
    def text(self) -> str:
        """What is written on the wire itself."""
        return "" if self._label is None else self._label.text

    @property
    def route(self) -> Route:
        """The way it takes in the scene."""
        return self._route

    def set_route(self, route: Route) -> None:
        """Take another way."""
        if route.corners == self._route.corners and route.path == self._route.path:
            return
        self.prepareGeometryChange()
        self._route = route
        self._line = None
        self._polygon = None
        self._rect = route.path.boundingRect().adjusted(-6, -6, 6, 6)
        self._place_label()

    def _place_label(self) -> None:
        """On the longest level piece of the way, or else halfway."""
        if self._label is None or not self._route.corners:
            return
        level = [
            (abs(b.x() - a.x()), (a + b) / 2)
            for a, b in pairwise(self._route.corners)
            if abs(b.y() - a.y()) < 1
        ]
        length, middle = max(level, key=lambda piece: piece[0], default=(0.0, QPointF()))
        if length < _LEAST_LEVEL:
            length, middle = _LABEL_ROOM, self._route.path.pointAtPercent(0.5)
        self._label.place(middle, min(length, _LABEL_ROOM))

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        self._look = look
        if self._label is not None:
            self._label.restyle(look)
        self.update()

    def set_state(self, *, selected: bool, hovered: bool) -> None:
        """Show whether it is selected, and whether the mouse or a dragged layer is over it."""
        if (selected, hovered) != (self.selected, self.hovered):
            self.selected, self.hovered = selected, hovered
            self.setZValue(-0.5 if selected or hovered else -1)
            if self._label is not None:
                self._label.set_marked(selected=selected, hovered=hovered)
            self.update()

    def distance_to(self, point: QPointF) -> float:
        """How far a point of the scene is from the wire."""
        return min((_distance(point, a, b) for a, b in pairwise(self._points)), default=float("inf"))

    def is_crossed(self, stroke: QLineF) -> bool:
        """Whether a line of the scene crosses the wire."""
        bounded = QLineF.IntersectionType.BoundedIntersection
        return any(stroke.intersects(QLineF(a, b))[0] == bounded for a, b in pairwise(self._points))

    @property
    def _points(self) -> list[QPointF]:
        if self._line is None:  # only wires near the mouse are ever asked
            polygons = self._route.path.toSubpathPolygons()
            self._line = [QPointF(point) for polygon in polygons for point in polygon.toList()]
        return self._line

    @property
    def corners(self) -> QPolygonF:
        """The way in straight lines, as it is painted from afar."""
        if self._polygon is None:  # many wires are never seen from afar
            self._polygon = QPolygonF(list(self._route.corners))
        return self._polygon

    def boundingRect(self) -> QRectF:
        return self._rect if self._label is None else self._rect.united(self._label.bounds)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = self._look
        zoom = painter.worldTransform().m11()
        marked = self.selected or self.hovered
        if zoom < FULL_CARD and not marked:
            painter.setPen(look.wire_far)
            if zoom < FULL_CARD / 2:
                painter.drawPolyline(self.corners)
                return
        else:
            painter.setPen(
                look.wire_selected if self.selected else look.wire_hovered if self.hovered else look.wire
            )
        painter.setRenderHint(ANTIALIASED)
        painter.setBrush(NO_BRUSH)
        painter.drawPath(self._route.path)
        for bend in self.bends if zoom >= FULL_CARD else ():
            painter.setBrush(look.surface)
            painter.drawEllipse(bend, _BEND_RADIUS, _BEND_RADIUS)
        if self._label is not None:
            self._label.paint(painter, zoom)


def _distance(point: QPointF, a: QPointF, b: QPointF) -> float:
    """From a point to the line between two others."""
    way, off = b - a, point - a
    squared = QPointF.dotProduct(way, way)
    along = 0.0 if squared == 0 else max(0.0, min(1.0, QPointF.dotProduct(off, way) / squared))
    rest = off - way * along
    return float(QPointF.dotProduct(rest, rest) ** 0.5)


class WirePreviewItem(QGraphicsItem):
    """The wire that is being drawn, from a port to the mouse or to the port it has snapped to."""

    def __init__(self, look: CanvasStyle) -> None:
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
        painter.setRenderHint(ANTIALIASED)
        painter.setPen(self._look.wire_selected if self._snapped else self._look.wire_hovered)
        painter.setBrush(NO_BRUSH)
        painter.drawPath(self._path)
