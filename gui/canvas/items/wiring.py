"""The wires of a scene: where they end, which way they take, and what is written where they begin."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF

from engine.layout.layout import DOWN
from engine.model.network import Edge
from engine.model.project import COLUMN, Point
from gui.canvas.geometry.card_index import CardIndex
from gui.canvas.geometry.routes import led, route
from gui.canvas.items.edge_item import EdgeItem
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

_GAP: Final = COLUMN - CARD_WIDTH
"""Between a card and those of the next column."""

_SPREAD: Final = 10.0
"""Distance between the ends of wires at one card, as far as they fit."""
_SPREAD_IN_ALL: Final = 48.0


class Wiring:
    """Knows where the cards of a scene lie, and leads its wires around them."""

    def __init__(self, scene: "CanvasScene") -> None:
        self._scene = scene
        self.places = CardIndex()

    def put(self, card: str, at: Point) -> None:
        """The card lies there now."""
        self._scene.nodes[card].setPos(*at)
        self.places.place(card, at)

    def end(self, edge: Edge) -> QPointF:
        """Where a wire ends: the wires into one card lie side by side, those from above on top, and one
        from the same row straight."""
        source, target = edge
        nodes, is_down = self._scene.nodes, self._scene.is_down
        item, sources = nodes[target], self._scene.cards.sources[target]
        if len(sources) < 2 or source not in sources:
            return item.input_port
        across = {source: nodes[source].x() if is_down else nodes[source].y() for source in sources}
        here = item.x() if is_down else item.y()
        ranked = sorted(sources, key=across.__getitem__)
        step = min(_SPREAD, _SPREAD_IN_ALL / (len(sources) - 1))
        level = [place for place, one in enumerate(ranked) if abs(across[one] - here) < 1]
        middle = level[0] if len(level) == 1 else (len(sources) - 1) / 2
        off = (ranked.index(source) - middle) * step
        return item.input_port + (QPointF(off, 0) if is_down else QPointF(0, off))

    def follow(self, moved: Iterable[str]) -> None:
        """Lead the wires of cards that are being moved, and of no others."""
        cards = set(moved)
        edges = [edge for edge in self._scene.edges if edge[0] in cards or edge[1] in cards]
        self._route(edges)
        self._place_pills({edge[0] for edge in edges} | cards)

    def reroute(self, moved: set[str]) -> None:
        """Find the ways again of all wires at these cards, of their neighbours in one bundle, and of those
        that a card now stands in the way of."""
        if not moved:
            return
        edges = self._scene.edges
        touched = {target for source, target in edges if source in moved} | moved
        self._place_pills({source for source, target in edges if target in moved} | moved)
        crossed = set()
        if len(moved) < 50:
            for card in moved:
                around = self._scene.nodes[card].card.adjusted(-8, -8, 8, 8)
                crossed |= {item.edge for item in self._scene.items(around) if isinstance(item, EdgeItem)}
        self._route(edge for edge in edges if edge[1] in touched or edge[0] in moved or edge in crossed)

    def _place_pills(self, cards: Iterable[str]) -> None:
        """Where the wires of these cards begin, no wider than the gap to what reads from them."""
        nodes = self._scene.nodes
        for card in cards:
            port = nodes[card].output_port
            if self._scene.is_down:
                nodes[card].pill.place(port + QPointF(0, DOWN.gap_along / 2), CARD_WIDTH)
                continue
            ways = [nodes[reader].input_port - port for reader in self._scene.cards.readers[card]]
            near = [way.x() for way in ways if abs(way.y()) < CARD_HEIGHT and way.x() > 0]
            room = min(near, default=_GAP)
            nodes[card].pill.place(port + QPointF(min(room, _GAP) / 2, 0), room)

    def _route(self, edges: Iterable[Edge]) -> None:
        for edge in edges:
            item, bends = self._scene.edges[edge], self._scene.bends.get(edge, ())
            item.set_bends([QPointF(*point) for point in bends])
            if bends:
                start, down = self._scene.nodes[edge[0]].output_port, self._scene.is_down
                item.set_route(led(start, item.bends, self.end(edge), down=down))
                continue
            way = route(
                self._scene.nodes[edge[0]].output_port,
                self.end(edge),
                lambda area, edge=edge: self._cards_in(area, edge),  # type: ignore[misc]  # bound now
                down=self._scene.is_down,
            )
            self._scene.edges[edge].set_route(way)

    def _cards_in(self, area: QRectF, ends: Edge) -> list[QRectF]:
        return [rect for card, rect in self.places.touching(area).items() if card not in ends]
