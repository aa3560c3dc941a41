"""Groups, frames and notes under the mouse and in menus: what the view asks about them."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QMenu

from engine.model.annotations import FRAME_COLOURS
from engine.model.network import Edge
from gui.canvas.annotation_commands import AnnotationCommands
from gui.canvas.camera import Camera
from gui.canvas.editors.annotation_editor import AnnotationEditor
from gui.canvas.gestures.carry import CarryGesture, ResizeGesture
from gui.canvas.gestures.gesture import Gesture, Tools
from gui.canvas.gestures.move import MoveGesture
from gui.canvas.mouse.hit_test import Hit


class AnnotationsAndGroups:
    """What the mouse and the menus do with things that are no nodes and no wires."""

    def __init__(self, camera: Camera, tools: Tools, say: Callable[[str], None]) -> None:
        self._camera = camera
        self._tools = tools
        self._say = say
        self.commands = AnnotationCommands(tools.document, tools.selection, tools.commands)
        self.editor = AnnotationEditor(camera)

    def gesture(self, found: Hit) -> Gesture:
        """What a press on a group's card or title, a frame or a note begins."""
        project = self._tools.document.project
        if found.thing in project.groups:
            groups = project.groups
            if groups[found.thing].collapsed:
                return MoveGesture(self._tools, found.thing)
            nodes = groups.nodes(found.thing)
            return MoveGesture(self._tools, groups.card(nodes[0]), nodes)
        if found.part == "corner":
            return ResizeGesture(self._tools, self.commands, project.frames[found.thing])
        return CarryGesture(self._tools, self.commands, found.thing)

    def double_click(self, found: Hit, at: QPointF) -> None:
        """A group opens or closes; a frame's title or a note can be written; a wire gets a point to be led
        through, or loses it."""
        if found.edge is not None and found.bend is not None:
            self.commands.remove_bend(found.edge, found.bend)
        elif found.edge is not None:
            self.bend(found.edge, at)
        elif found.thing in self._tools.document.project.groups:
            self.toggle(found.thing)
        else:
            self.write(found.thing)

    def bend(self, edge: Edge, at: QPointF) -> None:
        """Lead a wire between two layers through a point; one of a group stands for others."""
        if set(edge) & self._tools.document.project.groups.keys():
            self._say("Expand the group: its wires can be led through points then.")
            return
        item = self._tools.scene.edges[edge]
        ends = self._tools.scene.nodes[edge[0]].output_port, self._tools.scene.wiring.end(edge)
        way = [(point.x(), point.y()) for point in (ends[0], *item.bends, ends[1])]
        self.commands.add_bend(edge, (at.x(), at.y()), way)

    def toggle(self, group_id: str) -> None:
        """Expand or collapse a group, and show what became of it."""
        if self.commands.toggle(group_id):
            self._tools.selection.select({group_id})
            self._camera.show_rect(self._tools.selected_rect)

    def toggle_selected(self) -> None:
        """Expand the selected groups, or collapse the one around the selection."""
        if not self.commands.toggle_selected():
            self._say("Select a group, or a layer that lies in one.")
        else:
            self._camera.show_rect(self._tools.selected_rect)

    def group(self) -> None:
        """Make a group of the selected layers, and ask for its title."""
        made = self.commands.group()
        if made:
            self.write(made)

    def ungroup(self) -> None:
        """Dissolve the selected groups, or the one around the selection."""
        if not self.commands.ungroup():
            self._say("Select a group, or a layer that lies in one.")

    def set_all(self, collapsed: bool) -> None:
        """Collapse or expand every group."""
        if self.commands.set_all(collapsed):
            self._camera.fit_all()
        else:
            self._say("There is no group to expand." if not collapsed else "There is no group to collapse.")

    def fold_repeats(self) -> None:
        """Fold runs of equal groups."""
        if self.commands.fold_repeats():
            self._camera.fit_all()
        else:
            self._say("There are no equal groups one after the other.")

    def turn(self) -> None:
        """Let the network run down, or to the right."""
        if self._tools.document.project.network.nodes and self.commands.turn():
            self._camera.fit_all()

    def add_frame(self) -> None:
        """A frame around the selection, and its title to be written."""
        made = self.commands.add_frame(self._camera.visible_rect, self._tools.selected_rect)
        self._camera.reveal(self._tools.scene.annotations.items[made].rect)
        self.write(made)

    def add_note(self, at: QPointF | None = None) -> None:
        """A note at a point of the scene, the middle of what is seen if None."""
        place = self._camera.visible_rect.center() if at is None else at
        self.editor.open_note("", place, partial(self.commands.add_note, place))

    def write(self, thing_id: str) -> None:
        """Edit the title of a group or frame, or the words of a note, where they stand."""
        project, scene = self._tools.document.project, self._tools.scene
        if thing_id in project.groups:
            card = project.groups.card(thing_id)
            shown = scene.outlines.items.get(thing_id)
            where = scene.nodes[card].card if shown is None else shown.rect
            take = partial(self.commands.rename_group, thing_id)
            self.editor.open_title(project.groups[thing_id].title, where, take)
        elif thing_id in project.frames:
            frame = project.frames[thing_id]
            self.editor.open_title(
                frame.title, QRectF(frame.x, frame.y, 0, 0), partial(self.commands.title_frame, thing_id)
            )
        elif thing_id in project.text_notes:
            note = project.text_notes[thing_id]
            take = partial(self.commands.write_note, thing_id)
            self.editor.open_note(note.text, QPointF(note.x, note.y), take)

    def rename_selected(self) -> bool:
        """Write the selected frame, note or group; whether there is one."""
        chosen = self._tools.scene.annotations.selected
        whole = self.commands.selected_groups()
        if chosen is None and len(whole) == 1 and self._tools.selection.current is None:
            chosen = whole[0]
        if chosen is None:
            return False
        self.write(chosen)
        return True

    def delete_selected(self) -> bool:
        """Delete the selected frame or note; whether there is one."""
        chosen = self._tools.scene.annotations.selected
        return chosen is not None and self.commands.erase(chosen)

    def say_hidden(self, node_id: str) -> None:
        """Say why nothing can be done here to a layer that lies behind a card."""
        groups = self._tools.document.project.groups
        self._say(f"Expand “{groups[groups.card(node_id)].label}”: the layer lies in it.")

    def explanation(self, found: Hit) -> str:
        """What a tool tip says."""
        project, scene = self._tools.document.project, self._tools.scene
        if found.thing in project.groups:
            words = scene.cards.explanation(found.thing, self._tools.document.analysis, scene.convention)
            does = "expand" if project.groups[found.thing].collapsed else "collapse"
            return f"{words}\nDouble-click to {does}"
        return ""

    def fill_menu(self, menu: QMenu, found: Hit) -> None:
        """What can be done with a group, a frame or a note."""
        tools, project = self._tools, self._tools.document.project
        if found.thing in project.groups:
            tools.selection.select({found.thing})
            closed = project.groups[found.thing].collapsed
            menu.addAction("Expand" if closed else "Collapse", partial(self.toggle, found.thing))
            menu.addAction("Rename", partial(self.write, found.thing))
            menu.addAction("Ungroup", self.ungroup)
            menu.addSeparator()
            return
        tools.scene.annotations.select(found.thing)
        menu.addAction(
            "Rename" if found.thing in project.frames else "Edit", partial(self.write, found.thing)
        )
        if found.thing in project.frames:
            colours = menu.addMenu("Colour")
            for colour in FRAME_COLOURS:
                colours.addAction(
                    colour.capitalize(), partial(self.commands.colour_frame, found.thing, colour)
                )
        menu.addAction("Delete", partial(self.commands.erase, found.thing))
