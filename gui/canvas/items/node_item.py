"""A node on the canvas: its card, the ports at its sides, and the reason when something is wrong."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.items.answer_item import AnswerItem, room_for_answer
from gui.canvas.items.canvas_style import ANTIALIASED, FULL_CARD, NO_BRUSH, CanvasStyle
from gui.canvas.items.card import CardContent
from gui.canvas.items.group_picture import GroupPicture
from gui.canvas.items.painting import BEYOND, CARD, CardPicture
from gui.canvas.items.reason_item import ReasonItem
from gui.canvas.items.shape_label import ShapeLabel
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH, RADIUS

PORT_RADIUS: Final = 5.0
_PORTS: Final = (
    (QPointF(0, CARD_HEIGHT / 2), QPointF(CARD_WIDTH, CARD_HEIGHT / 2)),
    (QPointF(CARD_WIDTH / 2, 0), QPointF(CARD_WIDTH / 2, CARD_HEIGHT)),
)
"""Where wires end and begin when the network runs to the right, and when it runs down."""
_BOUNDS: Final = CARD.adjusted(-BEYOND, -BEYOND, BEYOND, BEYOND)
_DIMMED: Final = 0.3
_BYPASSED: Final = 0.4
"""How much is left to be seen of a card that only passes its input on."""


class NodeItem(QGraphicsItem):
    """Shows what it is told; the view does everything with the mouse."""

    def __init__(self, node_id: str, content: CardContent, look: CanvasStyle) -> None:
        super().__init__()
        self.node_id = node_id
        self.content = content
        self.selected = False
        self.focused = False
        self.stale = False
        self._ports = ""
        self._dimmed = False
        self._height = 0
        self._down = False
        self._thumbnail: QPixmap | None = None
        self._picture = _picture(content, look)
        self._reason: ReasonItem | None = None
        self.answer: AnswerItem | None = None
        """The classes that come out of it, by name; only where some do."""
        self.pill = ShapeLabel(self, look)
        self._show_reason()

    @property
    def input_port(self) -> QPointF:
        """Where wires end, in the scene."""
        return self.pos() + _PORTS[self._down][0]

    @property
    def output_port(self) -> QPointF:
        """Where wires begin, in the scene."""
        return self.pos() + _PORTS[self._down][1]

    def set_direction(self, down: bool) -> None:
        """Have the ports above and below, not at the sides."""
        if down != self._down:
            self._down = down
            self.update()

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

    @property
    def answer_rect(self) -> QRectF:
        """Where the classes stand in the scene, or will; empty without any."""
        if not self.content.answers:
            return QRectF()
        if self.answer is None or not self.answer.isVisible():
            return room_for_answer().translated(self.pos())
        return self.answer.sceneBoundingRect()

    @property
    def reaches_beyond(self) -> bool:
        """Whether something stands below the card."""
        return bool(self.content.problem or self.content.note) or self.content.answers

    def show_answer(self, shares: npt.NDArray[np.float32], class_names: Sequence[str], caveat: str) -> None:
        """Show the likeliest classes below the card."""
        if self.answer is None:
            self.answer = AnswerItem(self)
        self.answer.show_answer(shares, class_names, caveat, self._picture.look)

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        self._picture = _picture(self.content, look)
        if self.answer is not None:
            self.answer.restyle(look)
        self.pill.restyle(look)
        self._show_reason()
        self.update()

    def set_content(self, content: CardContent) -> None:
        """Say something else."""
        self.content = content
        self._picture = _picture(content, self._picture.look)
        if self.answer is not None and not content.has_map:
            self.answer.hide()
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
            self._open_reason()
            self._restack()
            self.update()

    def show_ports(self, ports: str) -> None:
        """Show where wires can be drawn from or to: "in", "out", "both" or nothing."""
        if ports != self._ports:
            self._ports = ports
            self._open_reason()
            self.update()

    def point_at_fix(self, fix: int | None) -> None:
        """Light up one of the ways out on the badge, or none."""
        if self._reason is not None:
            self._reason.point_at(fix)

    def fix_at(self, at: QPointF) -> int | None:
        """The way out at a point of the scene, by its number."""
        return None if self._reason is None or not self._reason.isVisible() else self._reason.fix_at(at)

    @property
    def is_dimmed(self) -> bool:
        """Whether it steps back while a wire is drawn."""
        return self._dimmed

    def set_dimmed(self, dimmed: bool) -> None:
        """Step back while a wire is drawn that cannot end here."""
        self._dimmed = dimmed
        self.setOpacity(_DIMMED if dimmed else 1.0)

    def boundingRect(self) -> QRectF:
        return _BOUNDS.united(self.pill.bounds)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = painter.worldTransform().m11()
        self.pill.paint(painter, zoom)
        picture = self._picture
        thumbnail = self._thumbnail if self.content.has_map else None
        whole = painter.opacity()
        if self.content.bypassed:
            painter.setOpacity(whole * _BYPASSED)
        if zoom < FULL_CARD:
            picture.paint_block(painter, zoom, thumbnail, stale=self.stale, selected=self.selected)
            painter.setOpacity(whole)
            return
        painter.setRenderHint(ANTIALIASED)
        picture.paint(painter, thumbnail, stale=self.stale, selected=self.selected)
        look = picture.look
        if self.content.bypassed:
            painter.setOpacity(whole)
            painter.setPen(look.wire_passing)
            painter.drawLine(*_PORTS[self._down])
        if self.focused:
            painter.setPen(look.ring)
            painter.setBrush(NO_BRUSH)
            painter.drawRoundedRect(CARD.adjusted(-5, -5, 5, 5), RADIUS + 4, RADIUS + 4)
        if self._ports:
            painter.setPen(look.outline)
            painter.setBrush(look.surface)
            into, out = _PORTS[self._down]
            if self.content.has_input and self._ports != "out":
                painter.drawEllipse(into, PORT_RADIUS, PORT_RADIUS)
            if self._ports != "in":
                painter.drawEllipse(out, PORT_RADIUS, PORT_RADIUS)

    def _show_reason(self) -> None:
        # Most cards never have one, and an item costs as much as a card's words.
        words = self.content.problem or self.content.note
        if self._reason is None and words:
            self._reason = ReasonItem(self)
        if self._reason is not None:
            self._reason.show_reason(
                words, self.content.fixes, self._picture.look, calm=not self.content.problem
            )
        self._restack()

    def _open_reason(self) -> None:
        if self._reason is not None:
            self._reason.open_up(self.selected or self._ports == "both")

    def _restack(self) -> None:
        # Reasons and glows lie over the neighbouring cards.
        height = 2 if self.selected else 1 if self.content.problem or self.content.note else 0
        if height != self._height:
            self._height = height
            self.setZValue(height)


def _picture(content: CardContent, look: CanvasStyle) -> CardPicture:
    return GroupPicture(content, look) if content.parts else CardPicture(content, look)


class GhostItem(QGraphicsItem):
    """The card that follows a layer dragged over the canvas."""

    def __init__(self, content: CardContent, look: CanvasStyle) -> None:
        super().__init__()
        self._picture = CardPicture(content, look)
        self.setOpacity(0.7)
        self.setZValue(5)

    def boundingRect(self) -> QRectF:
        return _BOUNDS

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(ANTIALIASED)
        self._picture.paint(painter, None, stale=False, selected=True)
