"""Finding a node by its name, its kind or its id: the canvas shows it while the words are typed."""

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent

from gui.canvas.camera import Camera
from gui.canvas.editors.search_box import Line, SearchBox, plain
from gui.canvas.gestures.gesture import Tools
from gui.look.theme import GRID


class Finder(SearchBox):
    """Stands in the corner. Enter keeps the node that is shown selected, Esc goes back to what was."""

    def __init__(self, canvas: Camera, tools: Tools) -> None:
        super().__init__(canvas, "Find a layer of the network")
        self._tools = tools
        self._before: frozenset[str] = frozenset()
        self._opening = False

    def open(self) -> None:
        """Ask which node is meant."""
        self._before = self._tools.selection.ids
        corner = self._canvas.mapToGlobal(QPoint(self._canvas.width() - self.width() - GRID, GRID))
        self._opening = True
        self.pop_up(corner)
        self._opening = False

    def found(self, words: Sequence[str]) -> Iterator[Line]:
        """Nodes whose caption, kind or id holds all the words, in the order of computation."""
        network = self._tools.document.project.network
        for node_id in network.order:
            node = network.nodes[node_id]
            layer = node.shown_layer
            text = plain(f"{node.label} {layer.label} {layer.kind} {node_id}")
            if all(word in text for word in words):
                caption = node.label if node.name else f"{node.label}   {node_id}"
                yield caption, layer.role, node_id

    def look_at(self, value: Any) -> None:
        """Select the node, and pan to it."""
        if not self._opening:
            self._tools.selection.select({value})
            self._canvas.reveal(self._tools.selected_rect)

    def take(self, value: Any) -> None:
        """The node stays selected."""
        self._tools.selection.select({value})
        self._canvas.show_rect(self._tools.selected_rect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            network = self._tools.document.project.network
            self._tools.selection.select(one for one in self._before if one in network)
        super().keyPressEvent(event)
