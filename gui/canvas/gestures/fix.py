"""Clicking a way out on the badge of a card."""

from gui.canvas.gestures.gesture import Gesture, Pointer, Tools
from gui.canvas.mouse.hit_test import hit


class FixGesture(Gesture):
    """The edit is made when the button is released where it was pressed."""

    pans_at_edges = False

    def __init__(self, tools: Tools, node_id: str, number: int) -> None:
        super().__init__(tools)
        self._node_id = node_id
        self._number = number

    def start(self, pointer: Pointer) -> None:
        # The badge stays as it was when it was pointed at: all its ways out are there.
        self._show("both")

    def finish(self, pointer: Pointer) -> None:
        found = hit(self.tools.scene, pointer.scene, pointer.zoom)
        self._show("")
        if (found.node_id, found.fix) == (self._node_id, self._number):
            report = self.tools.document.analysis.layers[self._node_id]
            told = (*report.problems, *report.notes)[0]
            self.tools.commands.apply(told.fixes[self._number])

    def cancel(self) -> None:
        self._show("")

    def _show(self, ports: str) -> None:
        item = self.tools.scene.nodes.get(self._node_id)
        if item is not None:
            item.show_ports(ports)
            item.point_at_fix(self._number if ports else None)
