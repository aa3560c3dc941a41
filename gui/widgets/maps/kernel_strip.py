"""The kernel that makes a map, beside the map: its planes, and of three planes the RGB picture they are."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.appearance import Appearance, font
from gui.look.colormaps import Rgb, colour, on_ground
from gui.look.theme import CAPTION_PX, GRID

Kernel = npt.NDArray[np.float32]
"""(C, kernel height, kernel width)."""

MOST: Final = 6
"""Planes that are shown; the strongest ones of more."""
SIDE: Final = 44


class KernelStrip(QWidget):
    """One below the other, on one signed scale; each says which input map it weighs."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.kernel: Kernel | None = None
        self.setFont(font(CAPTION_PX))
        self.setFixedWidth(SIDE + 58)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Kernel of this map")
        appearance.palette_changed.connect(self.update)
        self.hide()

    def show_kernel(self, kernel: Kernel | None) -> None:
        """Show these planes, or nothing."""
        self.kernel = kernel
        self.setVisible(kernel is not None)
        if kernel is not None:
            end = float(np.abs(kernel).max(initial=0))
            planes = f"{len(kernel)} planes, the strongest {MOST}" if len(kernel) > MOST else "all its planes"
            self.setToolTip(f"The kernel that makes this map: {planes}, from {-end:.3g} to {end:.3g}.")
        self.update()

    def pictures(self) -> list[tuple[str, Rgb]]:
        """What is painted: a name, and (kernel height, kernel width, 3)."""
        kernel = self.kernel
        if kernel is None or not kernel.size:
            return []
        end = float(np.abs(kernel).max()) or 1.0
        found = []
        if len(kernel) == 3 and kernel.shape[1:] != (1, 1):
            rgb = np.rint((kernel.transpose(1, 2, 0) / end + 1) * 127.5)
            found.append(("RGB", np.asarray(np.clip(rgb, 0, 255), np.uint8)))
        table = on_ground("diverging", dark=self._appearance.palette.name == "dark")
        strongest = np.argsort(-np.abs(kernel).sum(axis=(1, 2)), kind="stable")[:MOST]
        for plane in sorted(strongest.tolist()) if len(kernel) <= MOST else strongest.tolist():
            found.append((f"map {plane}", colour(kernel[plane], table, -end, end)))
        return found

    def sizeHint(self) -> QSize:
        """Four planes."""
        return QSize(SIDE + 58, 4 * (SIDE + GRID // 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """As many as there is room for."""
        with QPainter(self) as painter:
            painter.setPen(QColor(self._appearance.palette.secondary))
            y = 0.0
            for name, pixels in self.pictures():
                height, width, _ = pixels.shape
                scale = SIDE / max(height, width)
                box = QRectF(0, y, width * scale, height * scale)
                if box.bottom() > self.height():
                    break
                flat = np.ascontiguousarray(pixels).tobytes()
                painter.drawImage(box, QImage(flat, width, height, 3 * width, QImage.Format.Format_RGB888))
                text = QRectF(SIDE + 6, y, 52, box.height())
                painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
                y = box.bottom() + GRID // 2
