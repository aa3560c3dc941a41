"""Pictures of a page: patches, maps, kernels, matrices; and small plots."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.figures.worked.patch import Box, patch_of
from gui.look.appearance import Appearance, font
from gui.look.colormaps import Rgb, colour, on_ground
from gui.look.theme import CAPTION_PX
from gui.widgets.surface import styled_label

SIDE: Final = 132
"""Units along the longer side of a large picture."""
SMALL: Final = 76
"""Of a patch."""


class Tile(QWidget):
    """A picture with a line above and one below."""

    def __init__(self, name: str, side: int = SIDE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._side = name, side
        self.title = styled_label(name, style="caption", wrap=True)
        self.picture = QLabel()
        self.picture.setFixedSize(side, side)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.words = styled_label("", style="caption", wrap=True)
        self.setFixedWidth(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if name:
            column.addWidget(self.title)
        column.addWidget(self.picture)
        column.addWidget(self.words)
        column.addStretch(1)

    def show_pixels(self, pixels: Rgb | None, words: str) -> None:
        """The picture as large as fits; None for none."""
        self.picture.setPixmap(QPixmap() if pixels is None else pixmap_of(pixels, self._side))
        self.words.setText(words)
        self.setAccessibleName(f"{self._name}: {words}" if self._name else words)


def pixmap_of(pixels: npt.NDArray[np.uint8], side: int) -> QPixmap:
    """As large as fits into a square; single pixels stay sharp where they are enlarged."""
    data = np.ascontiguousarray(pixels, np.uint8)
    height, width = data.shape[:2]
    image = QImage(data.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    way = Qt.TransformationMode.SmoothTransformation
    if side * 2 >= 3 * max(height, width):
        way = Qt.TransformationMode.FastTransformation
    made = QPixmap.fromImage(image).scaled(side * 2, side * 2, Qt.AspectRatioMode.KeepAspectRatio, way)
    made.setDevicePixelRatio(2)
    return made


def signed_pixels(values: npt.NDArray[Any], *, dark: bool) -> Rgb:
    """(H, W, 3): diverging around zero where there are negative values, as everywhere."""
    finite = values[np.isfinite(values)]
    signed = bool(finite.size) and float(finite.min()) < 0
    return colour(values, on_ground("diverging" if signed else "cividis", dark=dark))


def kernel_sheet(kernel: npt.NDArray[Any], *, dark: bool, most: int = 256) -> Rgb:
    """(H, W, 3): the weights (C, kh, kw) of one channel, a small square for each map that is read.

    Of a 1×1 every number is a cell; of three maps of colours the kernel is their picture, too.
    """
    shown = np.asarray(kernel, np.float32)[:most]
    count, height, width = shown.shape
    columns = max(1, round((count * height / width) ** 0.5))
    rows = -(-count // columns)
    gap = 1 if height * width > 1 else 0
    limit = float(np.abs(shown).max()) or 1.0
    sheet = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap), np.float32)
    for index, one in enumerate(shown):
        y, x = divmod(index, columns)
        top, left = y * (height + gap), x * (width + gap)
        sheet[top : top + height, left : left + width] = one
    return colour(sheet, on_ground("diverging", dark=dark), -limit, limit)


def masked_patch(picture: Rgb, mask: npt.NDArray[np.float32], box: Box) -> Rgb:
    """The box of a picture, dimmed where the mask (h, w, of the Input) says that nothing matters."""
    height, width = picture.shape[:2]
    fine = Image.fromarray(np.rint(255 * mask).astype(np.uint8)).resize((width, height), Image.Resampling.BOX)
    # Gradients jump from pixel to pixel: a mask that did, too, would hide what it is to show.
    sides = (box[2] - box[0] + 1) * height / mask.shape[0], (box[3] - box[1] + 1) * width / mask.shape[1]
    smooth = np.asarray(fine.filter(ImageFilter.BoxBlur(int(min(sides)) // 16)), np.float32)
    seen = np.sqrt(smooth / max(float(smooth.max()), 1.0))[..., None]
    dimmed = np.rint(picture * (0.25 + 0.75 * seen)).astype(np.uint8)
    return patch_of(dimmed, (mask.shape[0], mask.shape[1]), box)


def gradient_picture(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """(H, W, 3) of what was projected back (C, H, W): 0 is middle grey, the extremes black and white."""
    shown = np.repeat(values, 3, axis=0) if len(values) == 1 else values[:3]
    limit = float(np.abs(shown).max()) or 1.0
    return np.rint(127.5 + 127.5 * shown.transpose(1, 2, 0) / limit).astype(np.uint8)


class Plot(QWidget):
    """Bars or a curve in a frame, with the numbers at its ends."""

    def __init__(self, appearance: Appearance, name: str, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance, self._name, self._size = appearance, name, size
        self._values: npt.NDArray[np.float64] = np.zeros(0)
        self._ends = ("", "")
        self._is_curve = False
        self._mark: float | None = None
        self.setFont(font(CAPTION_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.palette_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As it was asked for."""
        return self._size

    def show_values(
        self,
        values: npt.NDArray[Any],
        ends: tuple[str, str],
        *,
        is_curve: bool = False,
        mark: float | None = None,
    ) -> None:
        """Heights in 0…1, what stands below both ends, and a place (0…1) to mark."""
        self._values, self._ends = np.asarray(values, np.float64), ends
        self._is_curve, self._mark = is_curve, mark
        self.setAccessibleName(f"{self._name}, from {ends[0]} to {ends[1]}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame, the values, the ends."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette, line = self._appearance.palette, self.fontMetrics().height()
            room = QRectF(0.5, 0.5, self.width() - 1, self.height() - line - 4)
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawRect(room)
            count = len(self._values)
            if self._mark is not None:
                painter.setPen(QPen(QColor(palette.secondary), 1, Qt.PenStyle.DashLine))
                x = room.left() + self._mark * room.width()
                painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            if self._is_curve:
                painter.setPen(QPen(QColor(palette.accent), 2))
                places = (np.arange(count) + 1) / max(count, 1)
                points = [
                    QPointF(room.left() + place * room.width(), room.bottom() - value * (room.height() - 2))
                    for place, value in zip(places, self._values, strict=True)
                ]
                painter.drawPolyline(QPolygonF([room.bottomLeft(), *points]))
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(palette.accent))
                step = room.width() / max(count, 1)
                for index, value in enumerate(self._values):
                    high = value * (room.height() - 2)
                    painter.drawRect(QRectF(room.left() + index * step, room.bottom() - high, step, high))
            painter.setPen(QColor(palette.secondary))
            below = QRectF(0, self.height() - line, self.width(), line)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._ends[0])
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._ends[1])


def bar_heights(counts: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """(bins,) in 0…1, on a logarithmic scale: zeros outnumber everything behind a ReLU."""
    made = np.log1p(np.asarray(counts, np.float64))
    return np.asarray(made / max(float(made.max(initial=0)), 1e-9))
