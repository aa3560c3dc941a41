"""The one signed scale of a heat map, with its numbers; what lies below the threshold is struck out."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.appearance import Appearance, font
from gui.look.heat_overlay import scale_strip
from gui.look.theme import CAPTION_PX

STRIP = 14
SHARES = (1.0, 0.5, 0.0, -0.5, -1.0)


class ScaleBar(QWidget):
    """Upright, + at the top, 0 in the middle."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.limit, self._threshold, self._beyond = 1.0, 0.0, 0.0
        self.is_pinned = False
        self.setFont(font(CAPTION_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Scale of the heat")
        appearance.palette_changed.connect(self.update)

    def show_scale(self, limit: float, threshold: float, beyond: float, *, pinned: bool) -> None:
        """±`limit` at its ends; `threshold` and `beyond` are shares, of the scale and of the values."""
        self.limit, self._threshold, self._beyond, self.is_pinned = limit, threshold, beyond, pinned
        kind = "pinned: shared by all pictures" if pinned else "of this picture"
        outside = f"; {beyond:.1%} of the values lie beyond it" if beyond else ""
        self.setToolTip(f"Scale {kind}, from {-limit:+.4g} to {limit:+.4g}{outside}.")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The strip, the numbers, and how much lies beyond."""
        with QPainter(self) as painter:
            palette = self._appearance.palette
            line = self.fontMetrics().height()
            rect = QRectF(1, line, STRIP, max(20, self.height() - 3 * line))
            pixels = scale_strip(256, 1, dark=palette.name == "dark")
            strip = QImage(np.ascontiguousarray(pixels).tobytes(), 1, 256, 3, QImage.Format.Format_RGB888)
            painter.drawImage(rect, strip)
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawRect(rect)
            if self._threshold:
                veil = QColor(palette.surface)
                veil.setAlpha(215)
                half = rect.height() / 2 * self._threshold
                painter.fillRect(QRectF(rect.left(), rect.center().y() - half, STRIP, 2 * half), veil)
            painter.setPen(QColor(palette.text))
            for share in SHARES:
                y = rect.top() + (1 - share) / 2 * rect.height()
                text = f"{share * self.limit:+.2g}".replace("-", "−") if share else "0"
                box = QRectF(STRIP + 6, y - line / 2, self.width() - STRIP - 6, line)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
            painter.setPen(QColor(palette.secondary))
            foot = "pinned" if self.is_pinned else f"{self._beyond:.1%} >" if self._beyond else ""
            painter.drawText(QRectF(0, self.height() - line, self.width(), line), 0, foot)

    def sizeHint(self) -> QSize:
        """Room for numbers such as −1.2e-05."""
        return QSize(STRIP + 62, 160)

    def minimumSizeHint(self) -> QSize:
        """Three numbers."""
        return QSize(STRIP + 62, 80)
