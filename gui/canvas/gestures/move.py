"""Selecting and moving cards."""

from PySide6.QtCore import QPointF, Qt

from engine.project import Point
from gui.canvas.geometry import snapped
from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools


class MoveGesture(Gesture):
    """A press on a card selects it; dragging moves all selected cards on the 8 px grid, as one undo step."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, tools: Tools, node_id: str) -> None:
        super().__init__(tools)
        self._node_id = node_id
        self._origin: Pointer | None = None
        self._selected_before: frozenset[str] = frozenset()
        self._places: dict[str, Point] = {}
        self._moved: dict[str, Point] = {}
        self._dragging = False

    def start(self, pointer: Pointer) -> None:
        selection = self.tools.selection
        self._origin = pointer
        self._selected_before = selection.ids
        if pointer.toggles:
            selection.select(selection.ids ^ {self._node_id})
        elif pointer.adds:
            selection.select(selection.ids | {self._node_id})
        elif self._node_id not in selection.ids:
            selection.select({self._node_id})
        project = self.tools.document.project
        self._places = {one: project.position(one) for one in selection.ids}

    def move(self, pointer: Pointer) -> None:
        if self._origin is None or self._node_id not in self._places:
            return
        way = pointer.pixel - self._origin.pixel
        if not self._dragging and way.manhattanLength() < DRAG_DISTANCE:
            return
        self._dragging = True
        dx, dy = self._steps(pointer.scene - self._origin.scene)
        self._moved = {one: (x + dx, y + dy) for one, (x, y) in self._places.items()}
        self.tools.scene.preview_positions(self._moved)

    def finish(self, pointer: Pointer) -> None:
        if self._dragging:
            self.move(pointer)
            self.tools.commands.move(self._moved)
        elif not pointer.adds and not pointer.toggles:
            self.tools.selection.select({self._node_id})

    def cancel(self) -> None:
        if self._dragging:
            self.tools.scene.preview_positions(self._places)
        # The gesture may end because an undo took away what was selected.
        network = self.tools.document.project.network
        self.tools.selection.select(one for one in self._selected_before if one in network)

    def _steps(self, way: QPointF) -> Point:
        """How far all cards go so that the one under the mouse lies on the grid."""
        x, y = self._places[self._node_id]
        to_x, to_y = snapped((x + way.x(), y + way.y()))
        return to_x - x, to_y - y
