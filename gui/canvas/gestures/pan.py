"""Moving the sheet with the middle button, or with Space held down."""

from PySide6.QtCore import QPoint, Qt

from gui.canvas.camera import Camera
from gui.canvas.gestures.gesture import Gesture, Pointer, Tools


class PanGesture(Gesture):
    """The point of the sheet that was taken hold of stays under the mouse."""

    cursor = Qt.CursorShape.ClosedHandCursor
    pans_at_edges = False

    def __init__(self, tools: Tools, camera: Camera) -> None:
        super().__init__(tools)
        self._camera = camera
        self._first = QPoint()
        self._last = QPoint()

    def start(self, pointer: Pointer) -> None:
        self._first = self._last = pointer.pixel

    def move(self, pointer: Pointer) -> None:
        self._camera.pan_by(pointer.pixel - self._last)
        self._last = pointer.pixel

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)

    def cancel(self) -> None:
        self._camera.pan_by(self._first - self._last)
