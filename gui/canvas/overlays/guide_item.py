"""The thin lines that show what a dragged card is in line with."""

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.geometry.arranging import Guide
from gui.canvas.items.canvas_style import CanvasStyle


class GuideItem(QGraphicsItem):
    """Lies above wires and below cards."""

    def __init__(self, look: CanvasStyle) -> None:
        super().__init__()
        self._pen = QPen(look.accent, 1)
        self._pen.setCosmetic(True)
        self._lines: list[QLineF] = []
        self._rect = QRectF()
        self.setZValue(-0.1)

    @property
    def is_shown(self) -> bool:
        """Whether there is a line."""
        return bool(self._lines)

    def show_guides(self, guides: tuple[Guide, ...]) -> None:
        """Show these lines and no others."""
        lines = [QLineF(QPointF(*guide.start), QPointF(*guide.end)) for guide in guides]
        if lines == self._lines:
            return
        self.prepareGeometryChange()
        self._lines = lines
        rect = QRectF()
        for line in lines:
            rect = rect.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2))
        self._rect = rect
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setPen(self._pen)
        painter.drawLines(self._lines)
