"""The scene follows the document: one item for each node and each wire, and only what changed is touched."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from engine.analysis.analyze import Analysis
from engine.analysis.learned import learned_layers
from engine.model.network import Edge, Network
from engine.model.project import Point, Project
from gui.canvas.items.annotation_items import Annotations
from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.items.cards import Cards
from gui.canvas.items.edge_item import EdgeItem
from gui.canvas.items.node_item import NodeItem
from gui.canvas.items.outlines import Outlines
from gui.canvas.items.wiring import Wiring
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH
from gui.session.compute import Computed
from gui.words.convention import Convention


class CanvasScene(QGraphicsScene):
    """Items by card and by wire; a collapsed group is one card. It never changes the document."""

    cards_changed = Signal()
    """Cards came, went or moved."""

    def __init__(self, look: CanvasStyle) -> None:
        super().__init__()
        self.look = look
        self.convention = Convention()
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[Edge, EdgeItem] = {}
        self.others: dict[QGraphicsItem, None] = {}
        """Outlines, notes, and what gestures show."""
        self.selected_edge: Edge | None = None
        self._hovered_edge: Edge | None = None
        self.is_down = False
        """Whether the network runs down, not to the right."""
        self._network = Network()
        self._class_names: tuple[str, ...] = ()
        self.cards = Cards(Project())
        self.wiring = Wiring(self)
        self.bends: Mapping[Edge, tuple[Point, ...]] = {}
        """Points that wires are led through."""
        self.outlines = Outlines(self)
        self.annotations = Annotations(self)

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
        with _nothing_collected():
            self._show_project(project, analysis)

    def _show_project(self, project: Project, analysis: Analysis) -> None:
        before, network = self._network, project.network
        is_new = network is not before or project.groups is not self.cards.groups
        turned = self.is_down != (project.direction == "down")
        self.is_down = project.direction == "down"
        self._network = network
        renamed = project.class_names != self._class_names
        self._class_names = project.class_names
        moved = set()
        if is_new:
            self.cards = Cards(project)
            moved |= self._drop_items()
            moved |= self._show_nodes(project, analysis)
        for node_id, item in self.nodes.items():
            x, y = project.position(node_id)
            item.set_direction(self.is_down)
            if item.x() != x or item.y() != y or turned:
                moved.add(node_id)
                self.wiring.put(node_id, (x, y))
        if is_new:
            moved |= self._show_edges()
            self._write_shapes(analysis)
        if project.bends != self.bends:
            changed = {
                edge
                for edge in (*project.bends, *self.bends)
                if project.bends.get(edge) != self.bends.get(edge)
            }
            self.bends = project.bends
            moved |= {card for edge in changed if edge in self.edges for card in edge}
        self.wiring.reroute(moved)
        self.outlines.show(project)
        self.annotations.show(project)
        if renamed:
            for item in self.nodes.values():
                if item.answer is not None:
                    item.answer.rename(self._class_names)
        if moved or network is not before:
            self.cards_changed.emit()

    def addItem(self, item: QGraphicsItem) -> None:
        """Put it on the canvas; what is neither card nor wire is one of the `others`."""
        if not isinstance(item, NodeItem | EdgeItem):
            self.others[item] = None
        super().addItem(item)

    def removeItem(self, item: QGraphicsItem) -> None:
        """Take it off the canvas."""
        self.others.pop(item, None)
        super().removeItem(item)

    @property
    def cards_area(self) -> QRectF:
        """What the cards alone cover, without reasons and shapes."""
        places = [item.pos() for item in self.nodes.values() if item.isVisible()]
        if not places:
            return QRectF()
        left, top = min(at.x() for at in places), min(at.y() for at in places)
        right, bottom = max(at.x() for at in places), max(at.y() for at in places)
        return QRectF(left, top, right - left + CARD_WIDTH, bottom - top + CARD_HEIGHT)

    def show_selection(self, ids: Iterable[str], focused: str | None = None) -> None:
        """Outline these nodes and no others; one of them may carry the keyboard's ring."""
        chosen = set(ids)
        for card, item in self.nodes.items():
            nodes = self.cards.nodes(card)
            selected = card in chosen or chosen.issuperset(nodes)
            # What is selected behind a group's card is told by the ring around it.
            hidden = not selected and len(nodes) > 1 and not chosen.isdisjoint(nodes)
            item.set_selected(selected, focused=card == focused or hidden)
        self.outlines.show_selection(chosen)

    def select_edge(self, edge: Edge | None) -> None:
        """Mark one wire as selected, or none."""
        before, self.selected_edge = self.selected_edge, edge
        self._show_state(before, edge)

    def hover_edge(self, edge: Edge | None) -> None:
        """Light up the wire under the mouse or under a dragged layer, or none."""
        before, self._hovered_edge = self._hovered_edge, edge
        if before != edge:
            self._show_state(before, edge)

    def _show_state(self, *edges: Edge | None) -> None:
        for edge in edges:
            if edge is not None and edge in self.edges:
                selected, hovered = edge == self.selected_edge, edge == self._hovered_edge
                self.edges[edge].set_state(selected=selected, hovered=hovered)
                # A short wire is nearly covered by its shape, which has to show it too.
                self.nodes[edge[0]].pill.set_marked(selected=selected, hovered=hovered)

    def show_map(self, node_id: str, computed: Computed | None) -> None:
        """Show a node's newest map."""
        item = self.nodes.get(self.cards.faces.get(node_id, node_id))
        if item is not None:
            item.set_thumbnail(None if computed is None else _pixmap(computed))
            self._show_answer(item, node_id, computed)

    def _show_answer(self, item: NodeItem, node_id: str, computed: Computed | None) -> None:
        """Name the likeliest classes below the card that gives them."""
        node = self._network.nodes.get(node_id)
        gives_shares = node is not None and node.layer.gives_shares
        if gives_shares and computed is not None and computed.map.ndim == 2:
            caveat = learned_layers(computed.instead or self._network).caveat
            item.show_answer(computed.map[0], self._class_names, caveat)
        elif item.answer is not None:
            item.answer.hide()

    def preview_positions(self, positions: Mapping[str, Point]) -> None:
        """Draw cards elsewhere while they are moved; the document does not know yet."""
        for node_id, at in positions.items():
            self.wiring.put(node_id, at)
        self.wiring.follow(positions)
        self.outlines.preview(positions)
        self.cards_changed.emit()

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        self.look = look
        self.outlines.restyle(look)
        self.annotations.restyle(look)
        for node in self.nodes.values():
            node.restyle(look)
        for edge in self.edges.values():
            edge.restyle(look)

    def set_convention(self, convention: Convention, analysis: Analysis) -> None:
        """Count costs and write shapes in another way."""
        self.convention = convention
        for node_id, item in self.nodes.items():
            content = self.cards.content(node_id, analysis, convention)
            if content != item.content:
                item.set_content(content)
        self._write_shapes(analysis)

    def cards_rect(self, ids: Iterable[str] | None = None) -> QRectF:
        """What the cards of these nodes cover, reasons included; empty without nodes.

        Without ids that of all, with everything that is drawn around them.
        """
        if ids is not None:
            items = [self.nodes[card] for card in dict.fromkeys(map(self.cards.groups.card, ids))]
            rect = QRectF()
        else:
            rect = self.cards_area.united(self.outlines.area).united(self.annotations.area)
            # Of thousands of cards only few reach beyond what the cards themselves cover.
            edge = self.cards_area.right() - CARD_WIDTH
            items = [node for node in self.nodes.values() if node.reaches_beyond or node.x() >= edge]
        for item in items:
            rect = rect.united(item.card).united(item.reason_rect).united(item.answer_rect)
            rect = rect.united(item.pill.rect)
        return rect

    def _drop_items(self) -> set[str]:
        """Take away what is gone; the cards that have lost a wire."""
        changed: set[str] = set()
        for node_id in [node for node in self.nodes if node not in self.cards.sources]:
            item = self.nodes.pop(node_id)
            self.wiring.places.drop(node_id)
            self.removeItem(item)
        kept = set(self.cards.edges)
        for edge in [edge for edge in self.edges if edge not in kept]:
            if edge[0] in self.nodes:
                self.nodes[edge[0]].pill.set_marked()
            self.removeItem(self.edges.pop(edge))
            changed |= set(edge) & self.nodes.keys()
        if self.selected_edge not in self.edges:
            self.select_edge(None)
        return changed

    def _show_nodes(self, project: Project, analysis: Analysis) -> set[str]:
        """Make the items of new nodes, which are given back; let the others say what is new about them."""
        made = set()
        for node_id in self.cards.sources:
            content = self.cards.content(node_id, analysis, self.convention)
            item = self.nodes.get(node_id)
            if item is None:
                item = self.nodes[node_id] = NodeItem(node_id, content, self.look)
                self.wiring.put(node_id, project.position(node_id))
                self.addItem(item)
                made.add(node_id)
            elif item.content != content:
                item.set_content(content)
        return made

    def _show_edges(self) -> set[str]:
        """Make the items of new wires; the nodes whose wires have to be drawn anew (new ones too)."""
        changed = set()
        for edge in self.cards.edges:
            if edge not in self.edges:
                item = self.edges[edge] = EdgeItem(edge, self.look)
                self.addItem(item)
                changed |= set(edge)
        return changed

    def _write_shapes(self, analysis: Analysis) -> None:
        """What each card puts out, where its wires begin; on each wire where a group puts out several."""
        for card, item in self.nodes.items():
            carried = self.cards.carried(card, analysis, self.convention)
            same = len(set(carried.values())) == 1
            shape = analysis.layers[self.cards.face(card)].output_shape
            own = "" if shape is None else self.convention.shape(shape)
            item.pill.set_text(next(iter(carried.values())) if same else "" if carried else own)
            for reader, text in carried.items():
                self.edges[(card, reader)].set_text("" if same else text)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Thousands of items are made in one go and none is garbage: looking for some takes as long again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _pixmap(computed: Computed) -> QPixmap:
    picture = computed.thumbnail
    height, width, _ = picture.shape
    # fromImage copies: the array may go.
    return QPixmap.fromImage(QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888))
