"""Dropping a layer or a block from the palette."""

from PySide6.QtWidgets import QToolTip

from engine.layers import Layer
from engine.layout.room import snapped
from engine.model.network import Edge
from engine.model.project import Point
from gui.canvas.geometry.placing import Part
from gui.canvas.gestures.gesture import Gesture, Pointer, Tools
from gui.canvas.items.card import card_of_part
from gui.canvas.items.node_item import GhostItem, NodeItem
from gui.canvas.mouse.hit_test import wire_at
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH
from gui.words.literal import literal

_REACH = 16.0
"""Distance in pixels from which a wire takes a layer in."""


class DropGesture(Gesture):
    """A card of it follows the mouse. A wire below lights up, and it is put into the wire; a card lights up
    below a layer, which takes its place."""

    def __init__(self, tools: Tools, part: Part) -> None:
        super().__init__(tools)
        self._part = part
        self._ghost = GhostItem(card_of_part(part), tools.scene.look)
        self._over: NodeItem | None = None

    def start(self, pointer: Pointer) -> None:
        self.tools.scene.addItem(self._ghost)
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        self._ghost.setPos(*_corner(pointer))
        self.tools.scene.hover_edge(self._wire_at(pointer))
        over = self._swaps(pointer)
        if over is not self._over:
            self._mark(over)
            if over is not None:
                QToolTip.showText(pointer.screen, literal(f"Takes the place of {over.content.title}"))
            elif QToolTip.isVisible():
                QToolTip.hideText()

    def finish(self, pointer: Pointer) -> None:
        edge, over = self._wire_at(pointer), self._swaps(pointer)
        self.cancel()
        if over is not None and isinstance(self._part, Layer):
            if self.tools.commands.swap(self._part, [over.node_id]):
                self.tools.selection.select({over.node_id})
        elif edge is not None:
            self.tools.commands.insert(self._part, edge, _corner(pointer))
        else:
            self.tools.commands.add(self._part, _corner(pointer))

    def cancel(self) -> None:
        self._mark(None)
        QToolTip.hideText()
        self.tools.scene.hover_edge(None)
        self.tools.scene.removeItem(self._ghost)

    def _mark(self, over: NodeItem | None) -> None:
        self.tools.scene.show_selection(self.tools.selection.ids)
        self._over = over
        if over is not None:
            over.set_selected(True, focused=True)

    def _swaps(self, pointer: Pointer) -> NodeItem | None:
        """The card whose layer this one can take the place of, under the mouse."""
        if not isinstance(self._part, Layer) or self._part.max_inputs == 0:
            return None
        network = self.tools.document.project.network
        for card, item in self.tools.scene.nodes.items():
            if item.card.contains(pointer.scene):
                node = network.nodes.get(card)
                return item if node is not None and node.layer.max_inputs != 0 else None
        return None

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
