"""What lies under a point of the canvas."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from engine.model.network import Edge
from gui.canvas.items.canvas_style import FULL_CARD
from gui.canvas.items.cards import Cards
from gui.canvas.items.edge_item import EdgeItem
from gui.canvas.items.node_item import NodeItem
from gui.canvas.items.reason_item import ReasonItem
from gui.canvas.scene import CanvasScene

PORT_AREA: Final = 24.0
"""Side of the area that takes hold of a port, in pixels on the screen."""

WIRE_REACH: Final = 8.0
"""Distance from a wire, in pixels, at which it is taken."""

_BEND_REACH: Final = 10.0
"""Distance in pixels from which a point that a wire is led through is taken."""

_END_REACH: Final = 36.0
"""How far from its end a wire is taken by the end, not as a whole."""


@dataclass(frozen=True)
class Hit:
    """A node, perhaps one of its ports ("in" or "out") or ways out, or a wire, perhaps near an end of it."""

    node_id: str | None = None
    port: str = ""
    edge: Edge | None = None
    near_end: bool = False
    near_start: bool = False
    bend: int | None = None
    """The number of a point that the wire is led through."""
    fix: int | None = None
    """The number of a way out on the node's badge."""
    thing: str = ""
    """A group by its card (perhaps one of its ports) or title, a frame or a note; those are no nodes."""
    part: str = ""
    """Which part of a frame: "title" or "corner"."""

    @property
    def card(self) -> str:
        """The node or the group it is about; a frame's or note's id is no card's."""
        return self.node_id or self.thing


def hit(scene: CanvasScene, at: QPointF, zoom: float) -> Hit:
    """The topmost thing at a point of the scene: ports first, then cards, then wires."""
    reach = PORT_AREA / 2 * _pixel(zoom)
    # A badge belongs to its card, and may reach far below it.
    owners = [
        item.parentItem() if isinstance(item, ReasonItem) else item
        for item in scene.items(_around(at, reach))
    ]
    nodes = [item for item in dict.fromkeys(owners) if isinstance(item, NodeItem)]
    body = next((item for item in nodes if item.card.contains(at) or item.reason_rect.contains(at)), None)
    port = _port(nodes, at, min(reach, 16.0), body, scene.cards)
    wire = Hit() if body is not None else wire_at(scene, at, zoom, WIRE_REACH)
    # Just outside a card its wires lie side by side: the one under the mouse is meant, not the port.
    if port is not None and not (wire.near_end and port.port == "in"):
        return port
    if body is None:
        return wire if wire != Hit() else _drawn_at(scene, at)
    if body.node_id in scene.cards.groups:
        return Hit(thing=body.node_id)
    return Hit(node_id=body.node_id, fix=body.fix_at(at) if zoom >= FULL_CARD else None)


def _drawn_at(scene: CanvasScene, at: QPointF) -> Hit:
    """What lies behind cards and wires: notes, titles of groups, frames."""
    thing, part = scene.annotations.at(at)
    title = scene.outlines.title_at(at)
    if title is not None and part != "note":
        return Hit(thing=title)
    return Hit(thing=thing, part=part) if thing else Hit()


def wire_at(scene: CanvasScene, at: QPointF, zoom: float, reach: float) -> Hit:
    """The nearest wire within so many pixels, cards over it or not."""
    reach *= _pixel(zoom)
    items = [item for item in scene.items(_around(at, reach)) if isinstance(item, EdgeItem)]
    near = [(distance, item) for item in items if (distance := item.distance_to(at)) <= reach]
    if not near:
        return Hit()
    item = min(near, key=lambda pair: pair[0])[1]
    off = scene.wiring.end(item.edge) - at
    near_end = QPointF.dotProduct(off, off) <= (_END_REACH * min(_pixel(zoom), 1.0)) ** 2
    off = scene.nodes[item.edge[0]].output_port - at
    near_start = not near_end and QPointF.dotProduct(off, off) <= (_END_REACH * min(_pixel(zoom), 1.0)) ** 2
    bend = item.bend_at(at, _BEND_REACH * _pixel(zoom))
    if bend is not None:
        return Hit(edge=item.edge, bend=bend)
    return Hit(edge=item.edge, near_end=near_end, near_start=near_start)


def _pixel(zoom: float) -> float:
    """A screen pixel in canvas units; from afar things are taken by their own size instead."""
    return 1 / max(zoom, 0.25)


def _around(at: QPointF, reach: float) -> QRectF:
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def _port(
    nodes: list[NodeItem], at: QPointF, reach: float, body: NodeItem | None, cards: Cards
) -> Hit | None:
    best: tuple[float, Hit] | None = None
    for item in nodes:
        if body is not None and item is not body:
            continue
        ports = [("out", item.output_port)] + ([("in", item.input_port)] if item.content.has_input else [])
        for name, place in ports:
            off = max(abs(place.x() - at.x()), abs(place.y() - at.y()))
            if off <= reach and (best is None or off < best[0]):
                card = item.node_id
                is_group = card in cards.groups
                best = (off, Hit(thing=card, port=name) if is_group else Hit(node_id=card, port=name))
    return None if best is None else best[1]
