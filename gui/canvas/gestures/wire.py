"""Drawing a wire from either of its ends, and taking the end of a wire elsewhere."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolTip

from engine.errors import NetworkError
from engine.model.network import Edge, Network, Node
from engine.model.project import Project
from gui.canvas.geometry.geometry import descendants
from gui.canvas.gestures.gesture import DRAG_DISTANCE, Gesture, Pointer, Tools
from gui.canvas.items.edge_item import WirePreviewItem
from gui.canvas.items.node_item import NodeItem

_MAGNET = 40.0
"""Distance in pixels from which the wire jumps to a port."""


Ask = Callable[[str, str, Pointer], object]
"""Asks which layer should stand at the free end: node id, its port, where the wire was dropped."""


class WireGesture(Gesture):
    """One end is held by a node's port ("out" or "in"), the other follows the mouse.

    Dropped on nothing it asks for a layer to lead to. With `taken_off` that wire's input end is the one in
    the hand: it can be put on another node, and dropped on nothing the wire is gone. Nodes that the wire
    cannot reach are dimmed and say why. `sticky`: a click picks the end up, the next one puts it down.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        tools: Tools,
        node_id: str,
        port: str,
        ask: Ask,
        taken_off: Edge | None = None,
        *,
        sticky: bool = False,
    ) -> None:
        super().__init__(tools)
        self._sticky = sticky
        self._ask = ask
        self._node_id = node_id
        self._port = port
        self._taken_off = taken_off
        self._origin: Pointer | None = None
        self._preview: WirePreviewItem | None = None
        self._reachable: frozenset[str] = frozenset()

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
        reason = self._refusal(under) if snap is None and under is not None else ""
        if reason:
            QToolTip.showText(pointer.screen, reason)
        elif QToolTip.isVisible():
            QToolTip.hideText()

    def goes_on(self, pointer: Pointer) -> bool:
        if not self._sticky or self._preview is not None:
            return False
        self._begin()
        self.tools.selection.select({self._node_id})
        self.move(pointer)
        return True

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        if self._preview is None:
            self.tools.selection.select({self._node_id if self._taken_off is None else self._taken_off[1]})
            return
        other = self._snap(pointer) or self._card_at(pointer)
        self._end()
        commands, taken_off = self.tools.commands, self._taken_off
        if other is not None and other != self._node_id:
            text = "Connect" if taken_off is None else "Re-route wire"
            commands.edit(text, lambda project: self._connected(project, other))
        elif other is None and taken_off is not None:
            commands.edit("Delete wire", lambda project: project.disconnect(*taken_off))
        elif other is None:
            self._ask(self._node_id, self._port, pointer)

    def cancel(self) -> None:
        if self._preview is not None:
            self._end()

    def _begin(self) -> None:
        scene = self.tools.scene
        network = self.tools.document.project.network
        reachable = _reachable(network, self._node_id, self._port, self._taken_off)
        self._reachable = reachable & scene.nodes.keys()
        for node_id, item in scene.nodes.items():
            item.set_dimmed(node_id not in self._reachable and node_id != self._node_id)
            item.show_ports("" if node_id not in self._reachable else "in" if self._port == "out" else "out")
        if self._taken_off is not None:
            scene.edges[self._taken_off].setVisible(False)
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
        item = self.tools.scene.nodes[self._node_id]
        return item.output_port if self._port == "out" else item.input_port

    def _place(self, node_id: str) -> QPointF:
        item = self.tools.scene.nodes[node_id]
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
        """The node whose port the wire jumps to: the one under the mouse, else the nearest in reach."""
        under = self._card_at(pointer)
        if under is not None:
            return under if under in self._reachable else None
        near = []
        for node_id in self._reachable:
            off = self._place(node_id) - pointer.scene
            distance = (off.x() ** 2 + off.y() ** 2) ** 0.5 * pointer.zoom
            if distance <= _MAGNET:
                near.append((distance, node_id))
        return min(near)[1] if near else None

    def _connected(self, project: Project, other: str) -> Project:
        source, target = (self._node_id, other) if self._port == "out" else (other, self._node_id)
        if self._taken_off is not None:
            if (source, target) == self._taken_off:
                return project
            project = project.disconnect(*self._taken_off)
        connected = project.connect(source, target)
        node = project.network[target]
        if is_full(node):
            labels = " and ".join(project.network[source].label for source in node.inputs)
            room = "one input" if len(node.inputs) == 1 else f"{len(node.inputs)} inputs"
            raise NetworkError(f"{node.label} has {room}, and reads {labels}. Take that wire off first.")
        return connected

    def _refusal(self, other: str) -> str:
        if other == self._node_id:
            return ""
        try:
            self._connected(self.tools.document.project, other)
        except NetworkError as error:
            return str(error)
        return ""


def _reachable(network: Network, node_id: str, port: str, taken_off: Edge | None) -> frozenset[str]:
    """Nodes that a wire from this port may lead to: no cycle, no second wire, none whose inputs are taken."""
    if port == "in":
        node = network[node_id]
        return frozenset(network.nodes) - descendants(network, node_id) - {node_id, *node.inputs}
    without = set(network.ancestors(node_id)) | {node_id}
    without |= {one for one, node in network.nodes.items() if is_full(node)}
    without |= set(network.outputs_of[node_id])
    if taken_off is not None:
        without.discard(taken_off[1])
    return frozenset(network.nodes) - without


def is_full(node: Node) -> bool:
    """Whether no further wire can lead into it."""
    return node.layer.max_inputs is not None and len(node.inputs) >= node.layer.max_inputs
