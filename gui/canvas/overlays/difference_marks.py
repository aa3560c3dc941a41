"""Small marks on the cards that say how each layer differs from the baseline."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from shiboken6 import isValid

from engine.analysis.comparison import Amount, Comparison, LayerPair
from gui.canvas.items.canvas_style import FULL_CARD, CanvasStyle
from gui.canvas.scene import CanvasScene
from gui.look.theme import CARD_WIDTH, Palette
from gui.words.convention import Convention
from gui.words.differences import cost_amount, pair_change, short_difference, times
from gui.words.number_format import Numbers

_HEIGHT: Final = 17.0
_PADDING: Final = 7.0
_ABOVE: Final = 10.0
"""How far it stands out above the card."""


class DifferenceMark(QGraphicsItem):
    """A word or two at a card's upper edge: green where there is less to compute, orange for more."""

    def __init__(self, card: QGraphicsItem, text: str, difference: int, look: CanvasStyle) -> None:
        super().__init__(card)
        self.text = text
        self._difference = difference
        self._look = look
        width = look.caption_metrics.horizontalAdvance(text) + 2 * _PADDING
        self._rect = QRectF(CARD_WIDTH - width - 8, -_ABOVE, width, _HEIGHT)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-1, -1, 1, 1)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if painter.worldTransform().m11() < FULL_CARD:
            return
        look, colour = self._look, QColor(_colour(self._difference, self._look.palette))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(look.surface)
        painter.setPen(colour)
        painter.drawRoundedRect(self._rect, _HEIGHT / 2, _HEIGHT / 2)
        painter.setFont(look.caption)
        painter.drawText(self._rect, Qt.AlignmentFlag.AlignCenter, self.text)


class DifferenceMarks:
    """Puts marks on the cards of a scene, and takes them away."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._comparison: Comparison | None = None
        self.marks: dict[str, DifferenceMark] = {}
        """By card."""

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Tell differences from a baseline, or no more."""
        self._comparison = comparison
        self.refresh()

    def refresh(self) -> None:
        """Cards came or went, or are told in another way."""
        scene = self._scene
        for mark in self.marks.values():
            if isValid(mark) and mark.scene() is not None:  # it goes with its card
                scene.removeItem(mark)
        self.marks = {}
        if self._comparison is None:
            return
        numbers = Numbers()
        for card, item in scene.nodes.items():
            pairs = [pair for pair in map(self._pair, scene.cards.nodes(card)) if pair is not None]
            text, difference = words(pairs, scene.convention, numbers)
            if text:
                self.marks[card] = DifferenceMark(item, text, difference, scene.look)

    def _pair(self, node_id: str) -> LayerPair | None:
        """The node and its counterpart, unless the node is another one since they were compared."""
        assert self._comparison is not None
        compared = self._comparison.after.network.nodes.get(node_id)
        if compared is None or compared.layer is not self._scene.cards.network.nodes[node_id].layer:
            return None
        return self._comparison.by_node.get(node_id)


def words(pairs: Iterable[LayerPair], convention: Convention, numbers: Numbers) -> tuple[str, int]:
    """What the card of these layers says, and how much more there is to compute; no words where all is
    as before."""
    found = list(pairs)
    amounts = [cost_amount(pair, convention) for pair in found]
    whole = Amount(sum(amount.before for amount in amounts), sum(amount.after for amount in amounts))
    if len(found) == 1:
        return pair_change(found[0], convention, numbers), whole.difference
    if all(pair.change == "same" for pair in found):
        return "", 0
    if found and all(pair.change == "inserted" for pair in found):
        return f"new {short_difference(whole, numbers)}", whole.difference
    text = f"{short_difference(whole, numbers)} {times(whole, numbers)}".rstrip()
    return text if whole.difference else "changed", whole.difference


def _colour(difference: int, palette: Palette) -> str:
    if not difference:
        return palette.secondary
    return palette.good if difference < 0 else palette.warning
