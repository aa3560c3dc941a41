"""A photograph with the part that the input sees, and the pixels that one output sees, outlined on it."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.photograph import Photograph
from gui.appearance import Appearance
from gui.theme import ROLE_COLOURS


@dataclass(frozen=True)
class Overlay:
    """Boxes in pixels of the photograph."""

    crop: QRectF
    """What the input sees."""
    field: QRectF | None = None
    """What one output sees; may reach beyond the crop, into the padding."""
    cell: QRectF | None = None
    """The step between neighbouring outputs, around the middle of the field."""


class PhotographView(QWidget):
    """The whole photograph, as large as there is room."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._image: QImage | None = None
        self._scaled: QImage | None = None
        self.overlay: Overlay | None = None
        self.setAccessibleName("Photograph")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.palette_changed.connect(self.update)

    def show_photograph(self, photograph: Photograph | None) -> None:
        """Show this (H, W, 3) photograph."""
        self._scaled = None
        if photograph is None:
            self._image = None
        else:
            height, width, _ = photograph.shape
            image = QImage(
                photograph.tobytes(), width, height, photograph.strides[0], QImage.Format.Format_RGB888
            )
            self._image = image.copy()
        self.update()

    def show_overlay(self, overlay: Overlay | None) -> None:
        """Draw these boxes."""
        if overlay != self.overlay:
            self.overlay = overlay
            self.update()

    def photograph_rect(self) -> QRectF:
        """Where the photograph is."""
        if self._image is None:
            return QRectF()
        # Two pixels of room on every side: lines at the photograph's edge are not cut.
        width, height = max(1, self.width() - 4), max(1, self.height() - 4)
        scale = min(width / self._image.width(), height / self._image.height())
        return QRectF(2, 2, self._image.width() * scale, self._image.height() * scale)

    def on_screen(self, box: QRectF) -> QRectF:
        """A box of the photograph as it lies on the widget."""
        assert self._image is not None
        rect = self.photograph_rect()
        scale = rect.width() / self._image.width()
        return QRectF(
            rect.left() + box.left() * scale,
            rect.top() + box.top() * scale,
            box.width() * scale,
            box.height() * scale,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """The photograph, what the input does not see dimmed, and the boxes."""
        if self._image is None:
            return
        painter = QPainter(self)
        rect = self.photograph_rect()
        painter.drawImage(rect.topLeft(), self._picture(rect))
        if self.overlay is not None:
            self._paint_crop(painter, rect, self.on_screen(self.overlay.crop))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_boxes(painter, self.overlay)
        painter.end()

    def _picture(self, rect: QRectF) -> QImage:
        """The photograph scaled once for its size on the screen."""
        assert self._image is not None
        ratio = self.devicePixelRatioF()
        size = QSize(max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
        if self._scaled is None or self._scaled.size() != size:
            keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._scaled = self._image.scaled(size, keep, smooth)
            self._scaled.setDevicePixelRatio(ratio)
        return self._scaled

    def _paint_crop(self, painter: QPainter, rect: QRectF, crop: QRectF) -> None:
        shade = QColor(self._appearance.palette.surface)
        shade.setAlpha(170)
        for outside in (
            QRectF(rect.left(), rect.top(), crop.left() - rect.left(), rect.height()),
            QRectF(crop.right(), rect.top(), rect.right() - crop.right(), rect.height()),
            QRectF(crop.left(), rect.top(), crop.width(), crop.top() - rect.top()),
            QRectF(crop.left(), crop.bottom(), crop.width(), rect.bottom() - crop.bottom()),
        ):
            if outside.width() > 0.5 and outside.height() > 0.5:
                painter.fillRect(outside, shade)
        if crop.width() < rect.width() - 1 or crop.height() < rect.height() - 1:
            painter.setPen(QPen(QColor(self._appearance.palette.line), 1))
            painter.drawRect(crop)

    def _paint_boxes(self, painter: QPainter, overlay: Overlay) -> None:
        if overlay.field is None:
            return
        inside = overlay.field.intersected(overlay.crop)
        if inside != overlay.field:
            self._outline(painter, overlay.field, Qt.PenStyle.DashLine)
        if not inside.isEmpty():
            self._outline(painter, inside, Qt.PenStyle.SolidLine)
        cell = overlay.cell
        if cell is not None and not cell.intersected(overlay.crop).isEmpty():
            self._outline(painter, cell.intersected(overlay.crop), Qt.PenStyle.SolidLine)

    def _outline(self, painter: QPainter, box: QRectF, style: Qt.PenStyle) -> None:
        """A bright line on a dark one: seen on any photograph. At least 4 pixels wide."""
        shown = self.on_screen(box)
        missing = max(0.0, 4 - shown.width()) / 2, max(0.0, 4 - shown.height()) / 2
        shown.adjust(-missing[0], -missing[1], missing[0], missing[1])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 130), 3.0), (QColor(ROLE_COLOURS["pointwise"]), 1.5)):
            painter.setPen(QPen(colour, width, style))
            painter.drawRect(shown)

    def sizeHint(self) -> QSize:
        """A small photograph."""
        return QSize(220, 180)

    def minimumSizeHint(self) -> QSize:
        """A stamp."""
        return QSize(96, 80)
