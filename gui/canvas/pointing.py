"""The mouse on the canvas: each press becomes one gesture."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from engine.model.network import Edge
from gui.canvas.annotations_and_groups import AnnotationsAndGroups
from gui.canvas.auto_pan import AutoPan
from gui.canvas.camera import Camera
from gui.canvas.commands import Commands
from gui.canvas.editors.quick_add import QuickAdd
from gui.canvas.editors.title_editor import TitleEditor
from gui.canvas.gestures.band import BandGesture
from gui.canvas.gestures.fix import FixGesture
from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools
from gui.canvas.gestures.move import MoveGesture
from gui.canvas.gestures.pan import PanGesture
from gui.canvas.gestures.wire import WireGesture
from gui.canvas.hit_test import Hit, hit
from gui.canvas.hover import cursor, light_up, words
from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.overlays.toast import Toast
from gui.canvas.scene import CanvasScene
from gui.session.document import Document
from gui.session.selection import Selection


class PointingView(Camera):
    """Turns the mouse into gestures, one at a time. Keys can end a gesture and hold the sheet for panning."""

    def __init__(
        self, document: Document, selection: Selection, look: CanvasStyle, parent: QWidget | None
    ) -> None:
        super().__init__(CanvasScene(look), parent)
        self.document = document
        self.selection = selection
        self.commands = Commands(document, selection)
        self._tools = Tools(document, selection, self.canvas_scene, self.commands)
        self._gesture: Gesture | None = None
        self._carried = False
        self._pressed_at = QPoint()
        self._seen_at: QPoint | None = None
        self._mouse_leads = False
        self._hovered = Hit()
        self._space_held = False
        self._title_editor = TitleEditor(self)
        self.drawn = AnnotationsAndGroups(self, self._tools)
        self._quick_add = QuickAdd(self)
        self._bubble = Toast(self)
        self._auto_pan = AutoPan(self, self.viewport().rect, self._pan_under_gesture)
        document.edit_refused.connect(self.on_edit_refused)
        self.viewport().setMouseTracking(True)

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture is not None

    def hold_sheet(self, held: bool) -> None:
        """While Space is held, the left button pans."""
        self._space_held = held
        self._show_cursor()

    def on_edit_refused(self, message: str) -> None:
        """Say at the mouse why what was done on the canvas is not to be."""
        if self.commands.acting:
            self.say(message)

    def say(self, message: str) -> None:
        """Say a few words at the mouse, or in the middle where it has not been yet."""
        at = self._seen_at
        if at is None:
            at = self.viewport().mapFromGlobal(QCursor.pos())
            at = at if self.viewport().rect().contains(at) else self.viewport().rect().center()
        self._bubble.say(message, at)

    @property
    def said(self) -> str:
        """What is being said at the mouse."""
        return self._bubble.said

    def cancel_gesture(self) -> None:
        """Take back what the gesture under way has shown so far."""
        gesture = self._put_down()
        if gesture is not None:
            gesture.cancel()
            self._show_cursor()

    def select_edge(self, edge: Edge | None) -> None:
        """Select a wire, and no node."""
        self.selection.select(())
        self.canvas_scene.select_edge(edge)

    @property
    def points_at_nothing(self) -> bool:
        """Whether the mouse was moved last, not the keyboard's place, and is over empty canvas."""
        if not self._mouse_leads or self._seen_at is None:
            return False
        return hit(self.canvas_scene, self.mapToScene(self._seen_at), self.zoom) == Hit()

    @property
    def mouse_place(self) -> QPointF | None:
        """The point of the scene under the mouse, where it was the mouse that was used last."""
        return self.mapToScene(self._seen_at) if self._mouse_leads and self._seen_at is not None else None

    def let_keys_lead(self) -> None:
        """The keyboard has gone somewhere: where the mouse rests no longer matters."""
        self._mouse_leads = False

    def ask_for_layer(self) -> None:
        """Open the search box at the mouse, or in the middle; what is chosen is put there."""
        at = self._seen_at if self._mouse_leads else None
        pixel = QPointF(self.viewport().rect().center() if at is None else at)
        self._quick_add.ask_at(self._pointer(pixel))

    def rename_selected(self) -> None:
        """Edit the title of the one selected node in place."""
        node_id = self.selection.current
        if self.drawn.rename_selected():
            return
        if node_id is not None and node_id in self.canvas_scene.nodes:
            self.reveal_selected()
            self._title_editor.open(node_id)
        elif node_id is not None:
            self.drawn.say_hidden(node_id)

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
        self._bubble.hide()
        pointer = self._pointer(event.position(), event.modifiers())
        button = event.button()
        if self._carried and button != Qt.MouseButton.MiddleButton:
            if button == Qt.MouseButton.LeftButton:
                self._finish(pointer)
            else:
                self.cancel_gesture()
            return
        if self._gesture is not None:
            return
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
        self._mouse_leads = True
        gesture = self._gesture
        if gesture is not None:
            gesture.move(pointer)
            far = (pointer.pixel - self._pressed_at).manhattanLength() >= DRAG_DISTANCE
            if gesture.pans_at_edges and far:
                self._auto_pan.follow(pointer.pixel, armed=True)
        else:
            self._hover(hit(self.canvas_scene, pointer.scene, self.zoom))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, pointer = self._gesture, self._pointer(event.position(), event.modifiers())
        if gesture is not None and not self._carried:
            if gesture.goes_on(pointer):
                self._carried = True
            else:
                self._finish(pointer)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second click on a card renames it, on empty canvas it asks for a layer to put there."""
        if self.is_busy:
            self.mousePressEvent(event)
            return
        pointer = self._pointer(event.position(), event.modifiers())
        found = hit(self.canvas_scene, pointer.scene, self.zoom)
        on_card = found.node_id is not None and not found.port and found.fix is None
        if event.button() == Qt.MouseButton.LeftButton and on_card and found.node_id is not None:
            self.selection.select({found.node_id})
            self.rename_selected()
        elif event.button() == Qt.MouseButton.LeftButton and found.thing:
            self.drawn.double_click(found)
        elif event.button() == Qt.MouseButton.LeftButton and found == Hit():
            self._quick_add.ask_at(pointer)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse_leads = False
        if self._gesture is None:
            self._hover(Hit())
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._explanation(event.pos()), self)
            return True
        return super().viewportEvent(event)

    def _pan_under_gesture(self, delta: QPoint) -> None:
        """The sheet goes on by itself under the mouse that holds something at the edge."""
        self.pan_by(delta)
        if self._gesture is not None and self._seen_at is not None:
            self._gesture.move(self._pointer(QPointF(self._seen_at)))

    def _put_down(self) -> Gesture | None:
        """The gesture under way, which is over now."""
        gesture, self._gesture, self._carried = self._gesture, None, False
        self._auto_pan.stop()
        return gesture

    def _finish(self, pointer: Pointer) -> None:
        gesture = self._put_down()
        if gesture is not None:
            gesture.finish(pointer)
            self._hover(Hit())
            self._show_cursor()

    def _pointer(
        self, at: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> Pointer:
        self._seen_at = pixel = at.toPoint()
        return Pointer(
            self.mapToScene(pixel), pixel, self.viewport().mapToGlobal(pixel), modifiers, self.zoom
        )

    def _gesture_at(self, found: Hit) -> Gesture | None:
        ask = self._quick_add.ask_for_end
        if found.edge is not None and not found.near_end:
            self.select_edge(found.edge)
            return None
        if found.edge is not None:
            return WireGesture(self._tools, found.edge[0], "out", ask, found.edge)
        self.canvas_scene.select_edge(None)
        self.canvas_scene.annotations.select(None)
        if found.thing:
            return self.drawn.gesture(found)
        if found.node_id is None:
            return BandGesture(self._tools)
        node = self.document.project.network[found.node_id]
        if found.port == "in" and node.inputs and node.layer.max_inputs == len(node.inputs):
            edge = (node.inputs[-1], node.id)
            if edge not in self.canvas_scene.edges:
                self.drawn.say_hidden(edge[0])
                return None
            return WireGesture(self._tools, edge[0], "out", ask, edge, sticky=True)
        if found.fix is not None:
            return FixGesture(self._tools, found.node_id, found.fix)
        if found.port:
            return WireGesture(self._tools, found.node_id, found.port, ask, sticky=True)
        return MoveGesture(self._tools, found.node_id)

    def _begin(self, gesture: Gesture, pointer: Pointer) -> None:
        self.cancel_gesture()
        self._hover(Hit())
        self._gesture = gesture
        self._pressed_at = pointer.pixel
        self._show_cursor()
        gesture.start(pointer)

    def _hover(self, found: Hit) -> None:
        before, self._hovered = self._hovered, found
        if before != found:
            light_up(self.canvas_scene, before, found)
            self._show_cursor()

    def _show_cursor(self) -> None:
        shape = cursor(self._hovered)
        if self._gesture is not None:
            shape = self._gesture.cursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        self.viewport().setCursor(shape)

    def _explanation(self, at: QPoint) -> str:
        found = hit(self.canvas_scene, self.mapToScene(at), self.zoom)
        if found.thing:
            return self.drawn.explanation(found)
        return words(self.canvas_scene, self.document.analysis, found)
