"""The scene follows the document: one item for each node and each wire, and only what changed is touched."""

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGraphicsScene

from engine.analysis import Analysis
from engine.network import Edge, Network
from engine.project import COLUMN, Point, Project
from engine.shapes import shape_text
from gui.canvas.card import card_of_node
from gui.canvas.edge_item import EdgeItem
from gui.canvas.look import Look
from gui.canvas.node_item import NodeItem
from gui.canvas.routes import route
from gui.compute import Computed

_SPREAD: Final = 10.0
"""Distance between the ends of wires at one card, as far as they fit."""
_SPREAD_IN_ALL: Final = 48.0


class CanvasScene(QGraphicsScene):
    """Items by node id and by wire. It never changes the document."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.channels_last = False
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[Edge, EdgeItem] = {}
        self.selected_edge: Edge | None = None
        self._network = Network()

    @property
    def network(self) -> Network:
        """The network that is shown."""
        return self._network

    @property
    def positions(self) -> dict[str, Point]:
        """Where the cards are drawn now, in the middle of a move too."""
        return {node_id: (item.x(), item.y()) for node_id, item in self.nodes.items()}

    def show_project(self, project: Project, analysis: Analysis) -> None:
        """Show another project; what stays the same is left alone."""
        before, network = self._network, project.network
        self._network = network
        moved = set()
        if network is not before:
            self._drop_items(network)
            self._show_nodes(project, analysis)
        for node_id, item in self.nodes.items():
            x, y = project.position(node_id)
            if item.x() != x or item.y() != y:
                moved.add(node_id)
                item.setPos(x, y)
        if network is not before:
            moved |= self._show_edges(analysis)
        self._reroute(moved)
        if network is not before or moved:
            self._write_shapes(analysis)

    def show_selection(self, ids: Iterable[str], focused: str | None = None) -> None:
        """Outline these nodes and no others; one of them may carry the keyboard's ring."""
        chosen = set(ids)
        for node_id, item in self.nodes.items():
            item.set_selected(node_id in chosen, focused=node_id == focused)

    def select_edge(self, edge: Edge | None) -> None:
        """Mark one wire as selected, or none."""
        for marked, selected in ((self.selected_edge, False), (edge, True)):
            if marked in self.edges:
                self.edges[marked].set_state(selected=selected)
        self.selected_edge = edge

    def show_map(self, node_id: str, computed: Computed | None) -> None:
        """Show a node's newest map."""
        item = self.nodes.get(node_id)
        if item is not None:
            item.set_thumbnail(None if computed is None else _pixmap(computed))

    def preview_positions(self, positions: Mapping[str, Point]) -> None:
        """Draw cards elsewhere while they are moved; the document does not know yet."""
        for node_id, (x, y) in positions.items():
            self.nodes[node_id].setPos(x, y)
        self._route(edge for edge in self.edges if edge[0] in positions or edge[1] in positions)

    def restyle(self, look: Look) -> None:
        """Paint with another theme."""
        self.look = look
        for node in self.nodes.values():
            node.restyle(look)
        for edge in self.edges.values():
            edge.restyle(look)

    def set_channels_last(self, channels_last: bool, analysis: Analysis) -> None:
        """Write shapes as H×W×C, or as C×H×W."""
        self.channels_last = channels_last
        self._write_shapes(analysis)

    def cards_rect(self, ids: Iterable[str] | None = None) -> QRectF:
        """What the cards of these nodes cover, reasons included; empty without nodes."""
        rect = QRectF()
        for node_id in self.nodes if ids is None else ids:
            item = self.nodes[node_id]
            rect = rect.united(item.card).united(item.reason_rect)
        return rect

    def wire_end(self, edge: Edge) -> QPointF:
        """Where a wire ends: the wires into one card lie side by side, those from above on top."""
        source, target = edge
        item, sources = self.nodes[target], self._network.nodes[target].inputs
        if len(sources) < 2 or source not in sources:
            return item.input_port
        ranked = sorted(sources, key=lambda one: self.nodes[one].y())
        step = min(_SPREAD, _SPREAD_IN_ALL / (len(sources) - 1))
        place = ranked.index(source) - (len(sources) - 1) / 2
        return item.input_port + QPointF(0, place * step)

    def _drop_items(self, network: Network) -> None:
        for node_id in [one for one in self.nodes if one not in network]:
            self.removeItem(self.nodes.pop(node_id))
        kept = set(network.edges)
        for edge in [one for one in self.edges if one not in kept]:
            item = self.edges.pop(edge)
            self.removeItem(item.pill)
            self.removeItem(item)
        if self.selected_edge not in self.edges:
            self.selected_edge = None

    def _show_nodes(self, project: Project, analysis: Analysis) -> None:
        total = analysis.totals.macs
        for node_id, node in project.network.nodes.items():
            content = card_of_node(node, analysis.layers[node_id], total)
            item = self.nodes.get(node_id)
            if item is None:
                item = self.nodes[node_id] = NodeItem(node_id, content, self.look)
                item.setPos(*project.position(node_id))
                self.addItem(item)
            elif item.content != content:
                item.set_content(content)

    def _show_edges(self, analysis: Analysis) -> set[str]:
        """Make the items of new wires; the nodes whose wires have to be drawn anew."""
        changed = set()
        for edge in self._network.edges:
            if edge not in self.edges:
                item = self.edges[edge] = EdgeItem(edge, self.look)
                self.addItem(item)
                self.addItem(item.pill)
                changed.add(edge[1])
        return changed

    def _write_shapes(self, analysis: Analysis) -> None:
        """Each shape once: of several wires from one card the straightest carries it."""
        straightest: dict[str, tuple[float, Edge]] = {}
        for edge in self.edges:
            start, end = self.nodes[edge[0]].pos(), self.nodes[edge[1]].pos()
            bend = (abs(end.y() - start.y()) + abs(end.x() - start.x() - COLUMN), edge)
            straightest[edge[0]] = min(straightest.get(edge[0], bend), bend)
        for edge, item in self.edges.items():
            shape = analysis.layers[edge[0]].output_shape
            carries = shape is not None and straightest[edge[0]][1] == edge
            item.pill.set_text(
                shape_text(shape, channels_last=self.channels_last) if carries and shape is not None else ""
            )

    def _reroute(self, moved: set[str]) -> None:
        """Find the ways again of all wires at these cards, of their neighbours in one bundle, and of those
        that a card now stands in the way of."""
        if not moved:
            return
        touched = {target for source, target in self.edges if source in moved} | moved
        crossed = set()
        if len(moved) < 50:
            for node_id in moved:
                around = self.nodes[node_id].card.adjusted(-8, -8, 8, 8)
                crossed |= {item.edge for item in self.items(around) if isinstance(item, EdgeItem)}
        self._route(edge for edge in self.edges if edge[1] in touched or edge[0] in moved or edge in crossed)

    def _route(self, edges: Iterable[Edge]) -> None:
        for edge in edges:
            way = route(
                self.nodes[edge[0]].output_port,
                self.wire_end(edge),
                lambda area, edge=edge: self._cards_in(area, edge),  # type: ignore[misc]  # bound now
            )
            self.edges[edge].set_route(way)

    def _cards_in(self, area: QRectF, ends: Edge) -> list[QRectF]:
        return [
            item.card
            for item in self.items(area)
            if isinstance(item, NodeItem) and item.node_id not in ends and item.card.intersects(area)
        ]


def _pixmap(computed: Computed) -> QPixmap:
    picture = computed.thumbnail
    height, width, _ = picture.shape
    # fromImage copies: the array may go.
    return QPixmap.fromImage(QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888))
