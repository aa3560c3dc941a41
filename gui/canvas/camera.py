"""Looking at the scene: zoom at the cursor, pan without end, fit, and the dot grid behind everything."""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from gui.canvas.overlays.far_view import FAR, paint_far
from gui.canvas.overlays.minimap import Minimap
from gui.canvas.scene import CanvasScene

MIN_ZOOM: Final = 0.04
MAX_ZOOM: Final = 4.0
STEP: Final = 1.25
"""Factor of one zoom command."""

_WORLD: Final = QRectF(-3e7, -3e7, 6e7, 6e7)
"""More than any project covers: the sheet has no edge."""
_MARGIN: Final = 24.0
_DOTS: Final = 24.0
_LEAST_DOTS: Final = 16.0


class Camera(QGraphicsView):
    """A view without scroll bars. What was fitted stays fitted while the window changes its size."""

    def __init__(self, scene: CanvasScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.canvas_scene = scene
        self.minimap = Minimap(self)
        scene.cards_changed.connect(self.minimap.on_cards_changed)
        self.fingers_pan = True
        """What two fingers on a touchpad do: pan, or else zoom."""
        self.fits_between = (MIN_ZOOM, 1.0)
        """The least and the largest zoom at which what is fitted is shown."""
        self._fitted = True
        self._dots: tuple[float, int, int, QPolygonF] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        # Only the view's sheet is this large; the scene's own rectangle keeps its index of items sharp.
        self.setSceneRect(_WORLD)

    @property
    def zoom(self) -> float:
        """Screen pixels for one canvas unit."""
        return self.transform().m11()

    @property
    def visible_rect(self) -> QRectF:
        """The part of the scene that is seen."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    @property
    def room(self) -> QRectF:
        """What is fitted fits in here: the viewport in pixels, without a margin."""
        view = QRectF(self.viewport().rect())
        return view.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def set_zoom(self, zoom: float, anchor: QPointF | None = None) -> None:
        """Zoom so that the scene point under `anchor` (viewport pixels; the centre if None) stays there."""
        zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        if anchor is None:
            anchor = QRectF(self.viewport().rect()).center()
        kept = self._scene_point(anchor)
        self._look_at(kept, anchor, zoom)
        self._fitted = False

    def zoom_in(self) -> None:
        """One step nearer, about the centre."""
        self.set_zoom(self.zoom * STEP)

    def zoom_out(self) -> None:
        """One step further away, about the centre."""
        self.set_zoom(self.zoom / STEP)

    def zoom_to_100(self) -> None:
        """One canvas unit is one pixel."""
        self.set_zoom(1.0)

    def fit_all(self) -> None:
        """Show the whole network, at 100 % (the larger of `fits_between`) where it fits."""
        self._fit(self.canvas_scene.cards_rect())
        self._fitted = True

    def fit_rect(self, rect: QRectF) -> None:
        """Show this part of the scene, likewise."""
        self._fit(rect)
        self._fitted = False

    def pan_by(self, delta: QPoint) -> None:
        """Move the sheet by this many pixels."""
        horizontal, vertical = self.horizontalScrollBar(), self.verticalScrollBar()
        horizontal.setValue(horizontal.value() - delta.x())
        vertical.setValue(vertical.value() - delta.y())
        self._fitted = False
        self.minimap.on_view_changed()

    def reveal(self, rect: QRectF) -> None:
        """Pan as little as needed to show this part of the scene; not at all if it is empty."""
        if not rect.isEmpty() and not self.visible_rect.contains(rect):
            self.ensureVisible(rect, int(_MARGIN), int(_MARGIN))
            self._fitted = False
            self.minimap.on_view_changed()

    def show_rect(self, rect: QRectF) -> None:
        """Pan until this part of the scene is seen, or zoom out where it takes that."""
        visible = self.visible_rect
        if rect.width() > visible.width() or rect.height() > visible.height():
            self.fit_rect(rect)
        else:
            self.reveal(rect)

    def look_at(self, scene_point: QPointF) -> None:
        """Bring a point of the scene into the middle."""
        self._look_at(scene_point, QRectF(self.viewport().rect()).center(), self.zoom)
        self._fitted = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms at the cursor, a quarter of an octave per notch, with Shift it pans sideways. Two
        fingers on a touchpad pan, and zoom with Ctrl; or always, where that is preferred."""
        fine, coarse = event.pixelDelta(), event.angleDelta()
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if _is_touchpad(event) and self.fingers_pan and not with_ctrl:
            self.pan_by(coarse / 2 if fine.isNull() else fine)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(QPoint(coarse.y() or coarse.x(), 0) / 2)
        else:
            amount = fine.y() / 240 if fine.y() else coarse.y() / 480
            if amount:
                self.set_zoom(self.zoom * 2**amount, event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.set_zoom(self.zoom * (1 + event.value()), event.position())
                return True
            return False
        return super().viewportEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keep_fitted()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.minimap.place()
        self._keep_fitted()
        self.minimap.on_view_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        """By the scene's items, or from far away by a stroke for all."""
        if self.zoom >= FAR:
            super().paintEvent(event)
            return
        with QPainter(self.viewport()) as painter:
            painter.setClipRegion(event.region())
            painter.setTransform(self.viewportTransform())
            self.drawBackground(painter, self.mapToScene(event.rect()).boundingRect())
            paint_far(painter, self.canvas_scene, self.viewport())

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The dot grid; far out it thins, so that its dots never run together."""
        rect = QRectF(rect)
        look = self.canvas_scene.look
        painter.fillRect(rect, look.canvas)
        spacing = _DOTS
        while spacing * self.zoom < _LEAST_DOTS:
            spacing *= 2
        left, top = (rect.left() // spacing) * spacing, (rect.top() // spacing) * spacing
        columns, rows = int(rect.width() / spacing) + 2, int(rect.height() / spacing) + 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(look.grid)
        painter.translate(left, top)
        painter.drawPoints(self._dot_points(spacing, columns, rows))
        painter.translate(-left, -top)

    def _dot_points(self, spacing: float, columns: int, rows: int) -> QPolygonF:
        """The same block of dots serves until the zoom changes or more are needed."""
        known = self._dots
        if known is None or known[0] != spacing or known[1] < columns or known[2] < rows:
            points = [QPointF(x * spacing, y * spacing) for y in range(rows) for x in range(columns)]
            self._dots = known = (spacing, columns, rows, QPolygonF(points))
        return known[3]

    def _keep_fitted(self) -> None:
        if self._fitted:
            self.fit_all()

    def _fit(self, rect: QRectF) -> None:
        view = QRectF(self.viewport().rect())
        if rect.isEmpty():
            self._look_at(QPointF(0, 0), view.center(), 1.0)
            return
        room = self.room
        least, most = self.fits_between
        zoom = min(room.width() / rect.width(), room.height() / rect.height(), most)
        self._look_at(rect.center(), view.center(), max(zoom, least))

    def _scene_point(self, at: QPointF) -> QPointF:
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(at)

    def _look_at(self, scene_point: QPointF, at: QPointF, zoom: float) -> None:
        """Show a point of the scene at a place of the viewport."""
        self.resetTransform()
        self.scale(zoom, zoom)
        off = self.viewportTransform().map(scene_point) - at
        horizontal, vertical = self.horizontalScrollBar(), self.verticalScrollBar()
        horizontal.setValue(horizontal.value() + round(off.x()))
        vertical.setValue(vertical.value() + round(off.y()))
        self.minimap.on_view_changed()


def _is_touchpad(event: QWheelEvent) -> bool:
    """A wheel gives steps, a touchpad pixels; where the system knows, it says so."""
    known = event.device().type() if event.device() is not None else QInputDevice.DeviceType.Unknown
    return known == QInputDevice.DeviceType.TouchPad or not event.pixelDelta().isNull()
