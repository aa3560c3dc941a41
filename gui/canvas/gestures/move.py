"""Selecting and moving cards."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, Qt

from engine.layout.room import snapped
from engine.model.network import Edge
from engine.model.project import Point
from gui.canvas.geometry.arranging import Guides
from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools
from gui.canvas.mouse.hit_test import wire_at
from gui.canvas.overlays.guide_item import GuideItem
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH

_SNAP: Final = 7.0
"""Pixels from which a card jumps into line with others; more than half a step of the grid."""

_REACH: Final = 16.0
"""Pixels from which a wire takes a loose card in."""


class MoveGesture(Gesture):
    """A press on a card selects it; dragging moves all selected cards, as one undo step.

    The card under the mouse lies on the 8 px grid, or in line with other cards, which makes wires straight;
    with Alt it goes anywhere. A card without wires that is dropped on a wire is put into it.
    """

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, tools: Tools, node_id: str, ids: Iterable[str] = ()) -> None:
        """The card under the mouse, and the nodes that are meant by it where it is not the card's own."""
        super().__init__(tools)
        self._node_id = node_id
        self._meant = frozenset(ids or tools.scene.cards.nodes(node_id))
        self._origin: Pointer | None = None
        self._selected_before: frozenset[str] = frozenset()
        self._places: dict[str, Point] = {}
        self._moved: dict[str, Point] = {}
        self._guides: Guides | None = None
        self._lines: GuideItem | None = None

    def start(self, pointer: Pointer) -> None:
        selection = self.tools.selection
        self._origin = pointer
        self._selected_before = selection.ids
        if pointer.toggles:
            selection.select(selection.ids ^ self._meant)
        elif pointer.adds:
            selection.select(selection.ids | self._meant)
        elif not self._meant <= selection.ids:
            selection.select(self._meant)
        project = self.tools.document.project
        cards = dict.fromkeys(map(project.groups.card, selection.ids))
        self._places = {card: project.position(card) for card in cards}

    def move(self, pointer: Pointer) -> None:
        if self._origin is None or self._node_id not in self._places:
            return
        way = pointer.pixel - self._origin.pixel
        if self._guides is None:
            if way.manhattanLength() < DRAG_DISTANCE:
                return
            self._begin()
        assert self._guides is not None
        assert self._lines is not None
        dx, dy = self._steps(pointer)
        self._moved = {one: (x + dx, y + dy) for one, (x, y) in self._places.items()}
        self.tools.scene.preview_positions(self._moved)
        free = bool(pointer.modifiers & Qt.KeyboardModifier.AltModifier)
        self._lines.show_guides(() if free else self._guides.lines(self._moved[self._node_id]))
        self.tools.scene.hover_edge(self._wire_at(pointer))

    def finish(self, pointer: Pointer) -> None:
        if self._guides is not None:
            self.move(pointer)
            edge = self._wire_at(pointer)
            self._end()
            if edge is not None:
                self.tools.commands.put_into_wire(self._node_id, edge, self._moved[self._node_id])
            else:
                self.tools.commands.move(self._moved)
        elif not pointer.adds and not pointer.toggles:
            self.tools.selection.select(self._meant)

    def cancel(self) -> None:
        if self._guides is not None:
            self._end()
            self.tools.scene.preview_positions(self._places)
        # The gesture may end because an undo took away what was selected.
        network = self.tools.document.project.network
        self.tools.selection.select(one for one in self._selected_before if one in network)

    def _begin(self) -> None:
        scene = self.tools.scene
        self._guides = Guides(at for one, at in scene.positions.items() if one not in self._places)
        self._lines = GuideItem(scene.look)
        scene.addItem(self._lines)

    def _end(self) -> None:
        self.tools.scene.hover_edge(None)
        if self._lines is not None:
            self.tools.scene.removeItem(self._lines)
        self._lines = None

    def _steps(self, pointer: Pointer) -> Point:
        """How far all cards go so that the one under the mouse lies on the grid, or in line with others."""
        assert self._origin is not None
        assert self._guides is not None
        way: QPointF = pointer.scene - self._origin.scene
        x, y = self._places[self._node_id]
        wanted = (x + way.x(), y + way.y())
        if pointer.modifiers & Qt.KeyboardModifier.AltModifier:
            return round(wanted[0]) - x, round(wanted[1]) - y
        on_grid = snapped(wanted)
        in_line, (column, row) = self._guides.snap(wanted, _SNAP / pointer.zoom)
        to_x, to_y = in_line[0] if column else on_grid[0], in_line[1] if row else on_grid[1]
        return to_x - x, to_y - y

    def _wire_at(self, pointer: Pointer) -> Edge | None:
        """The wire below the middle of the card, if it is a single card without wires."""
        network = self.tools.document.project.network
        node = network.nodes.get(self._node_id)
        if len(self._moved) != 1 or node is None or node.layer.max_inputs == 0:
            return None
        if node.inputs or network.outputs_of[self._node_id]:
            return None
        x, y = self._moved[self._node_id]
        middle = QPointF(x + CARD_WIDTH / 2, y + CARD_HEIGHT / 2)
        return wire_at(self.tools.scene, middle, pointer.zoom, _REACH).edge
