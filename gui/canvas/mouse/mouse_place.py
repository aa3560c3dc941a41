"""Where the mouse is on the canvas, and whether it or the keyboard leads."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor

from gui.canvas.camera import Camera
from gui.canvas.gestures.gesture import Pointer
from gui.canvas.mouse.hit_test import Hit, hit


class MousePlace:
    """What was last seen of the mouse; asked by whatever speaks, asks or pastes there."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self.pixel: QPoint | None = None
        """Of the viewport; None where the mouse has not been yet."""
        self.leads = False
        """Whether it was moved after the keyboard last went somewhere."""

    def pointer(
        self, pixel: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> Pointer:
        """The mouse is seen at this pixel of the viewport."""
        camera = self._camera
        self.pixel = seen = pixel.toPoint()
        screen = camera.viewport().mapToGlobal(seen)
        return Pointer(camera.mapToScene(seen), seen, screen, modifiers, camera.zoom)

    @property
    def scene(self) -> QPointF | None:
        """The point of the scene under it, where it leads."""
        return self._camera.mapToScene(self.pixel) if self.leads and self.pixel is not None else None

    @property
    def is_over_nothing(self) -> bool:
        """Whether it leads, and is over empty canvas."""
        place = self.scene
        return place is not None and hit(self._camera.canvas_scene, place, self._camera.zoom) == Hit()

    @property
    def asked_at(self) -> QPointF:
        """Where a question is asked: at the mouse where it leads, or else in the middle."""
        if self.leads and self.pixel is not None:
            return QPointF(self.pixel)
        return QPointF(self._camera.viewport().rect().center())

    @property
    def told_at(self) -> QPoint:
        """Where something is said: at the mouse, or in the middle where it has not been yet."""
        if self.pixel is not None:
            return self.pixel
        viewport = self._camera.viewport()
        pixel = viewport.mapFromGlobal(QCursor.pos())
        return pixel if viewport.rect().contains(pixel) else viewport.rect().center()
