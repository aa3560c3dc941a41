"""The words below a card that say what is wrong with it, and the ways out, one click each."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.items.canvas_style import FULL_CARD, ICON, CanvasStyle
from gui.canvas.items.card import elided, wrapped
from gui.canvas.items.painting import draw_icon, sharpness
from gui.look.theme import CARD_HEIGHT

_WIDTH: Final = 248.0
"""From the card's left edge nearly to the next column, where it covers neither shapes nor cards."""

_LINE: Final = 14.0
_CHIP: Final = 20.0
_GAP: Final = 4.0
_MOST: Final = 4
"""Ways out that are offered here; the context menu has all of them."""


class ReasonItem(QGraphicsItem):
    """Only the first way out is there until the card is pointed at or selected: then more of them are."""

    def __init__(self, card: QGraphicsItem) -> None:
        super().__init__(card)
        self._lines: tuple[str, ...] = ()
        self._fixes: tuple[str, ...] = ()
        self._open = False
        self._pointed: int | None = None
        self._rect = QRectF()
        self._look: CanvasStyle | None = None
        self._calm = False
        self.setVisible(False)

    def show_reason(
        self, reason: str, fixes: tuple[str, ...], look: CanvasStyle, *, calm: bool = False
    ) -> None:
        """Show these words, all of them, and the ways out; without words there is nothing to show.

        calm: nothing is wrong, so that it does not shout.
        """
        self._look, self._calm = look, calm
        self._lines = wrapped(reason, look, _WIDTH - ICON - 20, 12)
        self._fixes = fixes
        self._pointed = None
        self._measure()
        self.setVisible(bool(reason))

    def open_up(self, opened: bool) -> None:
        """Offer more than the first way out, or only that one."""
        if opened != self._open:
            self._open = opened
            self._measure()

    def point_at(self, fix: int | None) -> None:
        """Light up the way out under the mouse."""
        if fix != self._pointed:
            self._pointed = fix
            self.setToolTip("" if fix is None else self._cut_off(fix))
            self.update()

    @property
    def offered(self) -> tuple[str, ...]:
        """The ways out that can be clicked now."""
        return self._fixes[: _MOST if self._open else 1]

    def chip(self, number: int) -> QRectF:
        """Where a way out stands, in the card's coordinates."""
        top = self._rect.top() + 8 + _LINE * len(self._lines) + number * (_CHIP + _GAP)
        return QRectF(self._rect.left() + 5, top, self._rect.width() - 10, _CHIP)

    def fix_at(self, at: QPointF) -> int | None:
        """The way out at a point of the scene."""
        here = self.mapFromScene(at)
        for number in range(len(self.offered)):
            if self.chip(number).contains(here):
                return number
        return None

    def _cut_off(self, fix: int) -> str:
        """The whole of a way out that has no room for all of its words; empty where they can be read."""
        text = self.offered[fix]
        return "" if self._look is None or self._shown(fix, self._look) == text else text

    def _shown(self, fix: int, look: CanvasStyle) -> str:
        """What of a way out there is room for."""
        return elided(self.offered[fix], look, self._room(fix, look))

    def _room(self, fix: int, look: CanvasStyle) -> float:
        """Width for its words: beside them it may say how many more there are."""
        room = self.chip(fix).width() - 16
        return room - look.caption_width(self._more) - 8 if self._more else room

    @property
    def _more(self) -> str:
        """How many ways out are not offered before the card is pointed at: `+2`; empty for none."""
        more = len(self._fixes) - 1
        return f"+{more}" if not self._open and more > 0 else ""

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
        painter.setBrush(look.selected if self._calm else look.warning)
        painter.drawRoundedRect(self._rect, 5, 5)
        corner = self._rect.topLeft()
        if not self._calm:
            draw_icon(painter, corner + QPointF(6, 4), look.warning_icon(sharpness(painter)))
        painter.setPen(look.text if self._calm else look.on_warning)
        painter.setFont(look.caption)
        for number, line in enumerate(self._lines):
            painter.drawText(QPointF(corner.x() + ICON + 12, corner.y() + 15 + _LINE * number), line)
        for number in range(len(self.offered)):
            self._paint_chip(painter, look, number)

    def _paint_chip(self, painter: QPainter, look: CanvasStyle, number: int) -> None:
        place = self.chip(number)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.selected if number == self._pointed else look.surface)
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(look.text)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        words = place.adjusted(8, 0, -8, 0)
        if self._more:
            painter.setPen(look.secondary)
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._more)
            painter.setPen(look.text)
        words.setWidth(self._room(number, look))
        painter.drawText(words, left, self._shown(number, look))

    def _measure(self) -> None:
        self.prepareGeometryChange()
        look = self._look
        if look is None:
            return
        wide = max((look.caption_width(line) for line in self._lines), default=0.0) + ICON + 20
        chips = max((look.caption_width(text) for text in self._fixes[:_MOST]), default=0.0)
        width = min(max(wide, chips + 60 if self._fixes else 0.0), _WIDTH)
        offered = len(self.offered)
        height = _LINE * len(self._lines) + 8 + offered * (_CHIP + _GAP) + (2 if offered else 0)
        self._rect = QRectF(0, CARD_HEIGHT + 5, width, height)
        self.update()
