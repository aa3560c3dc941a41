"""The canvas from far away: all wires in one stroke, all cards of a kind in one go.

Thousands of cards are seen then, and Qt takes 10 µs for each item it is asked to paint by itself. What is
painted is what `CardPicture.paint_block` and `EdgeItem.paint` paint at this zoom: neither maps nor labels.
"""

from collections import defaultdict
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.items.canvas_style import BLOCK_LABEL, NO_PEN
from gui.canvas.items.node_item import NodeItem
from gui.canvas.scene import CanvasScene
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH

FAR: Final = BLOCK_LABEL
"""Zoom below which the canvas is painted like this."""

_MARK: Final = 40.0


def paint_far(painter: QPainter, scene: CanvasScene, viewport: QWidget) -> None:
    """Everything on the canvas but its ground; the painter maps the scene to the viewport."""
    others = sorted(scene.others, key=lambda item: item.zValue())
    for item in others:
        if item.zValue() < 0:
            _paint_one(painter, item, viewport)
    _paint_wires(painter, scene, viewport)
    _paint_cards(painter, scene, viewport)
    for item in others:
        if item.zValue() >= 0:
            _paint_one(painter, item, viewport)


def _paint_wires(painter: QPainter, scene: CanvasScene, viewport: QWidget) -> None:
    plain = QPainterPath()
    marked = []
    for item in scene.edges.values():
        if item.selected or item.hovered:
            marked.append(item)
        elif item.isVisible():
            plain.addPolygon(item.corners)
    painter.setPen(scene.look.wire_far)
    painter.drawPath(plain)
    for item in marked:
        _paint_one(painter, item, viewport)


def _paint_cards(painter: QPainter, scene: CanvasScene, viewport: QWidget) -> None:
    look = scene.look
    blocks: defaultdict[str, list[QRectF]] = defaultdict(list)
    marks: list[QRectF] = []
    special: list[NodeItem] = []
    for item in scene.nodes.values():
        content = item.content
        if item.selected or content.bypassed or item.is_dimmed:
            special.append(item)
        elif item.isVisible():
            x, y = item.x(), item.y()
            blocks[content.role].append(QRectF(x, y, CARD_WIDTH, CARD_HEIGHT))
            if content.problem:
                marks.append(QRectF(x + CARD_WIDTH - _MARK, y, _MARK, CARD_HEIGHT))
    painter.setPen(NO_PEN)
    for role, rects in blocks.items():
        painter.setBrush(look.roles[role])
        painter.drawRects(rects)
    painter.setBrush(look.warning)
    painter.drawRects(marks)
    for item in special:
        _paint_one(painter, item, viewport)


def _paint_one(painter: QPainter, item: QGraphicsItem, viewport: QWidget) -> None:
    """As the scene would paint it."""
    if item.isVisible():
        painter.save()
        painter.setTransform(item.sceneTransform(), True)
        painter.setOpacity(item.effectiveOpacity())
        item.paint(painter, QStyleOptionGraphicsItem(), viewport)
        painter.restore()
