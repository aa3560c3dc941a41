"""What notes are about, among the items of a drawing: layers, groups and wires."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from engine.model.figure_notes import FigureNote
from engine.model.network import Edge
from engine.model.project import Project
from gui.figures.drawing.drawing import Item, Line, Path, Point
from gui.figures.drawing.item_bounds import Box, extent, extent_of_all, points_of

_BUNDLE = 2
"""Lines of which a single one is no wire by itself: of more, the whole bundle is looked at."""


class Subjects:
    """The parts and wires of a drawing, by the ids of the project."""

    def __init__(self, items: Sequence[Item], project: Project) -> None:
        self._items, self._project = items, project
        self.parts = frozenset(item.part for item in items if item.part and item.wire is None)
        self._wires = frozenset(edge for item in items if item.wire is not None for edge in item.wire.edges)

    def parts_of(self, one: str) -> frozenset[str]:
        """The parts that show a layer or a group: a group's own, and those of what lies in it."""
        groups = self._project.groups
        own = self.parts & {one}
        if one not in groups:
            return own
        inner = {group for group in groups if one in groups.around(group)}
        return own | (self.parts & (inner | set(groups.nodes(one))))

    def shows(self, note: FigureNote) -> bool:
        """Whether anything that the note is about is drawn."""
        if note.wire is not None:
            return note.wire in self._wires
        if note.kind == "brace":
            return bool(self.between(note.nodes))
        if note.kind == "highlight":
            return bool(self.on_path(note.nodes))
        return not note.nodes or any(self.parts_of(one) for one in note.nodes)

    def is_about(self, note: FigureNote, item: Item) -> bool:
        """Whether the item is drawn for the layer, the group or the wire of a note."""
        if note.wire is not None:
            return stands_for(item, note.wire)
        return any(item.part in self.parts_of(one) for one in note.nodes)

    def on_path(self, nodes: Sequence[str]) -> frozenset[str]:
        """The parts of a path: its layers, and the groups it runs through."""
        groups = self._project.groups
        around = {group for node in nodes for group in groups.around(groups.home(node))}
        return self.parts & (set(nodes) | around)

    @cached_property
    def _ranks(self) -> dict[str, tuple[int, int]]:
        """The places of the first and the last layer of each part in the network's order."""
        network, groups = self._project.network, self._project.groups
        found = {}
        for part in (*network.nodes, *groups):
            ranks = [network.rank[one] for one in (groups.nodes(part) if part in groups else (part,))]
            found[part] = min(ranks), max(ranks)
        return found

    @cached_property
    def in_order(self) -> list[str]:
        """The parts of the network, in its order."""
        return sorted(self.parts & self._ranks.keys(), key=lambda part: self._ranks[part])

    def between(self, ends: Sequence[str]) -> list[str]:
        """The parts from one layer or group to another, in the network's order."""
        known = [self._ranks[end] for end in ends if end in self._ranks]
        if not known:
            return []
        low, high = min(first for first, _ in known), max(last for _, last in known)
        inside = []
        for part in self.in_order:
            first, last = self._ranks[part]
            whole, touched = low <= first and last <= high, first <= high and low <= last
            # A card stands for all of its group; an outline around layers that are drawn is none of a range.
            if whole or (touched and not self._is_outline(part)):
                inside.append(part)
        return inside

    def _is_outline(self, part: str) -> bool:
        groups = self._project.groups
        return part in groups and not self.parts.isdisjoint(groups.nodes(part))

    def body(self, part: str) -> Box | None:
        """The box around what is drawn of a part, without the wires that lead to it."""
        own = [item for item in self._items if item.part == part and item.wire is None]
        solid = [item for item in own if not (isinstance(item, Path) and item.fill is None)]
        return extent_of_all(solid or own) if own else None

    def body_of(self, note: FigureNote) -> Box | None:
        """The box around what a note is about; of a wire a point on it."""
        if note.wire is not None:
            piece = self.piece(note.wire)
            return None if piece is None else (_middle(*piece), _middle(*piece))
        boxes = [box for one in note.nodes for part in self.parts_of(one) if (box := self.body(part))]
        if not boxes:
            return None
        left, top = (min(box[0][axis] for box in boxes) for axis in (0, 1))
        right, bottom = (max(box[1][axis] for box in boxes) for axis in (0, 1))
        return (left, top), (right, bottom)

    def piece(self, edge: Edge) -> tuple[Point, Point] | None:
        """The longest piece of a wire; of a bundle of lines the upper side of all."""
        paths = [item for item in self._items if isinstance(item, Path) and stands_for(item, edge)]
        if not paths:
            return None
        if len(paths) > _BUNDLE:
            (left, top), (right, _) = extent_of_all(paths)
            return (left, top), (right, top)
        pieces = [piece for path in paths for piece in _pieces(path)]
        return max(pieces, key=lambda piece: abs(piece[0][0] - piece[1][0]) + abs(piece[0][1] - piece[1][1]))


def stands_for(item: Item, edge: Edge) -> bool:
    """Whether the item is drawn for this wire; what is written on several wires, for no single one."""
    if item.wire is None or edge not in item.wire.edges:
        return False
    return isinstance(item, Path) or len({target for _, target in item.wire.edges}) == 1


def marked(item: Item, like: Item | None) -> Item:
    """The item, drawn for what another one is drawn for."""
    return item if like is None else replace(item, part=like.part, wire=like.wire)


def _pieces(path: Path) -> list[tuple[Point, Point]]:
    made, start = [], path.start
    for piece in path.pieces:
        end = points_of(piece)[-1]
        if isinstance(piece, Line) or len(path.pieces) == 1:
            made.append((start, end))
        start = end
    return made or [(path.start, start)]


def _middle(start: Point, end: Point) -> Point:
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2


def meets(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return all(one[0][axis] < other[1][axis] and other[0][axis] < one[1][axis] for axis in (0, 1))


def is_free(box: Box, items: Sequence[Item]) -> bool:
    """Whether no words, pictures or faces stand there."""
    solid = (item for item in items if item.part and not (isinstance(item, Path) and item.fill is None))
    return not any(meets(box, extent(item)) for item in solid)
