"""The mouse on the canvas: each press, drag and drop becomes one gesture."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from engine.network import Edge
from gui.canvas.camera import Camera
from gui.canvas.card import explanation
from gui.canvas.commands import Commands
from gui.canvas.gestures.band import BandGesture
from gui.canvas.gestures.drop import DropGesture
from gui.canvas.gestures.gesture import Gesture, Pointer, Tools
from gui.canvas.gestures.move import MoveGesture
from gui.canvas.gestures.pan import PanGesture
from gui.canvas.gestures.wire import WireGesture
from gui.canvas.hits import Hit, hit
from gui.canvas.look import Look
from gui.canvas.placing import Part
from gui.canvas.quick_add import QuickAdd
from gui.canvas.scene import CanvasScene
from gui.canvas.title_editor import TitleEditor
from gui.document import Document
from gui.layer_mime import decode_block, decode_layer
from gui.selection import Selection
from gui.theme import CARD_HEIGHT, CARD_WIDTH


class PointingView(Camera):
    """Turns the mouse into gestures, one at a time. Keys can end a gesture and hold the sheet for panning."""

    def __init__(self, document: Document, selection: Selection, look: Look, parent: QWidget | None) -> None:
        super().__init__(CanvasScene(look), parent)
        self.document = document
        self.selection = selection
        self.commands = Commands(document, selection)
        self._tools = Tools(document, selection, self.canvas_scene, self.commands)
        self._gesture: Gesture | None = None
        self._hovered = Hit()
        self._space_held = False
        self._title_editor = TitleEditor(self)
        self._quick_add = QuickAdd(self)
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture is not None

    def hold_sheet(self, held: bool) -> None:
        """While Space is held, the left button pans."""
        self._space_held = held
        self._show_cursor()

    def cancel_gesture(self) -> None:
        """Take back what the gesture under way has shown so far."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
            self._show_cursor()

    def select_edge(self, edge: Edge | None) -> None:
        """Select a wire, and no node."""
        self.selection.select(())
        self.canvas_scene.select_edge(edge)

    def rename_selected(self) -> None:
        """Edit the title of the one selected node in place."""
        node_id = self.selection.current
        if node_id is not None:
            self.reveal_selected()
            self._title_editor.open(node_id)

    def reveal_selected(self) -> None:
        """Pan until the selected cards are seen."""
        if self.selection.ids:
            self.reveal(self.canvas_scene.cards_rect(self.selection.ids))

    def show_made(self) -> None:
        """Pan until the selected cards are seen, or show them whole where that takes a smaller zoom."""
        if self.selection.ids:
            made, seen = self.canvas_scene.cards_rect(self.selection.ids), self.visible_rect
            if made.width() > seen.width() or made.height() > seen.height():
                self.fit_rect(made)
            else:
                self.reveal(made)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            return
        pointer = self._pointer(event.position(), event.modifiers())
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self._space_held
        ):
            self._begin(PanGesture(self._tools, self), pointer)
        elif button == Qt.MouseButton.LeftButton:
            gesture = self._gesture_at(hit(self.canvas_scene, pointer.scene, self.zoom))
            if gesture is not None:
                self._begin(gesture, pointer)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event.position(), event.modifiers())
        if self._gesture is not None:
            self._gesture.move(pointer)
        else:
            self._hover(hit(self.canvas_scene, pointer.scene, self.zoom))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.finish(self._pointer(event.position(), event.modifiers()))
            self._hover(Hit())
            self._show_cursor()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second click on a card renames it, on empty canvas it asks for a layer to put there."""
        pointer = self._pointer(event.position(), event.modifiers())
        found = hit(self.canvas_scene, pointer.scene, self.zoom)
        if event.button() == Qt.MouseButton.LeftButton and found.node_id is not None and not found.port:
            self.selection.select({found.node_id})
            self.rename_selected()
        elif event.button() == Qt.MouseButton.LeftButton and found == Hit():
            corner = (pointer.scene.x() - CARD_WIDTH / 2, pointer.scene.y() - CARD_HEIGHT / 2)
            self._ask(pointer, lambda part: self.commands.add(part, corner), has_input=False)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._gesture is None:
            self._hover(Hit())
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._explanation(event.pos()), self)
            return True
        return super().viewportEvent(event)

    # Drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        part = decode_layer(event.mimeData()) or decode_block(event.mimeData())
        if part is None:
            event.ignore()  # a photograph or a project: the window's business
            return
        self._begin(DropGesture(self._tools, part), self._pointer(QPointF(event.position())))
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if isinstance(self._gesture, DropGesture):
            self._gesture.move(self._pointer(QPointF(event.position())))
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.cancel_gesture()

    def dropEvent(self, event: QDropEvent) -> None:
        gesture = self._gesture
        if isinstance(gesture, DropGesture):
            self._gesture = None
            gesture.finish(self._pointer(QPointF(event.position())))
            self._show_cursor()
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.acceptProposedAction()
        else:
            event.ignore()

    def _pointer(
        self, at: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> Pointer:
        pixel = at.toPoint()
        return Pointer(
            self.mapToScene(pixel), pixel, self.viewport().mapToGlobal(pixel), modifiers, self.zoom
        )

    def _gesture_at(self, found: Hit) -> Gesture | None:
        if found.edge is not None and not found.near_end:
            self.select_edge(found.edge)
            return None
        if found.edge is not None:
            return WireGesture(self._tools, found.edge[0], "out", self._ask_for_end, found.edge)
        self.canvas_scene.select_edge(None)
        if found.node_id is None:
            return BandGesture(self._tools)
        node = self.document.project.network[found.node_id]
        if found.port == "in" and node.inputs and node.layer.max_inputs == len(node.inputs):
            edge = (node.inputs[-1], node.id)
            return WireGesture(self._tools, edge[0], "out", self._ask_for_end, edge)
        if found.port:
            return WireGesture(self._tools, found.node_id, found.port, self._ask_for_end)
        return MoveGesture(self._tools, found.node_id)

    def _ask_for_end(self, node_id: str, port: str, pointer: Pointer) -> None:
        """A wire was dropped on nothing: which layer should stand there?"""
        x, y = pointer.scene.x(), pointer.scene.y() - CARD_HEIGHT / 2
        at = (x, y) if port == "out" else (x - CARD_WIDTH, y)
        self._ask(
            pointer,
            lambda part: self.commands.add_wired(part, at, node_id, port),
            has_input=port == "out",
        )

    def _ask(self, pointer: Pointer, make: Callable[[Part], bool], *, has_input: bool) -> None:
        """Ask for a layer or block at the mouse; what is made of the answer is shown whole."""

        def use(part: Part) -> None:
            if make(part):
                self.show_made()

        self._quick_add.open(pointer.screen, use, has_input=has_input)

    def _begin(self, gesture: Gesture, pointer: Pointer) -> None:
        self.cancel_gesture()
        self._hover(Hit())
        self._gesture = gesture
        self._show_cursor()
        gesture.start(pointer)

    def _hover(self, found: Hit) -> None:
        before, self._hovered = self._hovered, found
        if before == found:
            return
        scene = self.canvas_scene
        if before.node_id in scene.nodes:
            scene.nodes[str(before.node_id)].show_ports("")
        if found.node_id is not None:
            scene.nodes[found.node_id].show_ports("both")
        scene.hover_edge(found.edge)
        self._show_cursor()

    def _show_cursor(self) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._gesture is not None:
            shape = self._gesture.cursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._hovered.port or self._hovered.near_end:
            shape = Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

    def _explanation(self, at: QPoint) -> str:
        found = hit(self.canvas_scene, self.mapToScene(at), self.zoom)
        analysis = self.document.analysis
        if found.node_id is not None:
            node = self.document.project.network[found.node_id]
            report = analysis.layers[node.id]
            return explanation(node, report, analysis.totals, self.canvas_scene.convention)
        if found.edge is not None:
            labels = [self.document.project.network[one].label for one in found.edge]
            shape = analysis.layers[found.edge[0]].output_shape
            words = self.canvas_scene.convention.shape(shape) if shape else ""
            return f"{labels[0]} → {labels[1]}\n{words}".strip()
        return ""
