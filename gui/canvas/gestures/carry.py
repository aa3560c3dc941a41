"""Moving frames and notes, and resizing frames."""

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt

from engine.layout.room import snapped
from engine.model.annotations import LEAST_FRAME, Frame
from engine.model.project import Point
from gui.canvas.annotation_commands import AnnotationCommands, carried
from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools


class CarryGesture(Gesture):
    """A press selects a frame or note; dragging moves it on the grid, a frame with what lies on it."""

    def __init__(self, tools: Tools, drawn: AnnotationCommands, thing_id: str) -> None:
        super().__init__(tools)
        self._drawn = drawn
        self._thing_id = thing_id
        self._origin: Pointer | None = None
        self._places: dict[str, Point] = {}
        self._moved: dict[str, Point] = {}

    def start(self, pointer: Pointer) -> None:
        self._origin = pointer
        self.tools.selection.select(())
        self.tools.scene.annotations.select(self._thing_id)
        self._places = carried(self.tools.document.project, self._thing_id)

    def move(self, pointer: Pointer) -> None:
        origin = self._origin
        if origin is None:
            return
        if not self._moved and (pointer.pixel - origin.pixel).manhattanLength() < DRAG_DISTANCE:
            return
        way: QPointF = pointer.scene - origin.scene
        x, y = self._places[self._thing_id]
        to_x, to_y = snapped((x + way.x(), y + way.y()))
        self._moved = {one: (px + to_x - x, py + to_y - y) for one, (px, py) in self._places.items()}
        self._show(self._moved)

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        if self._moved:
            self._drawn.move(self._thing_id, self._moved)

    def cancel(self) -> None:
        if self._moved:
            self._show(self._places)

    def _show(self, places: dict[str, Point]) -> None:
        scene = self.tools.scene
        scene.annotations.preview(places)
        scene.preview_positions({one: at for one, at in places.items() if one in scene.nodes})


class ResizeGesture(Gesture):
    """Dragging the corner of a frame makes it larger or smaller, on the grid."""

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, tools: Tools, drawn: AnnotationCommands, frame: Frame) -> None:
        super().__init__(tools)
        self._drawn = drawn
        self._frame = self._made = frame
        self._origin: Pointer | None = None

    def start(self, pointer: Pointer) -> None:
        self._origin = pointer
        self.tools.selection.select(())
        self.tools.scene.annotations.select(self._frame.id)

    def move(self, pointer: Pointer) -> None:
        if self._origin is None:
            return
        way = pointer.scene - self._origin.scene
        frame = self._frame
        right, bottom = snapped((frame.x + frame.width + way.x(), frame.y + frame.height + way.y()))
        self._made = replace(
            frame, width=max(right - frame.x, LEAST_FRAME), height=max(bottom - frame.y, LEAST_FRAME)
        )
        self.tools.scene.annotations.preview_frame(self._made)

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        self._drawn.change_frame(self._made)

    def cancel(self) -> None:
        self.tools.scene.annotations.preview_frame(self._frame)
