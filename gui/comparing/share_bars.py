"""Three bars, each a whole network: whose the MACs, the parameters and the layers are."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.analysis.shares import CLASSES, Shares
from gui.look.appearance import Appearance, font
from gui.look.theme import BASE_PX, CAPTION_PX, GRID, ROLE_COLOURS
from gui.widgets.surface import local_numbers
from gui.words.number_format import Numbers

COLOURS: Final = {
    "pointwise": ROLE_COLOURS["pointwise"],
    "depthwise": ROLE_COLOURS["depthwise"],
    "spatial": ROLE_COLOURS["convolution"],
    "dense": ROLE_COLOURS["reshape"],
    "other": ROLE_COLOURS["normalization"],
}
AMOUNTS: Final = {"macs": "MACs", "parameters": "Parameters", "layers": "Layers"}
_BAR: Final = 22
_ROW: Final = 58
_LEGEND: Final = 28


class ShareBars(QWidget):
    """Painted by hand; classes are told by place and words as well as by colour."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._shares: Shares | None = None
        self.setFixedHeight(_LEGEND + _ROW * len(AMOUNTS))
        self.setAccessibleName("Share of each class of layers")
        appearance.palette_changed.connect(self.update)

    def show_shares(self, found: Shares) -> None:
        """Another network, or another state of it."""
        self._shares = found
        self.setAccessibleDescription("; ".join(sentence(found, amount) for amount in AMOUNTS))
        self.setToolTip("\n".join(sentence(found, amount) for amount in AMOUNTS))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shares is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_legend(painter)
            for line, (amount, caption) in enumerate(AMOUNTS.items()):
                self._paint_bar(painter, _LEGEND + line * _ROW, amount, caption)

    def _paint_legend(self, painter: QPainter) -> None:
        palette = self._appearance.palette
        painter.setFont(font(CAPTION_PX))
        metrics, x = QFontMetricsF(font(CAPTION_PX)), 0.0
        for name, title in CLASSES.items():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(COLOURS[name]))
            painter.drawRoundedRect(QRectF(x, 6, 10, 10), 2, 2)
            painter.setPen(QColor(palette.secondary))
            width = metrics.horizontalAdvance(title)
            painter.drawText(QRectF(x + 16, 2, width + 2, 18), Qt.AlignmentFlag.AlignVCenter, title)
            x += width + 16 + 2 * GRID

    def _paint_bar(self, painter: QPainter, top: float, amount: str, caption: str) -> None:
        assert self._shares is not None
        palette, numbers = self._appearance.palette, local_numbers()
        total = getattr(self._shares.total, amount)
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(palette.secondary))
        line = QRectF(0, top, self.width(), 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, caption)
        painter.drawText(
            line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, numbers.exact(total)
        )
        frame = QRectF(0, top + 20, self.width(), _BAR)
        path = QPainterPath()
        path.addRoundedRect(frame, 4, 4)
        painter.setClipPath(path)
        painter.fillRect(frame, QColor(palette.hover))
        x = frame.left()
        painter.setFont(font(BASE_PX, "medium"))
        for name in CLASSES:
            part = self._shares.fraction(name, amount)
            piece = QRectF(x, frame.top(), part * frame.width(), _BAR)
            painter.fillRect(piece, QColor(COLOURS[name]))
            text = percent(part, numbers)
            if piece.width() > painter.fontMetrics().horizontalAdvance(text) + 12:
                painter.setPen(QColor(_ink(COLOURS[name])))
                painter.drawText(piece, Qt.AlignmentFlag.AlignCenter, text)
            x += piece.width()
        painter.setClipping(False)


def percent(fraction: float, numbers: Numbers) -> str:
    """`94.86 %`."""
    return f"{numbers.decimal(100 * fraction)}\u00a0%"


def sentence(found: Shares, amount: str) -> str:
    """`MACs: 1×1 94.86 %, Depthwise 3.06 %, …`: what there is of each class."""
    numbers = local_numbers()
    parts = [
        f"{title} {percent(found.fraction(name, amount), numbers)}"
        for name, title in CLASSES.items()
        if getattr(found.by_class[name], amount)
    ]
    return f"{AMOUNTS[amount]}: {', '.join(parts) or 'none'}"


def _ink(ground: str) -> str:
    """Black or white, whichever reads better on this colour (WCAG 2.1, relative luminance)."""
    channels = [int(ground[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF"
