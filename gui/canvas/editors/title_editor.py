"""Renaming a node where its title stands."""

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from gui.canvas.camera import Camera
from gui.canvas.gestures.gesture import Tools
from gui.look.theme import CARD_WIDTH
from gui.widgets.controls.typed import is_undo_to_pass


class TitleEditor(QLineEdit):
    """Enter, or leaving the field, takes the name; Esc does not."""

    def __init__(self, view: Camera, tools: Tools) -> None:
        super().__init__(view)
        self._view = view
        self._tools = tools
        self._node_id: str | None = None
        self.setAccessibleName("Name of the layer")
        self.hide()

    def open(self, node_id: str) -> None:
        """Edit the name of this node."""
        self._node_id = node_id
        node = self._tools.document.project.network[node_id]
        self.setText(node.label)
        self.setPlaceholderText(node.layer.label)
        card = self._tools.scene.nodes[node_id].card
        corner = self._view.mapFromScene(card.topLeft())
        width = max(round(CARD_WIDTH * self._view.zoom), 120)
        self.setGeometry(QRect(corner.x(), corner.y(), width, self.sizeHint().height()))
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def cancel(self) -> None:
        """Close, changing nothing."""
        if self._node_id is not None:
            self._node_id = None
            self._leave()

    def commit(self) -> str | None:
        """Take the name; nothing is refused here."""
        self._take()
        return None

    def event(self, event: QEvent) -> bool:
        """Undo is that of the name while there is something to undo in it, and else the document's."""
        if not self.isUndoAvailable() and is_undo_to_pass(event):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._take()

    def _take(self) -> None:
        node_id, self._node_id = self._node_id, None
        if node_id is not None:
            self._leave()
            self._tools.commands.rename(node_id, self.text())

    def _leave(self) -> None:
        # Hidden with the focus, it would pass it on as the Tab key does, which asks for a layer.
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
