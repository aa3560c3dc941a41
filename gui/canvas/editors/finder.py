"""Finding a node by its name, its kind or its id: the canvas shows it while the words are typed."""

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from gui.canvas.camera import Camera
from gui.canvas.editors.search_box import Line, SearchBox, plain
from gui.canvas.gestures.gesture import Tools
from gui.canvas.items.canvas_style import FULL_CARD
from gui.look.appearance import layer_icon
from gui.look.theme import GRID


class Finder(SearchBox):
    """Stands in the corner. Enter keeps the node that is shown selected, Esc goes back to what was."""

    def __init__(self, canvas: Camera, tools: Tools) -> None:
        super().__init__(canvas, "Find a layer of the network")
        self._tools = tools
        self._before: frozenset[str] = frozenset()
        self._look = QPointF(), 1.0
        self._opening = False

    def open(self) -> None:
        """Ask which node is meant."""
        self._before = self._tools.selection.ids
        self._look = self._canvas.visible_rect.center(), self._canvas.zoom
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
                caption = f"{node.label}   {node_id}"
                yield caption, layer.role, node_id

    def icon_of(self, value: Any) -> str:
        return layer_icon(self._tools.document.project.network[value].shown_layer)

    def look_at(self, value: Any) -> None:
        """Select the node, and go to it."""
        if not self._opening:
            self._go_to(value)

    def take(self, value: Any) -> None:
        """The node stays selected."""
        self._go_to(value)

    def _go_to(self, node_id: str) -> None:
        """From afar, near enough to read the card."""
        self._tools.selection.select({node_id})
        rect = self._tools.selected_rect
        if self._canvas.zoom < FULL_CARD:
            self._canvas.set_zoom(1.0)
            self._canvas.look_at(rect.center())
        self._canvas.show_rect(rect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            network = self._tools.document.project.network
            self._tools.selection.select(node_id for node_id in self._before if node_id in network)
            centre, zoom = self._look
            if zoom != self._canvas.zoom:
                self._canvas.set_zoom(zoom)
                self._canvas.look_at(centre)
        super().keyPressEvent(event)
