"""What menus and keys do to groups, frames and text notes. Each is one edit, and one undo step."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import dist

from PySide6.QtCore import QPointF, QRectF

from engine.layout.card_rects import shown_places
from engine.layout.expand_collapse import expand, toggle
from engine.layout.layout import lay_out
from engine.layout.repeats import fold_repeats
from engine.layout.room import snapped
from engine.model.annotations import FRAME_COLOURS, Frame, TextNote
from engine.model.network import Edge
from engine.model.project import DIRECTIONS, Point, Project
from gui.canvas.commands import Commands
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH
from gui.session.document import Document
from gui.session.selection import Selection


class AnnotationCommands:
    """Edits of what is drawn around the network."""

    def __init__(self, document: Document, selection: Selection, commands: Commands) -> None:
        self._document = document
        self._selection = selection
        self._commands = commands

    # Wires

    def add_bend(self, edge: Edge, at: Point, way: Sequence[Point]) -> bool:
        """Lead a wire through one more point; `way` is where it begins, the points that it has, its end."""

        def change(project: Project) -> Project:
            points = list(project.bends.get(edge, ()))
            offs = [_off(at, a, b) for a, b in pairwise(way)]
            points.insert(offs.index(min(offs)), snapped(at))
            return project.bend(edge, points)

        return self._commands.edit("Add a point", change)

    def remove_bend(self, edge: Edge, number: int | None = None) -> bool:
        """Lead a wire through one point less, or (None) straight."""

        def change(project: Project) -> Project:
            points = list(project.bends.get(edge, ()))
            return project.bend(edge, () if number is None else points[:number] + points[number + 1 :])

        return self._commands.edit("Remove a point" if number is not None else "Straighten", change)

    # Groups

    def group(self) -> str:
        """Put the selected layers into a group; its id, empty where there is none."""
        ids = [node for node in self._document.project.network.nodes if node in self._selection.ids]
        before = set(self._document.project.groups)
        self._commands.edit("Group", lambda project: project.group(ids))
        made = [group for group in self._document.project.groups if group not in before]
        return made[0] if made else ""

    def ungroup(self) -> bool:
        """Take away the groups that are selected, or the one that the selection lies in."""
        chosen = self.selected_groups() or [one for one in (self.around(),) if one]

        def change(project: Project) -> Project:
            for one in chosen:
                project = expand(project, one).ungroup(one)
            return project

        return bool(chosen) and self._commands.edit("Ungroup", change)

    def toggle(self, group_id: str) -> bool:
        """Expand a collapsed group in place, or collapse an expanded one."""
        group = self._document.project.groups[group_id]
        text = f"{'Expand' if group.collapsed else 'Collapse'} {group.label}"
        return self._commands.edit(text, lambda project: toggle(project, group_id))

    def toggle_selected(self) -> bool:
        """Expand the collapsed groups that are selected; else collapse the group around the selection."""
        groups = self._document.project.groups
        closed = [group for group in self.selected_groups() if groups[group].collapsed]
        if closed:

            def opened(project: Project) -> Project:
                for one in closed:
                    project = expand(project, one)
                return project

            return self._commands.edit("Expand", opened)
        around = self.around()
        return bool(around) and self.toggle(around)

    def set_all(self, collapsed: bool) -> bool:
        """Collapse every group, or expand every one, and lay the network out anew."""

        def change(project: Project) -> Project:
            groups = project.groups
            changed = groups.replace(*(replace(group, collapsed=collapsed) for group in groups.values()))
            return project if changed is groups else laid_out(replace(project, groups=changed))

        return self._commands.edit("Collapse all" if collapsed else "Expand all", change)

    def fold_repeats(self) -> bool:
        """Put runs of equal groups behind one card each, and lay the network out anew."""

        def change(project: Project) -> Project:
            folded = fold_repeats(project)
            return project if folded is project else laid_out(folded)

        return self._commands.edit("Fold repeats", change)

    def turn(self) -> bool:
        """Let the network run down instead of to the right, or the other way round."""

        def change(project: Project) -> Project:
            other = DIRECTIONS[1 - DIRECTIONS.index(project.direction)]
            return laid_out(replace(project, direction=other))

        return self._commands.edit("Turn", change)

    def rename_group(self, group_id: str, title: str) -> bool:
        """Call a group something else."""
        return self._commands.edit("Rename group", lambda project: project.rename_group(group_id, title))

    def selected_groups(self) -> list[str]:
        """The outermost groups all of whose nodes are selected."""
        groups, ids = self._document.project.groups, self._selection.ids
        whole = [group for group in groups if ids.issuperset(groups.nodes(group))]
        return [one for one in whole if groups[one].parent not in whole]

    def around(self) -> str:
        """The innermost group that holds the whole selection; empty where there is none."""
        groups = self._document.project.groups
        return groups.common(self._selection.ids) if self._selection.ids else ""

    # Frames and notes

    def add_frame(self, visible: QRectF, around: QRectF) -> str:
        """A frame around the selected cards, or in the middle of what is seen; its id."""
        if around.isEmpty():
            frame = Frame(id="")
            middle = visible.center()
            x, y = snapped((middle.x() - frame.width / 2, middle.y() - frame.height / 2))
            frame = replace(frame, x=x, y=y)
        else:
            x, y = snapped((around.left() - 24, around.top() - 40))
            right, bottom = snapped((around.right() + 28, around.bottom() + 28))
            frame = Frame(id="", x=x, y=y, width=right - x, height=bottom - y)
        made = replace(frame, id=self._document.project.new_id("frame"), title="Frame")
        self._commands.edit("Add frame", lambda project: project.annotate(made))
        return made.id

    def add_note(self, at: QPointF, text: str) -> bool:
        """A text note there."""
        x, y = snapped((at.x(), at.y()))
        note = TextNote(id=self._document.project.new_id("note"), text=text, x=x, y=y)
        return bool(text.strip()) and self._commands.edit("Add note", lambda one: one.annotate(note))

    def change_frame(self, frame: Frame, text: str = "Resize frame") -> bool:
        """Let a frame be another one of the same id."""
        return self._commands.edit(text, lambda project: project.annotate(frame))

    def title_frame(self, frame_id: str, title: str) -> bool:
        """Call a frame something else."""
        frame = replace(self._document.project.frames[frame_id], title=title)
        return self.change_frame(frame, "Rename frame")

    def write_note(self, note_id: str, text: str) -> bool:
        """Let a note say something else; without words it is gone."""
        if not text.strip():
            return self.erase(note_id)
        note = replace(self._document.project.text_notes[note_id], text=text)
        return self._commands.edit("Edit note", lambda project: project.annotate(note))

    def colour_frame(self, frame_id: str, colour: str) -> bool:
        """One of `FRAME_COLOURS`."""
        assert colour in FRAME_COLOURS
        frame = replace(self._document.project.frames[frame_id], colour=colour)
        return self.change_frame(frame, "Colour frame")

    def erase(self, thing_id: str) -> bool:
        """Delete a frame or note; what lies on a frame stays."""
        what = "frame" if thing_id in self._document.project.frames else "note"
        return self._commands.edit(f"Delete {what}", lambda project: project.erase(thing_id))

    def move(self, thing_id: str, positions: dict[str, Point]) -> bool:
        """Put a frame or note elsewhere, with what lies on it."""
        what = "frame" if thing_id in self._document.project.frames else "note"
        return self._commands.edit(f"Move {what}", lambda project: project.move(positions))


def carried(project: Project, thing_id: str) -> dict[str, Point]:
    """A note's place; or that of a frame and of all cards, frames and notes that lie on it."""
    if thing_id in project.text_notes:
        note = project.text_notes[thing_id]
        return {thing_id: (note.x, note.y)}
    frame = project.frames[thing_id]
    found = {thing_id: (frame.x, frame.y)}
    cards = shown_places(project)
    found |= {one: at for one, at in cards.items() if frame.holds(*at, CARD_WIDTH, CARD_HEIGHT)}
    for other in project.frames.values():
        if other.id != thing_id and frame.holds(other.x, other.y, other.width, other.height):
            found[other.id] = (other.x, other.y)
    found |= {
        note.id: (note.x, note.y) for note in project.text_notes.values() if frame.holds(note.x, note.y)
    }
    return found


def laid_out(project: Project) -> Project:
    """Laid out anew, its top left corner where it was."""
    places = list(shown_places(project).values())
    if not places:
        return project
    left, top = min(x for x, _ in places), min(y for _, y in places)
    laid = lay_out(project.network, project.groups, direction=project.direction)
    return project.move({one: (x + left, y + top) for one, (x, y) in laid.items()})


def _off(point: Point, a: Point, b: Point) -> float:
    """How much longer the way from `a` to `b` is by this point."""
    return dist(a, point) + dist(point, b) - dist(a, b)
