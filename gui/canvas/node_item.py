"""A node on the canvas: its card, the ports at its sides, and the reason when something is wrong."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.card import CardContent, wrapped
from gui.canvas.group_picture import GroupPicture
from gui.canvas.look import FULL_CARD, ICON, Look
from gui.canvas.painting import BEYOND, CARD, CardPicture, draw_icon, sharpness
from gui.canvas.pill_item import PillItem
from gui.theme import CARD_HEIGHT, CARD_WIDTH, RADIUS

PORT_RADIUS: Final = 5.0
_BOUNDS: Final = CARD.adjusted(-BEYOND, -BEYOND, BEYOND, BEYOND)
_DIMMED: Final = 0.3
_BYPASSED: Final = 0.4
"""How much is left to be seen of a card that only passes its input on."""

_REASON_WIDTH: Final = 248.0
"""From the card's left edge nearly to the next column, where it covers neither shapes nor cards."""

_REASON_LINE: Final = 14.0


class NodeItem(QGraphicsItem):
    """Shows what it is told; the view does everything with the mouse."""

    def __init__(self, node_id: str, content: CardContent, look: Look) -> None:
        super().__init__()
        self.node_id = node_id
        self.content = content
        self.selected = False
        self.focused = False
        self.stale = False
        self._ports = ""
        self._thumbnail: QPixmap | None = None
        self._picture = _picture(content, look)
        self._reason: ReasonItem | None = None
        self.pill = PillItem(look)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._show_reason()

    @property
    def input_port(self) -> QPointF:
        """Where wires end, in the scene."""
        return self.pos() + QPointF(0, CARD_HEIGHT / 2)

    @property
    def output_port(self) -> QPointF:
        """Where wires begin, in the scene."""
        return self.pos() + QPointF(CARD_WIDTH, CARD_HEIGHT / 2)

    @property
    def card(self) -> QRectF:
        """The card in the scene."""
        return CARD.translated(self.pos())

    @property
    def reason_rect(self) -> QRectF:
        """Where the reason stands in the scene; empty when nothing is wrong."""
        if self._reason is None or not self._reason.isVisible():
            return QRectF()
        return self._reason.sceneBoundingRect()

    def restyle(self, look: Look) -> None:
        """Paint with another theme."""
        self._picture = _picture(self.content, look)
        self.pill.restyle(look)
        self._show_reason()
        self.update()

    def set_content(self, content: CardContent) -> None:
        """Say something else."""
        self.content = content
        self._picture = _picture(content, self._picture.look)
        self._show_reason()
        self.update()

    def set_thumbnail(self, picture: QPixmap | None) -> None:
        """Show the strongest map, or none."""
        self._thumbnail = picture
        self.stale = False
        self.update()

    def set_stale(self, stale: bool) -> None:
        """Dim the map while a newer one is computed."""
        if stale != self.stale:
            self.stale = stale
            self.update()

    def set_selected(self, selected: bool, *, focused: bool = False) -> None:
        """Show the accent outline; `focused` adds the ring of the keyboard's place."""
        if (selected, focused) != (self.selected, self.focused):
            self.selected, self.focused = selected, focused
            self._restack()
            self.update()

    def show_ports(self, ports: str) -> None:
        """Show where wires can be drawn from or to: "in", "out", "both" or nothing."""
        if ports != self._ports:
            self._ports = ports
            self.update()

    def set_dimmed(self, dimmed: bool) -> None:
        """Step back while a wire is drawn that cannot end here."""
        for item in (self, self.pill):
            item.setOpacity(_DIMMED if dimmed else 1.0)

    def boundingRect(self) -> QRectF:
        return _BOUNDS

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = painter.worldTransform().m11()
        picture = self._picture
        thumbnail = self._thumbnail if self.content.has_map else None
        whole = painter.opacity()
        if self.content.bypassed:
            painter.setOpacity(whole * _BYPASSED)
        if zoom < FULL_CARD:
            picture.paint_block(painter, zoom, thumbnail, stale=self.stale, selected=self.selected)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture.paint(painter, thumbnail, stale=self.stale, selected=self.selected)
        look = picture.look
        if self.content.bypassed:
            painter.setOpacity(whole)
            painter.setPen(look.wire_passing)
            painter.drawLine(QPointF(0, CARD_HEIGHT / 2), QPointF(CARD_WIDTH, CARD_HEIGHT / 2))
        if self.focused:
            painter.setPen(look.ring)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(CARD.adjusted(-5, -5, 5, 5), RADIUS + 4, RADIUS + 4)
        if self._ports:
            painter.setPen(look.outline)
            painter.setBrush(look.surface)
            if self.content.has_input and self._ports != "out":
                painter.drawEllipse(QPointF(0, CARD_HEIGHT / 2), PORT_RADIUS, PORT_RADIUS)
            if self._ports != "in":
                painter.drawEllipse(QPointF(CARD_WIDTH, CARD_HEIGHT / 2), PORT_RADIUS, PORT_RADIUS)

    def _show_reason(self) -> None:
        # Most cards never have one, and an item costs as much as a card's words.
        if self._reason is None and self.content.problem:
            self._reason = ReasonItem(self)
        if self._reason is not None:
            self._reason.show_reason(self.content.problem, self._picture.look)
        self._restack()

    def _restack(self) -> None:
        # Reasons and glows lie over the neighbouring cards.
        self.setZValue(2 if self.selected else 1 if self.content.problem else 0)


def _picture(content: CardContent, look: Look) -> CardPicture:
    return GroupPicture(content, look) if content.parts else CardPicture(content, look)


class ReasonItem(QGraphicsItem):
    """The words below a card that say what is wrong with it."""

    def __init__(self, card: NodeItem) -> None:
        super().__init__(card)
        self._lines: tuple[str, ...] = ()
        self._rect = QRectF()
        self._look: Look | None = None
        self.setVisible(False)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_reason(self, reason: str, look: Look) -> None:
        """Show these words, all of them; none hides the badge."""
        self.prepareGeometryChange()
        self._look = look
        room = _REASON_WIDTH - ICON - 20
        self._lines = wrapped(reason, look, room, 12)
        wide = max((look.caption_metrics.horizontalAdvance(line) for line in self._lines), default=0.0)
        width = min(wide + ICON + 20, _REASON_WIDTH)
        height = _REASON_LINE * len(self._lines) + 8
        self._rect = QRectF(0, CARD_HEIGHT + 5, width, height)
        self.setVisible(bool(reason))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = self._look
        if look is None or painter.worldTransform().m11() < FULL_CARD:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.warning)
        painter.drawRoundedRect(self._rect, 5, 5)
        corner = self._rect.topLeft()
        draw_icon(painter, corner + QPointF(6, 4), look.warning_icon(sharpness(painter)))
        painter.setPen(look.on_warning)
        painter.setFont(look.caption)
        for number, line in enumerate(self._lines):
            painter.drawText(QPointF(corner.x() + ICON + 12, corner.y() + 15 + _REASON_LINE * number), line)


class GhostItem(QGraphicsItem):
    """The card that follows a layer dragged over the canvas."""

    def __init__(self, content: CardContent, look: Look) -> None:
        super().__init__()
        self._picture = CardPicture(content, look)
        self.setOpacity(0.7)
        self.setZValue(5)

    def boundingRect(self) -> QRectF:
        return _BOUNDS

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._picture.paint(painter, None, stale=False, selected=True)
