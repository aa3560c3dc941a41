"""Drags that come in from elsewhere: layers and blocks become a gesture, anything else is told what fits."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from gui.canvas.gestures.drop import DropGesture
from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.pointing import PointingView
from gui.session.document import Document
from gui.session.layer_mime import decode_block, decode_layer
from gui.session.selection import Selection


class DroppingView(PointingView):
    """Takes what the palette offers. Files are left to the window."""

    def __init__(
        self, document: Document, selection: Selection, look: CanvasStyle, parent: QWidget | None
    ) -> None:
        super().__init__(document, selection, look, parent)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        part = decode_layer(event.mimeData()) or decode_block(event.mimeData())
        if part is None:
            self._refuse_drag(event)
            return
        self._begin(DropGesture(self._tools, part), self._pointer(QPointF(event.position())))
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if isinstance(self._gesture, DropGesture):
            pointer = self._pointer(QPointF(event.position()))
            self._gesture.move(pointer)
            self._auto_pan.follow(pointer.pixel)
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.cancel_gesture()

    def dropEvent(self, event: QDropEvent) -> None:
        if isinstance(self._gesture, DropGesture):
            self._finish(self._pointer(QPointF(event.position())))
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.acceptProposedAction()
        else:
            self._refuse_drag(event)

    def _refuse_drag(self, event: QDropEvent) -> None:
        """A photograph or a project is the window's business; anything else is told what fits."""
        event.ignore()
        if not event.mimeData().hasUrls():
            self._seen_at = event.position().toPoint()
            self.say("This cannot be dropped here. Layers, blocks, photographs and projects can.")
