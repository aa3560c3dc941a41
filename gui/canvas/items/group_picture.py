"""How the card of a collapsed group is painted: sheets behind it where it stands for equal ones, and a stripe
in the colours of the layers that its cost is made of."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap

from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.items.card import TEXT_LEFT, TEXT_WIDTH, CardContent, elided
from gui.canvas.items.painting import CARD, CardPicture
from gui.look.theme import CARD_HEIGHT, RADIUS

_SHEETS: Final = (6.0, 3.0)
"""How far the sheets behind a card stand out, the hindmost first."""

_STRIPE: Final = 5.0
_FIRST_LINE: Final = 37.0
_LINE: Final = 13.5


class GroupPicture(CardPicture):
    """The card of a group ready to be painted."""

    def __init__(self, content: CardContent, look: CanvasStyle) -> None:
        super().__init__(content, look)
        self.title = self._whole_count(content, look)
        self.lines = tuple(elided(line, look, TEXT_WIDTH) for line in content.detail.split("\n"))
        self._stripes = _stripes(content)

    def _whole_count(self, content: CardContent, look: CanvasStyle) -> str:
        """The fitted title; where it is cut, its `×3` stays."""
        head, sign, count = content.title.rpartition(" ×")
        if self.title == content.title or content.count == 1 or not sign:
            return self.title
        metrics = look.small_title_metrics
        room = TEXT_WIDTH - metrics.horizontalAdvance(sign + count)
        return metrics.elidedText(head, Qt.TextElideMode.ElideRight, room) + sign + count

    def paint(self, painter: QPainter, thumbnail: QPixmap | None, *, stale: bool, selected: bool) -> None:
        """Sheets, then the card in full, in its own coordinates."""
        look = self.look
        painter.setPen(look.hairline)
        painter.setBrush(look.surface)
        for off in _SHEETS if self.content.count > 1 else _SHEETS[1:]:
            painter.drawRoundedRect(CARD.translated(off, -off).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        super().paint(painter, thumbnail, stale=stale, selected=selected)
        painter.setPen(Qt.PenStyle.NoPen)
        for role, path in self._stripes:
            painter.fillPath(path, look.roles[role])

    def _words(self, painter: QPainter) -> None:
        look = self.look
        painter.setPen(look.text)
        painter.setFont(self.title_font)
        painter.drawText(QPointF(TEXT_LEFT, 21), self.title)
        painter.setPen(look.secondary)
        painter.setFont(look.caption)
        for number, line in enumerate(self.lines):
            painter.drawText(QPointF(TEXT_LEFT, _FIRST_LINE + _LINE * number), line)


def _stripes(content: CardContent) -> list[tuple[str, QPainterPath]]:
    card = QPainterPath()
    card.addRoundedRect(CARD, RADIUS, RADIUS)
    made, top = [], 0.0
    whole = sum(share for _, share in content.parts)
    for role, share in content.parts:
        high = CARD_HEIGHT * share / whole
        strip = QPainterPath()
        strip.addRect(QRectF(0, top, _STRIPE, high))
        made.append((role, card.intersected(strip)))
        top += high
    return made
