"""Dropping a layer or a block from the palette."""

from engine.layers import Layer
from engine.layout.room import snapped
from engine.model.network import Edge
from engine.model.project import Point
from gui.canvas.geometry.placing import Part
from gui.canvas.gestures.gesture import Gesture, Pointer, Tools
from gui.canvas.items.card import card_of_part
from gui.canvas.items.node_item import GhostItem
from gui.canvas.mouse.hit_test import wire_at
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH

_REACH = 16.0
"""Distance in pixels from which a wire takes a layer in."""


class DropGesture(Gesture):
    """A card of it follows the mouse; on a wire the wire lights up, and it is put into the wire."""

    def __init__(self, tools: Tools, part: Part) -> None:
        super().__init__(tools)
        self._part = part
        self._ghost = GhostItem(card_of_part(part), tools.scene.look)

    def start(self, pointer: Pointer) -> None:
        self.tools.scene.addItem(self._ghost)
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        self._ghost.setPos(*_corner(pointer))
        self.tools.scene.hover_edge(self._wire_at(pointer))

    def finish(self, pointer: Pointer) -> None:
        edge = self._wire_at(pointer)
        self.cancel()
        if edge is not None:
            self.tools.commands.insert(self._part, edge, _corner(pointer))
        else:
            self.tools.commands.add(self._part, _corner(pointer))

    def cancel(self) -> None:
        self.tools.scene.hover_edge(None)
        self.tools.scene.removeItem(self._ghost)

    def _wire_at(self, pointer: Pointer) -> Edge | None:
        if isinstance(self._part, Layer) and self._part.max_inputs == 0:
            return None
        cards = self.tools.scene.nodes.values()
        if any(item.card.contains(pointer.scene) for item in cards):
            return None
        return wire_at(self.tools.scene, pointer.scene, pointer.zoom, _REACH).edge


def _corner(pointer: Pointer) -> Point:
    """Where the card lies whose middle is under the mouse."""
    return snapped((pointer.scene.x() - CARD_WIDTH / 2, pointer.scene.y() - CARD_HEIGHT / 2))
