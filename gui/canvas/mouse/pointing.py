"""The mouse on the canvas: each press becomes one gesture."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from engine.edits.card_ports import nodes_of, ways_in
from gui.canvas.annotations_and_groups import AnnotationsAndGroups
from gui.canvas.camera import Camera
from gui.canvas.editors.quick_add import QuickAdd
from gui.canvas.gestures.band import BandGesture
from gui.canvas.gestures.bend import BendGesture
from gui.canvas.gestures.cut import CutGesture
from gui.canvas.gestures.fix import FixGesture
from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools
from gui.canvas.gestures.move import MoveGesture
from gui.canvas.gestures.pan import PanGesture
from gui.canvas.gestures.wire import WireGesture
from gui.canvas.mouse.auto_pan import AutoPan
from gui.canvas.mouse.hit_test import Hit, hit
from gui.canvas.mouse.hover import cursor, light_up, words
from gui.canvas.mouse.mouse_place import MousePlace


class Pointing:
    """Turns the mouse into gestures, one at a time. Keys can end a gesture and hold the sheet for panning."""

    def __init__(
        self, camera: Camera, tools: Tools, place: MousePlace, drawn: AnnotationsAndGroups,
        quick_add: QuickAdd,
    ) -> None:  # fmt: skip
        self._camera = camera
        self._tools = tools
        self._place = place
        self._drawn = drawn
        self._quick_add = quick_add
        self.gesture: Gesture | None = None
        """The one under way."""
        self._carried = False
        self._pressed_at = QPoint()
        self._hovered = Hit()
        self._sheet_is_held = False
        self.auto_pan = AutoPan(camera, camera.viewport().rect, self._pan_under_gesture)
        camera.viewport().setMouseTracking(True)

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is under way."""
        return self.gesture is not None

    def hold_sheet(self, held: bool) -> None:
        """While Space is held, the left button pans."""
        self._sheet_is_held = held
        self._show_cursor()

    def begin(self, gesture: Gesture, pointer: Pointer) -> None:
        """Start a gesture in the place of the one under way."""
        self.cancel()
        self.hover(Hit())
        self.gesture = gesture
        self._pressed_at = pointer.pixel
        self._show_cursor()
        gesture.start(pointer)

    def finish(self, pointer: Pointer) -> None:
        """Let the gesture under way do what it is there for."""
        gesture = self._put_down()
        if gesture is not None:
            gesture.finish(pointer)
            self.hover(Hit())
            self._show_cursor()

    def cancel(self) -> None:
        """Take back what the gesture under way has shown so far."""
        gesture = self._put_down()
        if gesture is not None:
            gesture.cancel()
            self._show_cursor()

    def hover(self, under_mouse: Hit) -> None:
        """Light up what the mouse is over."""
        before, self._hovered = self._hovered, under_mouse
        if before != under_mouse:
            light_up(self._tools.scene, before, under_mouse)
            self._show_cursor()

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        pointer = self._place.pointer(event.position(), event.modifiers())
        button = event.button()
        if self._carried and button != Qt.MouseButton.MiddleButton:
            if button == Qt.MouseButton.LeftButton:
                self.finish(pointer)
            else:
                self.cancel()
            return
        if self.gesture is not None:
            return
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self._sheet_is_held
        ):
            self.begin(PanGesture(self._tools, self._camera), pointer)
        elif button == Qt.MouseButton.RightButton and pointer.toggles:
            self.begin(CutGesture(self._tools), pointer)
        elif button == Qt.MouseButton.LeftButton:
            gesture = self._gesture_at(self._under(pointer.scene))
            if gesture is not None:
                self.begin(gesture, pointer)
        event.accept()

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved."""
        pointer = self._place.pointer(event.position(), event.modifiers())
        self._place.leads = True
        gesture = self.gesture
        if gesture is not None:
            gesture.move(pointer)
            far = (pointer.pixel - self._pressed_at).manhattanLength() >= DRAG_DISTANCE
            if gesture.pans_at_edges and far:
                self.auto_pan.follow(pointer.pixel, armed=True)
        else:
            self.hover(self._under(pointer.scene))
        event.accept()

    def release(self, event: QMouseEvent) -> None:
        """A button went up."""
        gesture, pointer = self.gesture, self._place.pointer(event.position(), event.modifiers())
        if gesture is not None and not self._carried:
            if gesture.goes_on(pointer):
                self._carried = True
            else:
                self.finish(pointer)
        event.accept()

    def leave(self) -> None:
        """The mouse left the canvas."""
        self._place.leads = False
        if self.gesture is None:
            self.hover(Hit())

    def explanation(self, pixel: QPoint) -> str:
        """What a tool tip says at a pixel of the viewport."""
        under_mouse = self._under(self._camera.mapToScene(pixel))
        if under_mouse.thing:
            return self._drawn.explanation(under_mouse)
        return words(self._tools.scene, self._tools.document.analysis, under_mouse)

    def _under(self, scene_point: QPointF) -> Hit:
        return hit(self._tools.scene, scene_point, self._camera.zoom)

    def _pan_under_gesture(self, delta: QPoint) -> None:
        """The sheet goes on by itself under the mouse that holds something at the edge."""
        self._camera.pan_by(delta)
        if self.gesture is not None and self._place.pixel is not None:
            self.gesture.move(self._place.pointer(QPointF(self._place.pixel)))

    def _put_down(self) -> Gesture | None:
        """The gesture under way, which is over now."""
        gesture, self.gesture, self._carried = self.gesture, None, False
        self.auto_pan.stop()
        return gesture

    def _gesture_at(self, under_mouse: Hit) -> Gesture | None:
        tools, ask, edge = self._tools, self._quick_add.ask_for_end, under_mouse.edge
        if edge is not None and under_mouse.bend is not None:
            return BendGesture(tools, edge, under_mouse.bend)
        if edge is not None and under_mouse.near_end:
            return WireGesture(tools, edge[0], "out", ask, edge)
        if edge is not None and under_mouse.near_start:
            return WireGesture(tools, edge[1], "in", ask, edge)
        if edge is not None:
            tools.select_edge(edge)
            return None
        tools.scene.select_edge(None)
        tools.scene.annotations.select(None)
        if under_mouse.port:
            return self._wire_from(under_mouse.card, under_mouse.port)
        if under_mouse.thing:
            return self._drawn.gesture(under_mouse)
        if under_mouse.node_id is None:
            return BandGesture(tools)
        if under_mouse.fix is not None:
            return FixGesture(tools, under_mouse.node_id, under_mouse.fix)
        return MoveGesture(tools, under_mouse.node_id)

    def _wire_from(self, card: str, port: str) -> Gesture:
        """A new wire, or the one that the port is taken by, off it."""
        tools, ask = self._tools, self._quick_add.ask_for_end
        project = tools.document.project
        ports = ways_in(project.network, nodes_of(project, card)) if port == "in" else ()
        if ports and ports[-1].reads:
            edge = (project.groups.card(ports[-1].reads), card)
            return WireGesture(tools, edge[0], "out", ask, edge, sticky=True)
        return WireGesture(tools, card, port, ask, sticky=True)

    def _show_cursor(self) -> None:
        shape = cursor(self._hovered)
        if self.gesture is not None:
            shape = self.gesture.cursor
        elif self._sheet_is_held:
            shape = Qt.CursorShape.OpenHandCursor
        self._camera.viewport().setCursor(shape)
