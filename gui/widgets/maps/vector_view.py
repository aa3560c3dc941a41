"""A vector as bars from a zero line, its five largest values by name beside them; `ranked` ones as shares."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.analysis.classes import ClassScore, top_classes
from gui.look.appearance import Appearance, font
from gui.look.theme import BASE_PX, CAPTION_PX, GRID
from gui.widgets.surface import local_numbers
from gui.words.number_format import share_percent

Vector = npt.NDArray[np.float32]
_RANKED: Final = 5
_LINE: Final = 26
_LIST_WIDTH: Final = 240
_LABEL: Final = 16
"""How high a value stands at the end of its bar."""
_MOST_LABELS: Final = 64


class VectorView(QWidget):
    """One bar a value; where there are more values than pixels a bar is the largest of its few."""

    index_hovered = Signal(object)
    """The index of the value under the mouse, or None."""
    index_picked = Signal(int)
    """The index of the value that was clicked."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._values: Vector = np.zeros(0, np.float32)
        self._ranked = False
        self._names: Sequence[str] = ()
        self.caveat = ""
        """What has to be said of the outcome."""
        self._hovered: int | None = None
        self._numbers = local_numbers()
        self.setAccessibleName("Values of the vector")
        self.setMouseTracking(True)
        appearance.palette_changed.connect(self.update)

    def show_vector(
        self, values: Vector, *, ranked: bool = False, names: Sequence[str] = (), caveat: str = ""
    ) -> None:
        """Show (F,) values; `ranked` for the outcome of a softmax, whose classes may have names.

        caveat: what has to be said of the outcome.
        """
        self._values, self._ranked, self._hovered = values, ranked, None
        self._names, self.caveat = names, caveat
        self.update()

    def largest(self) -> tuple[ClassScore, ...]:
        """The five largest, largest first."""
        return top_classes(self._values, self._names, _RANKED)

    def name(self, index: int) -> str:
        """What a value stands for; empty where it has no name."""
        return self._names[index] if len(self._names) == len(self._values) else ""

    def index_at(self, point: QPointF) -> int | None:
        """The value whose bar is at this point."""
        room = self._bars_rect()
        if not len(self._values) or not room.contains(point):
            return None
        return min(len(self._values) - 1, int((point.x() - room.left()) / room.width() * len(self._values)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars, and the five largest."""
        if not len(self._values):
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            self._paint_bars(painter, self._bars_rect())
            self._paint_largest(painter)

    def _bars_rect(self) -> QRectF:
        width = self.width() - (_LIST_WIDTH + 2 * GRID if self._list_fits() else 0)
        return QRectF(0, 0, max(1, width), max(1, self.height()))

    def _list_fits(self) -> bool:
        return self.width() >= 2 * _LIST_WIDTH

    def labels(self) -> list[str]:
        """What is written at the ends of the bars: their values, where each has room for its own."""
        if not 0 < len(self._values) <= _MOST_LABELS:
            return []
        said = [self._numbers.decimal(round(float(value), 2) + 0.0) for value in self._values]  # no −0.00
        metrics = QFontMetricsF(font(CAPTION_PX))
        widest = max(map(metrics.horizontalAdvance, said))
        return said if widest + 4 <= self._bars_rect().width() / len(said) else []

    def _paint_bars(self, painter: QPainter, room: QRectF) -> None:
        colours = self._appearance.palette
        labels = self.labels()
        if labels:
            below = _LABEL if float(self._values.min()) < 0 else 0
            room = room.adjusted(0, _LABEL, 0, -min(below, room.height() / 3))
        heights = bar_values(self._values, int(room.width()))
        low, high = min(0.0, float(heights.min())), max(0.0, float(heights.max()))
        span = (high - low) or 1.0
        zero = room.top() + high / span * room.height()
        step = room.width() / len(heights)
        gap = 1.0 if step >= 4 else 0.0
        hovered = None if self._hovered is None else self._hovered * len(heights) // len(self._values)
        for place, value in enumerate(heights.tolist()):
            end = room.top() + (high - value) / span * room.height()
            painter.setBrush(QColor(colours.accent if place == hovered else colours.wire))
            bar = QRectF(room.left() + place * step, min(zero, end), step - gap, max(abs(end - zero), 1.0))
            painter.drawRect(bar)
            if labels:
                at = QRectF(
                    bar.left(), bar.top() - _LABEL if value >= 0 else bar.bottom(), bar.width(), _LABEL
                )
                painter.setFont(font(CAPTION_PX))
                painter.setPen(QColor(colours.text))
                painter.drawText(at, Qt.AlignmentFlag.AlignCenter, labels[place])
                painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(
            QRectF(room.left(), min(zero, room.bottom() - 1), room.width(), 1), QColor(colours.line)
        )

    def _paint_largest(self, painter: QPainter) -> None:
        if not self._list_fits():
            return
        colours = self._appearance.palette
        left = self.width() - _LIST_WIDTH
        painter.setFont(font(BASE_PX))
        largest = self.largest()
        top = largest[0].probability or 1.0
        metrics = QFontMetricsF(painter.font())
        for line, one in enumerate(largest):
            value = one.probability
            place = QRectF(left, line * _LINE, _LIST_WIDTH, _LINE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected))
            share = max(0.0, value / top) if np.isfinite(value) else 0.0
            painter.drawRoundedRect(QRectF(left, place.top() + 2, share * _LIST_WIDTH, _LINE - 4), 4, 4)
            painter.setPen(QColor(colours.text))
            middle = Qt.AlignmentFlag.AlignVCenter
            inner = place.adjusted(6, 0, -6, 0)
            share_text = share_percent(value, self._numbers)
            if not self._ranked:
                share_text = self._numbers.decimal(value, 3)
            painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, share_text)
            room = inner.width() - metrics.horizontalAdvance(share_text) - GRID
            said = one.name if self._ranked or self.name(one.index) else f"value {one.index}"
            name = metrics.elidedText(said, Qt.TextElideMode.ElideRight, room)
            painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(QColor(colours.secondary))
        painter.setFont(font(CAPTION_PX))
        below = QRectF(left, len(largest) * _LINE + 4, _LIST_WIDTH, 3 * _LINE)
        painter.drawText(below, Qt.TextFlag.TextWordWrap, self.caveat)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report what is under the mouse."""
        self._hover(self.index_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick what is under the mouse."""
        index = self.index_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.index_picked.emit(index)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under a mouse that has left."""
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()
            self.index_hovered.emit(index)


def bar_values(values: Vector, pixels: int) -> Vector:
    """At most one value for each two pixels: of several the one furthest from zero. Not finite ones are 0."""
    clean = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    bars = max(1, min(len(clean), pixels // 2))
    starts = (np.arange(bars) * len(clean)) // bars
    high, low = np.maximum.reduceat(clean, starts), np.minimum.reduceat(clean, starts)
    return np.asarray(np.where(high >= -low, high, low), dtype=np.float32)
