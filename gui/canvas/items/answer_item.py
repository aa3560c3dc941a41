"""What the network answers, below the card that gives it: its likeliest classes by name and bar."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.analysis.classes import ClassScore, top_classes
from gui.canvas.items.canvas_style import (
    ANTIALIASED,
    FULL_CARD,
    LEFT_CENTRED,
    NO_PEN,
    RIGHT_CENTRED,
    CanvasStyle,
)
from gui.canvas.items.card import wrapped
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH, RADIUS
from gui.words.number_format import Numbers, share_percent

_LINE: Final = 18.0
_MARGIN: Final = 6.0
_READABLE: Final = 0.2
"""Zoom from which names can be made out."""
_LARGEST: Final = 2.5
"""How much larger letters become from afar."""


class AnswerItem(QGraphicsItem):
    """Lines of a name, a bar as long as its share, and the share; then what has to be said of them."""

    def __init__(self, card: QGraphicsItem) -> None:
        super().__init__(card)
        self._shares: npt.NDArray[np.float32] = np.zeros(0, np.float32)
        self._top: tuple[ClassScore, ...] = ()
        self._caveat: tuple[str, ...] = ()
        self._look: CanvasStyle | None = None
        self._rect = QRectF()
        self.setVisible(False)

    @property
    def names(self) -> tuple[str, ...]:
        """The classes that are shown, the likeliest first."""
        return tuple(one.name for one in self._top)

    def show_answer(
        self,
        shares: npt.NDArray[np.float32],
        class_names: Sequence[str],
        caveat: str,
        look: CanvasStyle,
    ) -> None:
        """Show the likeliest of (F,) shares."""
        self.prepareGeometryChange()
        self._look, self._shares = look, shares
        self._top = top_classes(shares, class_names)
        self._caveat = wrapped(caveat, look, CARD_WIDTH - 2 * _MARGIN, 3) if caveat else ()
        self._rect = room_for_answer(len(self._top) + len(self._caveat))
        self.show()
        self.update()

    def rename(self, class_names: Sequence[str]) -> None:
        """Call the classes otherwise."""
        self._top = top_classes(self._shares, class_names)
        self.update()

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        self._look = look
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = self._look
        if look is None or painter.worldTransform().m11() < _READABLE:
            return
        painter.setRenderHint(ANTIALIASED)
        painter.setPen(look.hairline)
        painter.setBrush(look.surface)
        painter.drawRoundedRect(self._rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        # From afar fewer are named, in letters that can still be read.
        times = max(1.0, min(_LARGEST, FULL_CARD / painter.worldTransform().m11()))
        height = _LINE * times
        letters = QFont(look.caption)
        letters.setPixelSize(round(look.caption.pixelSize() * times))
        metrics = QFontMetricsF(letters)
        numbers = Numbers()
        painter.setFont(letters)
        line = QRectF(_MARGIN, self._rect.top() + _MARGIN, CARD_WIDTH - 2 * _MARGIN, height)
        for one in self._top[: int(len(self._top) / times)]:
            painter.setPen(NO_PEN)
            painter.setBrush(look.selected)
            bar = line.adjusted(0, 1, 0, -1)
            bar.setWidth(max(0.0, min(1.0, one.probability)) * line.width())
            painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(look.text)
            share = share_percent(one.probability, numbers)
            painter.drawText(line.adjusted(0, 0, -5, 0), RIGHT_CENTRED, share)
            room = line.adjusted(5, 0, -metrics.horizontalAdvance(share) - 10, 0)
            name = metrics.elidedText(one.name, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, LEFT_CENTRED, name)
            line.translate(0, height)
        painter.setPen(look.secondary)
        if times > 1:  # of the sentence, the word that it begins with
            word = " ".join(self._caveat).partition(":")[0]
            word = metrics.elidedText(word, Qt.TextElideMode.ElideRight, line.width() - 10)
            painter.drawText(line.adjusted(5, 0, -5, 0), LEFT_CENTRED, word)
            return
        for words in self._caveat:
            painter.drawText(line.topLeft() + QPointF(5, _LINE - 5), words)
            line.translate(0, _LINE)


def room_for_answer(lines: int = 5) -> QRectF:
    """What so many lines take below a card, in its own coordinates."""
    return QRectF(0, CARD_HEIGHT + 5, CARD_WIDTH, _LINE * lines + 2 * _MARGIN)
