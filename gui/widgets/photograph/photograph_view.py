"""A photograph with the part that the input sees, and the pixels that one output sees, outlined on it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.image.photograph import Photograph
from gui.look.appearance import Appearance
from gui.look.colormaps import colour
from gui.look.theme import ROLE_COLOURS

_NOTCH: Final = 1.15
"""How many times as much is to be seen after one notch of the wheel."""


@dataclass(frozen=True)
class NestedBox:
    """What a unit on the way sees, in the colour of its layer's role."""

    box: QRectF
    role: str


@dataclass(frozen=True)
class Heat:
    """How much each pixel of the Input matters: (H, W) in 0 … 1, over the crop."""

    strength: npt.NDArray[np.float32]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Heat) and other.strength is self.strength

    __hash__ = None  # type: ignore[assignment]  # arrays have none


@dataclass(frozen=True)
class Overlay:
    """Boxes in pixels of the photograph."""

    crop: QRectF
    """What the input sees."""
    field: QRectF | None = None
    """What one output sees; may reach beyond the crop, into the padding."""
    cell: QRectF | None = None
    """The step between neighbouring outputs, around the middle of the field."""
    nested: tuple[NestedBox, ...] = ()
    """From the largest to the smallest."""
    heat: Heat | None = None
    pixel: QRectF | None = None
    """The input's pixel under the mouse."""
    room: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """(left, top, right, bottom) in pixels of the photograph: kept free around it, for padding."""


class PhotographView(QWidget):
    """The whole photograph, as large as there is room."""

    pointed = Signal(object)
    """Where the mouse is, a `QPointF` in pixels of the photograph; None beside it."""

    zoomed = Signal(float, QPointF)
    """The wheel was turned: how many times as much is to be seen, around a point in shares of the picture."""
    dragged = Signal(QPointF)
    """The picture was pulled by so many shares of itself."""
    whole_requested = Signal()
    """A double-click: all of it again."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._grip: QPointF | None = None
        self._image: QImage | None = None
        self._scaled: QImage | None = None
        self._heat: tuple[Heat, QImage] | None = None
        self.overlay: Overlay | None = None
        self.setMouseTracking(True)
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
        left, top, right, bottom = (0.0,) * 4 if self.overlay is None else self.overlay.room
        wide, high = self._image.width(), self._image.height()
        scale = min(width / (wide + left + right), height / (high + top + bottom))
        return QRectF(2 + left * scale, 2 + top * scale, wide * scale, high * scale)

    def on_photograph(self, point: QPointF) -> QPointF | None:
        """A point of the widget in pixels of the photograph; None beside it."""
        rect = self.photograph_rect()
        if self._image is None or not rect.contains(point):
            return None
        scale = self._image.width() / rect.width()
        return QPointF((point.x() - rect.left()) * scale, (point.y() - rect.top()) * scale)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer or further, around the mouse."""
        rect, point = self.photograph_rect(), event.position()
        turned = event.angleDelta().y()
        if turned and rect.contains(point):
            share = QPointF(
                (point.x() - rect.left()) / rect.width(), (point.y() - rect.top()) / rect.height()
            )
            self.zoomed.emit(_NOTCH ** (-turned / 120), share)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton and self.photograph_rect().contains(event.position()):
            self._grip = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All of it again."""
        self._grip = None
        self.whole_requested.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull the picture, or report what is under the mouse."""
        if self._grip is not None and event.buttons() & Qt.MouseButton.LeftButton:
            rect, way = self.photograph_rect(), event.position() - self._grip
            self._grip = event.position()
            self.dragged.emit(QPointF(way.x() / rect.width(), way.y() / rect.height()))
            return
        self.pointed.emit(self.on_photograph(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under a mouse that has left."""
        self.pointed.emit(None)
        super().leaveEvent(event)

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
        with QPainter(self) as painter:
            rect = self.photograph_rect()
            painter.drawImage(rect.topLeft(), self._picture(rect))
            if self.overlay is not None:
                # A pixel more: the picture's edge is rounded, and the shade is the ground's own colour.
                self._paint_crop(painter, rect.adjusted(-1, -1, 1, 1), self.on_screen(self.overlay.crop))
                if self.overlay.heat is not None:
                    self._paint_heat(painter, self.overlay.heat, self.on_screen(self.overlay.crop))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_boxes(painter, self.overlay)

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
        if crop.width() < rect.width() - 3 or crop.height() < rect.height() - 3:
            painter.setPen(QPen(QColor(self._appearance.palette.line), 1))
            painter.drawRect(crop)

    def _paint_heat(self, painter: QPainter, heat: Heat, crop: QRectF) -> None:
        """The photograph steps back, and what matters glows: the square root, so that weak parts are seen."""
        painter.fillRect(crop, QColor(16, 19, 23, 150))
        if self._heat is None or self._heat[0] is not heat:
            self._heat = heat, _glow(heat.strength)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(crop, self._heat[1])

    def _paint_boxes(self, painter: QPainter, overlay: Overlay) -> None:
        if overlay.field is not None:
            self._paint_padding(painter, overlay.field, overlay.crop)
            for one in overlay.nested:
                self._outline(
                    painter, one.box.intersected(overlay.crop), ink=ROLE_COLOURS[one.role], width=1.25
                )
            inside = overlay.field.intersected(overlay.crop)
            if inside != overlay.field:
                self._outline(painter, overlay.field, Qt.PenStyle.DashLine)
            if not inside.isEmpty():
                self._outline(painter, inside)
            cell = overlay.cell
            if cell is not None and not cell.intersected(overlay.crop).isEmpty():
                self._outline(painter, cell.intersected(overlay.crop))
        if overlay.pixel is not None:
            self._outline(painter, overlay.pixel, ink=self._appearance.palette.accent)

    def _paint_padding(self, painter: QPainter, field: QRectF, crop: QRectF) -> None:
        """The part of the field that lies in the padding, hatched."""
        outside = QPainterPath()
        outside.addRect(self.on_screen(field))
        inside = QPainterPath()
        inside.addRect(self.on_screen(crop))
        ink = QColor(ROLE_COLOURS["pointwise"])
        ink.setAlpha(110)
        painter.fillPath(outside.subtracted(inside), QBrush(ink, Qt.BrushStyle.BDiagPattern))

    def _outline(
        self,
        painter: QPainter,
        box: QRectF,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
        *,
        ink: str = ROLE_COLOURS["pointwise"],
        width: float = 1.5,
    ) -> None:
        """A bright line on a dark one: seen on any photograph. At least 4 pixels wide."""
        shown = self.on_screen(box)
        missing = max(0.0, 4 - shown.width()) / 2, max(0.0, 4 - shown.height()) / 2
        shown.adjust(-missing[0], -missing[1], missing[0], missing[1])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for under, thick in ((QColor(0, 0, 0, 130), width + 1.5), (QColor(ink), width)):
            painter.setPen(QPen(under, thick, style))
            painter.drawRect(shown)

    def sizeHint(self) -> QSize:
        """A small photograph."""
        return QSize(220, 180)

    def minimumSizeHint(self) -> QSize:
        """A stamp."""
        return QSize(96, 80)


def _glow(strength: npt.NDArray[np.float32]) -> QImage:
    """The effective field as a picture whose dark parts are transparent."""
    root = np.sqrt(np.nan_to_num(strength).clip(0, 1))
    rgba = np.empty((*strength.shape, 4), np.uint8)
    rgba[..., :3] = colour(root, "viridis", 0.0, 1.0)
    rgba[..., 3] = np.rint(np.clip(root * 1.6, 0, 1) * 255)
    height, width = strength.shape
    return QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
