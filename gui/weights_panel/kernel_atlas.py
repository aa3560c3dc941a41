"""All kernels of a convolution at a glance, as small pictures; a click picks one."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.appearance import Appearance
from gui.look.colormaps import Rgb, colour, on_ground

MOST: Final = 256
"""So many kernels are shown; the fields pick the others."""

LARGEST_KERNEL: Final = 64
"""Rows or columns of a kernel that still has room here."""

_WIDTH: Final = 248
_GAP: Final = 1
"""Pixels of a kernel's own grid between two kernels."""

F32 = npt.NDArray[np.float32]


class KernelAtlas(QWidget):
    """The kernels of one input channel; of three channels, in their colours."""

    chosen = Signal(int)
    """The output whose kernel was clicked."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._weight: F32 = np.zeros((0, 1, 1, 1), dtype=np.float32)
        self._channel = self._current = 0
        self._image = QImage()
        self._columns = self._scale = 1
        self.setAccessibleName("Kernels")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.palette_changed.connect(self._draw)

    def show_weight(self, weight: F32, channel: int, current: int) -> None:
        """Show (out, in, kh, kw) as far as this input channel sees it, one kernel marked."""
        same = weight is self._weight and (channel == self._channel or weight.shape[1] == 3)
        self._weight, self._channel, self._current = weight, channel, current
        if same:
            self.update()
        else:
            self._draw()

    def output_at(self, point: QPoint) -> int | None:
        """The output whose kernel is there."""
        height, width = self._cell()
        column, row = point.x() // (width * self._scale), point.y() // (height * self._scale)
        index = row * self._columns + column
        inside = 0 <= column < self._columns and row >= 0 and index < self._count
        return index if inside else None

    def rect_of(self, output: int) -> QRect:
        """Where the kernel of an output is."""
        height, width = self._cell()
        row, column = divmod(output, self._columns)
        s = self._scale
        return QRect(column * width * s, row * height * s, (width - _GAP) * s, (height - _GAP) * s)

    def sizeHint(self) -> QSize:
        """As large as the pictures."""
        return self._image.size() * self._scale

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pictures with sharp pixels, and a frame around the chosen one."""
        with QPainter(self) as painter:
            painter.drawImage(QRect(QPoint(0, 0), self.sizeHint()), self._image)
            if self._current < self._count:
                painter.setPen(QPen(QColor(self._appearance.palette.accent), 2))
                painter.drawRect(self.rect_of(self._current).adjusted(0, 0, 0, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the kernel below the mouse."""
        found = self.output_at(event.position().toPoint())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(found)

    @property
    def _count(self) -> int:
        return min(len(self._weight), MOST)

    def _cell(self) -> tuple[int, int]:
        return self._weight.shape[2] + _GAP, self._weight.shape[3] + _GAP

    def _draw(self) -> None:
        if not self._count:
            return
        height, width = self._cell()
        wanted = 8 if self._count <= 32 else 16
        self._columns = max(1, min(wanted, self._count, _WIDTH // width))
        self._scale = max(1, min(_WIDTH // (self._columns * width), 10))
        rows = -(-self._count // self._columns)
        surface = QColor(self._appearance.palette.surface)
        made = np.empty((rows * height, self._columns * width, 3), dtype=np.uint8)
        made[...] = (surface.red(), surface.green(), surface.blue())
        for output, tile in enumerate(self._tiles()):
            row, column = divmod(output, self._columns)
            made[row * height : (row + 1) * height - _GAP, column * width : (column + 1) * width - _GAP] = (
                tile
            )
        self._image = QImage(
            made.tobytes(), made.shape[1], made.shape[0], 3 * made.shape[1], QImage.Format.Format_RGB888
        ).copy()
        self.setFixedSize(self.sizeHint())
        self.update()

    def _tiles(self) -> Rgb:
        """(n, kh, kw, 3): each kernel from its own smallest to its own largest magnitude."""
        shown = self._weight[: self._count]
        largest = np.abs(shown).max(axis=(1, 2, 3), keepdims=True)
        if shown.shape[1] == 3:
            level = shown / np.where(largest > 0, largest, 1)
            return np.asarray(np.rint(127.5 + 127.5 * level.transpose(0, 2, 3, 1)), dtype=np.uint8)
        one = shown[:, self._channel]
        most = np.abs(one).max(axis=(1, 2), keepdims=True)
        name = on_ground("diverging", dark=self._appearance.palette.name == "dark")
        return colour(one / np.where(most > 0, most, 1), name, -1.0, 1.0)
