"""Drawing a wire from either of its ends, and taking an end of a wire elsewhere."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolTip

from engine.edits.card_ports import Connection, HeldPort, ports_behind, without_wires
from engine.model.network import Edge
from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools
from gui.canvas.items.edge_item import WirePreviewItem
from gui.canvas.items.node_item import NodeItem
from gui.canvas.wire_words import replaced_words
from gui.words.literal import literal

_MAGNET = 40.0
"""Distance in pixels from which the wire jumps to a port."""


Ask = Callable[[str, str, Pointer], object]
"""Asks which layer should stand at the free end: the card, its port, where the wire was dropped."""


class WireGesture(Gesture):
    """One end is held by a card's port ("out" or "in"), the other follows the mouse.

    Dropped on nothing it asks for a layer to lead to; on an input that is taken it takes the place of the
    wire there, and says so. With `taken_off` that wire's free end is the one in the hand: it can be put on
    another card, and dropped on nothing the wire is gone. Cards that it cannot reach are dimmed and say why.
    `sticky`: a click picks the end up, the next one puts it down.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        tools: Tools,
        card: str,
        port: str,
        ask: Ask,
        taken_off: Edge | None = None,
        *,
        sticky: bool = False,
    ) -> None:
        super().__init__(tools)
        self._sticky = sticky
        self._ask = ask
        self._card = card
        self._port = port
        self._taken_off = taken_off
        self._origin: Pointer | None = None
        self._preview: WirePreviewItem | None = None
        self._start = tools.document.project
        self._end_held: HeldPort | None = None
        self._reachable: dict[str, tuple[Connection, ...]] = {}

    def start(self, pointer: Pointer) -> None:
        self._origin = pointer

    def move(self, pointer: Pointer) -> None:
        if self._preview is None:
            origin = self._origin
            if origin is None or (pointer.pixel - origin.pixel).manhattanLength() < DRAG_DISTANCE:
                return
            self._begin()
        assert self._preview is not None
        under = self._card_at(pointer)
        snap = self._snap(pointer)
        held = self._held()
        free = pointer.scene if snap is None else self._place(snap)
        start, end = (held, free) if self._port == "out" else (free, held)
        self._preview.show_wire(start, end, snapped=snap is not None)
        said = self._words(snap) if snap is not None else self._refusal(under)
        if said:
            QToolTip.showText(pointer.screen, literal(said))
        elif QToolTip.isVisible():
            QToolTip.hideText()

    def goes_on(self, pointer: Pointer) -> bool:
        if not self._sticky or self._preview is not None:
            return False
        self._begin()
        self.tools.selection.select({self._card})
        self.move(pointer)
        return True

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        commands, taken_off = self.tools.commands, self._taken_off
        if self._preview is None:
            if taken_off is not None and self._port == "in":
                self.tools.select_edge(taken_off)
            else:
                self.tools.selection.select({self._card if taken_off is None else taken_off[1]})
            return
        snap, under = self._snap(pointer), self._card_at(pointer)
        self._end()
        if snap is not None and not self._is_back(snap):
            text = "Connect" if taken_off is None else "Re-route wire"
            commands.connect(text, self._reachable[snap], self._start)
        elif snap is None and under is not None:
            commands.refuse(self._refusal(under))
        elif snap is None and taken_off is not None:
            commands.edit("Delete wire", lambda project: without_wires(project, taken_off))
        elif snap is None:
            self._ask(self._card, self._port, pointer)

    def cancel(self) -> None:
        if self._preview is not None:
            self._end()

    def _begin(self) -> None:
        scene, project, taken_off = self.tools.scene, self.tools.document.project, self._taken_off
        if taken_off is None:
            held = HeldPort.of_card(project, self._card, self._port)
        else:
            ports = ports_behind(project, taken_off)
            if self._port == "out":
                self._start = without_wires(project, taken_off)
                held = HeldPort(self._start, sources=ports)
            else:
                held = HeldPort(project, ports=ports.values())
        self._end_held = held
        others = [card for card in scene.nodes if card != self._card]
        self._reachable = {card: found for card in others if (found := held.connections(card))}
        for card, item in scene.nodes.items():
            item.set_dimmed(card not in self._reachable and card != self._card)
            item.show_ports("" if card not in self._reachable else "in" if self._port == "out" else "out")
        if taken_off is not None:
            scene.edges[taken_off].setVisible(False)
        self._preview = WirePreviewItem(scene.look)
        scene.addItem(self._preview)

    def _end(self) -> None:
        scene = self.tools.scene
        for item in scene.nodes.values():
            item.set_dimmed(False)
            item.show_ports("")
        if self._taken_off is not None:
            scene.edges[self._taken_off].setVisible(True)
        if self._preview is not None:
            scene.removeItem(self._preview)
        self._preview = None
        QToolTip.hideText()

    def _held(self) -> QPointF:
        item = self.tools.scene.nodes[self._card]
        return item.output_port if self._port == "out" else item.input_port

    def _place(self, card: str) -> QPointF:
        item = self.tools.scene.nodes[card]
        return item.input_port if self._port == "out" else item.output_port

    def _card_at(self, pointer: Pointer) -> str | None:
        items = self.tools.scene.items(pointer.scene)
        return next(
            (
                item.node_id
                for item in items
                if isinstance(item, NodeItem) and item.card.contains(pointer.scene)
            ),
            None,
        )

    def _snap(self, pointer: Pointer) -> str | None:
        """The card whose port the wire jumps to: the one under the mouse, else the nearest in reach."""
        under = self._card_at(pointer)
        if under is not None:
            return under if under in self._reachable else None
        near = []
        for card in self._reachable:
            off = self._place(card) - pointer.scene
            distance = (off.x() ** 2 + off.y() ** 2) ** 0.5 * pointer.zoom
            if distance <= _MAGNET:
                near.append((distance, card))
        return min(near)[1] if near else None

    def _is_back(self, card: str) -> bool:
        """Whether the end is put where it was taken off."""
        return self._taken_off is not None and card == self._taken_off[1 if self._port == "out" else 0]

    def _words(self, card: str) -> str:
        """What a wire to this card would take the place of."""
        found = self._reachable[card]
        if len(found) != 1 or self._taken_off is not None:
            return ""
        return replaced_words(self.tools.document.project.network, found[0].port)

    def _refusal(self, card: str | None) -> str:
        """Why no wire can be drawn to the card; empty for the card it comes from, and for none."""
        if card is None or card == self._card or self._end_held is None or card in self._reachable:
            return ""
        return self._end_held.refusal(card)
