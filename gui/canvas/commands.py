"""What menus and keys do to the selected layers. Each is one edit of the document, and one undo step."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QGuiApplication

from engine.analysis.analyze import Fix
from engine.edits.reduction import reducing_layers, reduction_before
from engine.errors import FormatError, NetworkError
from engine.formats.project_json import read, write
from engine.layout.card_rects import shown_places
from engine.layout.collapsed_view import wires_behind
from engine.layout.layout import lay_out
from engine.model.bypass import bypass, restore
from engine.model.network import Edge
from engine.model.project import Point, Project
from gui.canvas.geometry import placing
from gui.canvas.geometry.arranging import aligned, distributed
from gui.canvas.geometry.geometry import free_offset, snapped
from gui.canvas.geometry.placing import Part, name
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH
from gui.session.document import Document
from gui.session.selection import Selection


class Commands:
    """Edits asked for by the canvas; the newest nodes are selected afterwards."""

    def __init__(self, document: Document, selection: Selection) -> None:
        self._document = document
        self._selection = selection
        self.acting = False
        """Whether an edit is being asked for by the canvas: a refusal is then said at the mouse."""

    def add(self, part: Part, at: Point) -> bool:
        """Put a layer or block there, unconnected; whether it was made."""
        return self._edit(f"Add {name(part)}", lambda project: placing.add(project, part, at))

    def append(self, part: Part, visible: QRectF) -> bool:
        """Put it right of the selected node and wire it to it; in the middle where none is selected."""
        after, centre = self._selection.current, visible.center()
        middle = (centre.x() - CARD_WIDTH / 2, centre.y() - CARD_HEIGHT / 2)

        def change(project: Project) -> Project:
            if after is None:
                return placing.add(project, part, middle)
            return placing.append(project, part, after)

        return self._edit(f"Add {name(part)}", change)

    def add_wired(self, part: Part, at: Point, node_id: str, port: str) -> bool:
        """Put it there, with a wire from the node's output ("out") or to its input ("in")."""
        text = f"Add {name(part)}"
        return self._edit(text, lambda project: placing.add_wired(project, part, at, node_id, port))

    def insert(self, part: Part, edge: Edge, at: Point | None = None) -> bool:
        """Put it into a wire; the cards after it make room where there is too little."""
        text = f"Insert {name(part)}"
        return self._edit(text, lambda project: placing.insert(project, part, _wire(project, edge), at))

    def delete(self, edge: Edge | None = None) -> bool:
        """Remove the wire, or the selected nodes where no wire is given; chains heal."""
        if edge is not None:
            return self.edit("Delete wire", lambda project: _without_wire(project, edge))
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
        if fix.refit:
            return self._document.take(fix)
        return self.edit(fix.text, lambda project: project.with_network(fix.apply(project.network)))

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
        text = f"Insert {self._name([node_id])}"
        return self.edit(
            text, lambda project: placing.put_into_wire(project, node_id, _wire(project, edge), at)
        )

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

    def arrange(self) -> bool:
        """Lay the whole network out anew; its top left corner stays."""

        def change(project: Project) -> Project:
            places = _places(project)
            left, top = min(x for x, _ in places), min(y for _, y in places)
            laid = lay_out(project.network, project.groups, direction=project.direction)
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

    def _name(self, ids: Iterable[str]) -> str:
        named, project = list(ids), self._document.project
        if len(named) != 1:
            return f"{len(named)} layers"
        if named[0] in project.groups:
            return project.groups[named[0]].label
        return project.network[named[0]].label


def _wire(project: Project, edge: Edge) -> Edge:
    """The wire of the network behind one between two cards."""
    wires = wires_behind(project.network, project.groups, edge)
    if len(wires) != 1:
        raise NetworkError("several wires lead into this group: expand it to choose one")
    return wires[0]


def _without_wire(project: Project, edge: Edge) -> Project:
    for wire in wires_behind(project.network, project.groups, edge):
        project = project.disconnect(*wire)
    return project


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
