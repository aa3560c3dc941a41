"""What menus and keys do to the selected layers. Each is one edit of the document, and one undo step."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QGuiApplication

from engine.analysis.analyze import Fix
from engine.edits.card_ports import (
    Connection,
    InPort,
    nodes_of,
    ports_behind,
    ways_in,
    ways_out,
    without_wires,
)
from engine.edits.joining import connect_in_sequence, joined_ends
from engine.edits.reduction import reducing_layers, reduction_before
from engine.edits.repeat import duplicate_wired, repeat
from engine.edits.swapped import swap
from engine.errors import FormatError
from engine.formats.project_json import read, write
from engine.layers import Layer
from engine.layout.card_rects import shown_places
from engine.layout.layout import lay_out
from engine.layout.room import free_offset, snapped
from engine.model.bypass import bypass, restore
from engine.model.network import Edge
from engine.model.project import Point, Project
from engine.shapes import count_text
from gui.canvas.geometry import placing
from gui.canvas.geometry.arranging import aligned, distributed
from gui.canvas.geometry.placing import Part, name
from gui.canvas.wire_words import connection_words, output_words, port_words, replaced_words
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH
from gui.session.document import Document
from gui.session.selection import Selection

Options = dict[str, Callable[[], bool]]
"""What may be meant, in words, and the edit that each makes."""


class Commands:
    """Edits asked for by the canvas; the newest nodes are selected afterwards."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        *,
        choose: Callable[[Options], object],
        tell: Callable[[str], object],
    ) -> None:
        """`choose` asks which of several things is meant, and does it; `tell` says what else an edit did."""
        self._document = document
        self._selection = selection
        self._choose = choose
        self._tell = tell
        self.acting = False
        """Whether an edit is being asked for by the canvas: a refusal is then said at the mouse."""

    def add(self, part: Part, at: Point) -> bool:
        """Put a layer or block there, unconnected; whether it was made."""
        return self._edit(f"Add {name(part)}", lambda project: placing.add(project, part, at))

    def append(self, part: Part, visible: QRectF) -> bool:
        """Put it behind what is selected and wire it; in the middle where nothing is selected.

        What reads several inputs joins all that is selected, in the order in which it is seen.
        """
        project, ids = self._document.project, self._ids()
        centre = visible.center()
        if not ids:
            return self.add(part, (centre.x() - CARD_WIDTH / 2, centre.y() - CARD_HEIGHT / 2))
        text = f"Add {name(part)}"
        if isinstance(part, Layer) and part.min_inputs > 1 and len(self._cards()) > 1:
            sources = joined_ends(project, ids)
            if part.max_inputs is None or len(sources) <= part.max_inputs:
                return self._edit(text, lambda project: placing.join(project, part, sources))
        ends = ways_out(project.network, ids)

        def behind(node_id: str) -> bool:
            return self._edit(text, lambda project: placing.append(project, part, node_id))

        words = output_words(self._document.analysis, ends)
        return self._one_of({f"Behind {words[node_id]}": partial(behind, node_id) for node_id in ends})

    def add_wired(self, part: Part, at: Point, card: str, port: str) -> bool:
        """Put it there, with a wire from the card's output ("out") or to its input ("in")."""
        project, text, nodes = self._document.project, f"Add {name(part)}", self._nodes(card)

        def from_node(node_id: str) -> bool:
            return self._edit(text, lambda project: placing.add_wired(project, part, at, source=node_id))

        def into(way_in: InPort) -> bool:
            return self._edit(text, lambda project: placing.add_wired(project, part, at, port=way_in))

        if port == "out":
            ends = ways_out(project.network, nodes)
            words = output_words(self._document.analysis, ends)
            return self._one_of({f"From {words[one]}": partial(from_node, one) for one in ends})
        ports = ways_in(project.network, nodes)
        named = port_words(project.network, ports)
        return self._one_of({words: partial(into, way) for words, way in zip(named, ports, strict=True)})

    def insert(self, part: Part, edge: Edge, at: Point | None = None) -> bool:
        """Put it into a wire; the cards after it make room where there is too little."""

        def change(port: InPort) -> bool:
            return self._edit(f"Insert {name(part)}", lambda project: placing.insert(project, part, port, at))

        return self._one_of_wires(edge, change)

    def connect_selected(self) -> bool:
        """Wire the selected cards in sequence, each to the next."""
        cards = self._cards()
        if len(cards) < 2:
            self.refuse("select the layers that are to be wired, each to the next")
            return False
        return self.edit("Connect in sequence", lambda project: connect_in_sequence(project, cards))

    def swap(self, layer: Layer, node_ids: Sequence[str] = ()) -> bool:
        """Put another kind of layer in the place of these nodes, or of those selected; wires stay."""
        ids = tuple(node_ids) or tuple(self._ids())
        text = f"Replace {self._name(ids)} with {layer.label}"
        return bool(ids) and self.edit(text, lambda project: swap(project, ids, layer))

    def cut_wires(self, edges: Collection[Edge]) -> bool:
        """Cut all wires between these cards."""

        def change(project: Project) -> Project:
            for edge in edges:
                project = without_wires(project, edge)
            return project

        return bool(edges) and self.edit(f"Cut {count_text(len(edges), 'wire')}", change)

    def connect(self, text: str, found: Sequence[Connection], start: Project | None = None) -> bool:
        """Draw one of these wires, from this project on where the wire was taken from elsewhere."""
        before = self._document.project if start is None else start

        def draw(connection: Connection) -> bool:
            made = self.edit(text, lambda _: connection.made_in(before))
            replaced = replaced_words(before.network, connection.port)
            if made and replaced:
                self._tell(replaced)
            return made

        words = connection_words(self._document.analysis, found)
        return self._one_of({said: partial(draw, one) for said, one in zip(words, found, strict=True)})

    def refuse(self, reason: str) -> None:
        """Say at the mouse why something is not to be, if there is a reason."""
        if reason:
            self.acting = True
            self._document.edit_refused.emit(reason)
            self.acting = False

    def _one_of(self, options: Options) -> bool:
        """Do the one thing that can be meant, or ask which; whether it is done."""
        if len(options) == 1:
            return next(iter(options.values()))()
        if options:
            self._choose(options)
        return False

    def _one_of_wires(self, edge: Edge, change: Callable[[InPort], bool]) -> bool:
        """Change the wires between two cards that come from one node; ask from which where there are more."""
        ports = ports_behind(self._document.project, edge)
        words = output_words(self._document.analysis, ports)
        return self._one_of(
            {f"The wire from {words[source]}": partial(change, port) for source, port in ports.items()}
        )

    def delete(self, edge: Edge | None = None) -> bool:
        """Remove the wire, or the selected nodes where no wire is given; chains heal."""
        if edge is not None:
            return self.edit("Delete wire", lambda project: without_wires(project, edge))
        ids = self._ids()
        if not ids:
            return False
        text = f"Delete {self._name(ids)}"
        return self.edit(text, lambda project: project.remove(*ids))

    def duplicate(self) -> bool:
        """A copy of the selected nodes below them, wires among them kept."""
        project, ids = self._document.project, self._ids()
        if not ids:
            return False
        part = project.part(ids)
        return self._edit(f"Duplicate {self._name(ids)}", lambda one: _pasted(one, part))

    def duplicate_wired(self) -> bool:
        """A copy of the selected nodes below them, which reads what they read."""
        ids = self._ids()
        text = f"Duplicate {self._name(ids)}"
        return bool(ids) and self._edit(text, lambda project: duplicate_wired(project, ids))

    def repeat(self, times: int) -> bool:
        """The selected nodes so many times in a row, all in all."""
        ids = self._ids()
        text = f"Repeat {self._name(ids)} {times} times"
        return bool(ids) and self._edit(text, lambda project: repeat(project, ids, times))

    def copy(self) -> bool:
        """Put the selected nodes on the clipboard, as a project in JSON; whether there were any."""
        ids = self._ids()
        if not ids:
            return False
        text = write(self._document.project.part(ids)).decode()
        QGuiApplication.clipboard().setText(text)
        return True

    def cut(self) -> bool:
        """Copy, then delete."""
        return self.copy() and self.delete()

    def paste(self, visible: QRectF, at: QPointF | None = None) -> bool:
        """Add what the clipboard holds around this point; without one, where it was, or in the middle when
        that cannot be seen."""
        text = QGuiApplication.clipboard().text()

        def change(project: Project) -> Project:
            if not text.lstrip().startswith("{"):
                raise FormatError("the clipboard holds no layers and no picture")
            return _pasted(project, _brought(read(text.encode()), visible, at))

        return self._edit("Paste", change)

    def apply(self, fix: Fix) -> bool:
        """Make the edit that is the way out of a problem."""
        self.acting = True
        try:
            return self._document.take(fix)
        finally:
            self.acting = False

    def rename(self, node_id: str, caption: str) -> bool:
        """Call a node something else; its layer's own label where the name is empty or the same."""
        layer = self._document.project.network[node_id].layer
        wanted = "" if caption.strip() == layer.label else caption
        return self.edit("Rename", lambda project: project.rename(node_id, wanted))

    def disconnect(self, node_id: str) -> bool:
        """Cut all wires of a node."""

        def change(project: Project) -> Project:
            for edge in project.network.edges:
                if node_id in edge:
                    project = project.disconnect(*edge)
            return project

        return self.edit(f"Disconnect {self._name([node_id])}", change)

    def move(self, positions: dict[str, Point]) -> bool:
        """Put nodes elsewhere."""
        return self.edit(f"Move {self._name(positions)}", lambda one: one.move(positions))

    def put_into_wire(self, node_id: str, edge: Edge, at: Point) -> bool:
        """Put a node that has no wires yet into one."""

        def change(port: InPort) -> bool:
            text = f"Insert {self._name([node_id])}"
            return self.edit(text, lambda project: placing.put_into_wire(project, node_id, port, at))

        return self._one_of_wires(edge, change)

    def reduce(self, node_id: str, width: int, *, activation: bool) -> bool:
        """Insert a 1×1 to `width` channels before a convolution, and a ReLU behind it where asked for."""
        shapes = self._document.analysis.layers[node_id].input_shapes

        def change(project: Project) -> Project:
            reduction = reduction_before(project.network, node_id, shapes)
            return placing.reduce(project, node_id, reducing_layers(reduction, width, activation=activation))

        return self._edit(f"Reduce before {self._name([node_id])}", change)

    def toggle_bypass(self) -> bool:
        """Let the selected nodes pass their input on; if all of them do, put them back."""
        ids, network = self._ids(), self._document.project.network
        back = all(network[node_id].bypassed is not None for node_id in ids)
        text, change = ("Put back", restore) if back else ("Bypass", bypass)

        def edit(project: Project) -> Project:
            return project.with_network(change(project.network, *ids))

        return bool(ids) and self.edit(f"{text} {self._name(ids)}", edit)

    def align(self, alignment: str) -> bool:
        """Bring the selected cards into one column or row."""
        return self._rearrange(f"Align {alignment}", lambda places: aligned(places, alignment))

    def distribute(self, axis: str) -> bool:
        """Put the selected cards at equal distances."""
        return self._rearrange(f"Distribute {axis}", lambda places: distributed(places, axis))

    def _rearrange(self, text: str, change: Callable[[dict[str, Point]], dict[str, Point]]) -> bool:
        cards, project = self._cards(), self._document.project
        if len(cards) < 2:
            return False
        made = change({card: project.position(card) for card in cards})
        return self.edit(text, lambda project: project.move(made))

    def nudge(self, dx: float, dy: float) -> bool:
        """Move the selected nodes a little; nudges in a row are one undo step."""
        ids, cards = self._ids(), self._cards()

        def change(project: Project) -> Project:
            places = {card: project.position(card) for card in cards}
            return project.move({one: (x + dx, y + dy) for one, (x, y) in places.items()})

        key = "nudge " + " ".join(ids)
        return bool(ids) and self.edit(f"Move {self._name(ids)}", change, merge_key=key)

    def arrange(self, window: float) -> bool:
        """Lay the whole network out anew for a window, given by its width to its height; its top left corner
        stays."""

        def change(project: Project) -> Project:
            places = _places(project)
            left, top = min(x for x, _ in places), min(y for _, y in places)
            laid = lay_out(project.network, project.groups, direction=project.direction, window=window)
            return project.move({one: (x + left, y + top) for one, (x, y) in laid.items()})

        return bool(self._document.project.network.nodes) and self.edit("Arrange", change)

    def edit(self, text: str, change: Callable[[Project], Project], *, merge_key: str | None = None) -> bool:
        """Ask the document for a change; whether it was made."""
        self.acting = True
        try:
            return self._document.edit(text, change, merge_key=merge_key)
        finally:
            self.acting = False

    def _edit(self, text: str, change: Callable[[Project], Project]) -> bool:
        before = self._document.project.network.nodes.keys()
        made = self.edit(text, change)
        if made:
            self._selection.select(self._document.project.network.nodes.keys() - before)
        return made

    def _ids(self) -> list[str]:
        return [node for node in self._document.project.network.nodes if node in self._selection.ids]

    def _cards(self) -> list[str]:
        """The cards that stand for the selected nodes."""
        return list(dict.fromkeys(map(self._document.project.groups.card, self._ids())))

    def _nodes(self, card: str) -> tuple[str, ...]:
        return nodes_of(self._document.project, card)

    def _name(self, ids: Iterable[str]) -> str:
        named, project = list(ids), self._document.project
        if len(named) != 1:
            return f"{len(named)} layers"
        if named[0] in project.groups:
            return project.groups[named[0]].label
        return project.network[named[0]].label


def _places(project: Project) -> list[Point]:
    return list(shown_places(project).values())


def _pasted(project: Project, part: Project) -> Project:
    """With the part's nodes added, moved down together until they overlap nothing."""
    down = free_offset(_places(part), _places(project))
    at = {item_id: (x, y + down) for item_id, (x, y) in _all_places(part).items()}
    return project.paste(part.network.nodes.values(), at, part.groups.values())[0]


def _all_places(part: Project) -> dict[str, Point]:
    """Where nodes lie, hidden ones too, and collapsed groups."""
    return {node_id: part.position(node_id) for node_id in part.network.nodes} | dict(part.positions)


def _brought(part: Project, visible: QRectF, at: QPointF | None) -> Project:
    places = _places(part)
    if not places or (at is None and any(visible.contains(*place) for place in places)):
        return part
    left, top = min(x for x, _ in places), min(y for _, y in places)
    right, bottom = max(x for x, _ in places) + CARD_WIDTH, max(y for _, y in places) + CARD_HEIGHT
    centre = visible.center() if at is None else at
    dx, dy = snapped((centre.x() - (left + right) / 2, centre.y() - (top + bottom) / 2))
    return part.move({one: (x + dx, y + dy) for one, (x, y) in _all_places(part).items()})
