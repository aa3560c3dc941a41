"""Drawing a wire by keyboard: mark where it comes from, go to where it leads, connect."""

from collections.abc import Callable

from engine.edits.card_ports import HeldPort
from gui.canvas.gestures.gesture import Tools
from gui.canvas.items.edge_item import WirePreviewItem


class KeyWiring:
    """The wire follows the selection until it is connected or let go of."""

    def __init__(self, tools: Tools, say: Callable[[str], object]) -> None:
        self._tools = tools
        self._say = say
        self._source = ""
        self._preview: WirePreviewItem | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a card is marked that a wire is to come from."""
        return bool(self._source)

    def press(self) -> None:
        """Mark the selected card as where a wire comes from, or connect the marked one to it."""
        card = self._card()
        if not card:
            self._say("Select one layer: the wire comes from it, or leads to it.")
        elif not self._source:
            self._source = card
            self._say(f"Wire from {self._name(card)}: go to the layer that is to read it, and press W again.")
            self.follow()
        elif card == self._source:
            self.cancel()
        else:
            source = self._source
            self.cancel()
            held = HeldPort.of_card(self._tools.document.project, source, "out")
            found = held.connections(card)
            if not found:
                self._tools.commands.refuse(held.refusal(card))
            elif self._tools.commands.connect("Connect", found):
                self._say(f"{self._name(source)} → {self._name(card)}")

    def follow(self) -> None:
        """The selection has changed: lead the wire there."""
        self._drop_preview()
        card, scene = self._card(), self._tools.scene
        if self._source in scene.nodes and card in scene.nodes and card != self._source:
            self._preview = WirePreviewItem(scene.look)
            start, end = scene.nodes[self._source].output_port, scene.nodes[card].input_port
            self._preview.show_wire(start, end, snapped=False)
            scene.addItem(self._preview)

    def cancel(self) -> None:
        """Let go of the wire."""
        self._source = ""
        self._drop_preview()

    def _card(self) -> str:
        """The one card that is selected; empty for none and for several."""
        groups = self._tools.document.project.groups
        cards = set(map(groups.card, self._tools.selection.ids))
        return cards.pop() if len(cards) == 1 else ""

    def _name(self, card: str) -> str:
        project = self._tools.document.project
        return project.groups[card].label if card in project.groups else project.network[card].label

    def _drop_preview(self) -> None:
        if self._preview is not None:
            self._tools.scene.removeItem(self._preview)
            self._preview = None
