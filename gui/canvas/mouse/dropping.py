"""Drags that come in from elsewhere: layers and blocks become a gesture, anything else is told what fits."""

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from gui.canvas.gestures.drop import DropGesture
from gui.canvas.gestures.gesture import Tools
from gui.canvas.mouse.mouse_place import MousePlace
from gui.canvas.mouse.pointing import Pointing
from gui.session.layer_mime import decode_block, decode_layer


class Dropping:
    """Takes what the palette offers. Files are left to the window."""

    def __init__(
        self, tools: Tools, place: MousePlace, pointing: Pointing, say: Callable[[str], None]
    ) -> None:
        self._tools = tools
        self._place = place
        self._pointing = pointing
        self._say = say

    def enter(self, event: QDragEnterEvent) -> None:
        """Something is dragged onto the canvas."""
        part = decode_layer(event.mimeData()) or decode_block(event.mimeData())
        if part is None:
            self._refuse(event)
            return
        self._pointing.begin(DropGesture(self._tools, part), self._place.pointer(QPointF(event.position())))
        event.acceptProposedAction()

    def move(self, event: QDragMoveEvent) -> None:
        """It moves over the canvas."""
        if isinstance(self._pointing.gesture, DropGesture):
            pointer = self._place.pointer(QPointF(event.position()))
            self._pointing.gesture.move(pointer)
            self._pointing.auto_pan.follow(pointer.pixel)
            event.acceptProposedAction()
        else:
            event.ignore()

    def drop(self, event: QDropEvent) -> bool:
        """It is let go of; whether it stays."""
        if not isinstance(self._pointing.gesture, DropGesture):
            self._refuse(event)
            return False
        self._pointing.finish(self._place.pointer(QPointF(event.position())))
        event.acceptProposedAction()
        return True

    def _refuse(self, event: QDropEvent) -> None:
        """A photograph or a project is the window's business; anything else is told what fits."""
        event.ignore()
        if not event.mimeData().hasUrls():
            self._place.pointer(QPointF(event.position()))
            self._say("This cannot be dropped here. Layers, blocks, photographs and projects can.")
