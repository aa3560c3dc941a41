"""Moving a point that a wire is led through."""

from PySide6.QtCore import Qt

from engine.layout.room import snapped
from engine.model.network import Edge
from engine.model.project import Point
from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools


class BendGesture(Gesture):
    """The point follows the mouse on the grid; a click selects the wire."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, tools: Tools, edge: Edge, number: int) -> None:
        super().__init__(tools)
        self._edge = edge
        self._number = number
        self._before = tools.document.project.bends[edge]
        self._points = self._before
        self._origin: Pointer | None = None

    def start(self, pointer: Pointer) -> None:
        self._origin = pointer
        self.tools.select_edge(self._edge)

    def move(self, pointer: Pointer) -> None:
        origin = self._origin
        if origin is None or (
            self._points is self._before and (pointer.pixel - origin.pixel).manhattanLength() < DRAG_DISTANCE
        ):
            return
        points = list(self._before)
        points[self._number] = snapped((pointer.scene.x(), pointer.scene.y()))
        self._show(tuple(points))

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        if self._points != self._before:
            points = self._points
            self.tools.commands.edit("Move a point", lambda project: project.bend(self._edge, points))

    def cancel(self) -> None:
        self._show(self._before)

    def _show(self, points: tuple[Point, ...]) -> None:
        self._points = points
        scene = self.tools.scene
        scene.bends = {**scene.bends, self._edge: points}
        scene.wiring.follow(self._edge)
