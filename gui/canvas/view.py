"""The canvas as the window holds it: the scene follows the document, mouse and keys become gestures."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from engine.layers import Layer
from engine.model.project import Project
from engine.shapes import count_text
from gui.canvas.annotations_and_groups import AnnotationsAndGroups
from gui.canvas.asking import Asking
from gui.canvas.camera import Camera
from gui.canvas.commands import Commands
from gui.canvas.editors.finder import Finder
from gui.canvas.editors.quick_add import QuickAdd
from gui.canvas.editors.title_editor import TitleEditor
from gui.canvas.gestures.gesture import Tools
from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.key_wiring import KeyWiring
from gui.canvas.keys import Keys
from gui.canvas.looking_back import LookingBack
from gui.canvas.menus import show_context_menu
from gui.canvas.mouse.dropping import Dropping
from gui.canvas.mouse.hit_test import Hit, hit
from gui.canvas.mouse.mouse_place import MousePlace
from gui.canvas.mouse.pointing import Pointing
from gui.canvas.overlays.difference_marks import DifferenceMarks
from gui.canvas.overlays.empty_hint import EmptyHint
from gui.canvas.overlays.stale_maps import StaleMaps
from gui.canvas.overlays.toast import Toast
from gui.canvas.scene import CanvasScene
from gui.look.appearance import Appearance
from gui.look.theme import Palette
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.words.convention import Convention
from gui.words.literal import literal
from presets import block


class CanvasView(Camera):
    """The network as cards and wires. It asks the document for every change and shows what comes back."""

    open_preset_requested = Signal(str)
    """The empty canvas was asked for a preset: its name."""
    fit_requested = Signal()
    """The selected layers are to be fitted to the photograph."""
    conversion_requested = Signal(str)
    """The dense layer of this id is to be a convolution, or the other way round."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(CanvasScene(CanvasStyle(appearance.palette)), parent)
        self.document = document
        self.selection = selection
        self.asking = Asking(self, appearance)
        self.commands = Commands(document, selection, choose=self.asking.which, tell=self.say)
        self._compute = compute
        self.tools = tools = Tools(document, selection, self.canvas_scene, self.commands)
        self.mouse = MousePlace(self)
        self._toast = Toast(self)
        self._title_editor = TitleEditor(self, tools)
        self.drawn = AnnotationsAndGroups(self, tools, self.say)
        self._quick_add = QuickAdd(self, tools)
        self._pointing = Pointing(self, tools, self.mouse, self.drawn, self._quick_add)
        self._dropping = Dropping(tools, self.mouse, self._pointing, self.say)
        self._keys = Keys(self)
        self._stale_maps = StaleMaps(self.canvas_scene, compute)
        self._opened_anew = False
        self._looking_back = LookingBack(self)
        self._finder = Finder(self, tools)
        self.key_wiring = KeyWiring(tools, self.say)
        self.differences = DifferenceMarks(self.canvas_scene)
        self._hint = EmptyHint(self)
        self._hint.preset_requested.connect(self.open_preset_requested)

        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Network canvas")

        document.project_changed.connect(self.on_project_changed)
        document.file_changed.connect(self.on_file_changed)
        document.edit_refused.connect(self.on_edit_refused)
        selection.selection_changed.connect(self.on_selection_changed)
        compute.map_changed.connect(self.on_map_changed)
        compute.run_started.connect(self.on_run_started)
        appearance.palette_changed.connect(self.on_palette_changed)

        self.canvas_scene.show_project(document.project, document.analysis)
        for node_id in document.project.network.nodes:
            self.on_map_changed(node_id)
        self._hint.restyle(appearance.palette)
        self._toast.restyle(appearance.palette)
        self._refresh_surroundings()
        self.on_selection_changed(selection.ids)

    # What changed elsewhere

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Show the new project; a gesture that was made for the old one ends."""
        self._pointing.cancel()
        self._title_editor.cancel()
        self.drawn.editor.cancel()
        self.key_wiring.cancel()
        self._looking_back.leave(before)
        scene = self.canvas_scene
        shown = set(scene.nodes)
        scene.show_project(after, self.document.analysis)
        if after.network is not before.network:
            for node_id in after.network.nodes.keys() - before.network.nodes.keys():
                self.on_map_changed(node_id)
        if after.groups is not before.groups:
            for card in scene.nodes.keys() - shown:
                self.on_map_changed(scene.cards.face(card))
            self._show_selection()
        self._opened_anew = True
        self._looking_back.arrive(before, after)
        self.differences.refresh()
        self._refresh_surroundings()

    def on_file_changed(self, path: object) -> None:
        """Show the whole of a project that was just opened (not of one that was just saved)."""
        if self._opened_anew and self.document.undo_stack.count() == 0:
            self.canvas_scene.select_edge(None)
            self._looking_back.forget()
            self.fit_all()
        self._opened_anew = False

    def on_edit_refused(self, message: str) -> None:
        """Say at the mouse why what was done on the canvas is not to be."""
        if self.commands.acting:
            self.say(message)

    def on_selection_changed(self, ids: frozenset[str]) -> None:
        """Outline the selected cards."""
        if ids:
            self.canvas_scene.select_edge(None)
            self.canvas_scene.annotations.select(None)
        self._show_selection()
        self.key_wiring.follow()
        network = self.document.project.network
        labels = [network[node_id].label for node_id in ids if node_id in network]
        self.setAccessibleDescription(
            f"{', '.join(labels[:5])} selected"
            if labels
            else f"{count_text(len(network), 'layer')}, none selected"
        )

    def on_map_changed(self, node_id: str) -> None:
        """Show the new map on its card."""
        self.canvas_scene.show_map(node_id, self._compute.result(node_id))

    def on_run_started(self) -> None:
        """Wait a little before maps are dimmed."""
        if self.isVisible():
            self._stale_maps.start()

    def on_palette_changed(self, palette: Palette) -> None:
        """Paint with another theme."""
        self.canvas_scene.restyle(CanvasStyle(palette))
        self.differences.refresh()
        self._hint.restyle(palette)
        self._toast.restyle(palette)
        self.minimap.restyle()
        self.viewport().update()

    def set_convention(self, convention: Convention) -> None:
        """Count the cards' costs, and write the shapes on the wires, in another way."""
        self.canvas_scene.set_convention(convention, self.document.analysis)
        self.differences.refresh()

    # What the mouse does, and what is said to it

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._pointing.is_busy

    @property
    def said(self) -> str:
        """What is being said at the mouse."""
        return self._toast.said

    def say(self, message: str) -> None:
        """Say a few words at the mouse, or in the middle where it has not been yet."""
        self._toast.say(message, self.mouse.told_at)

    # Commands of the window's menus

    def ask_for_layer(self, *, loose: bool = False) -> None:
        """Open the search box: what is chosen stands behind what is selected; `loose`, or without a
        selection, at the mouse."""
        pointer = self.mouse.pointer(self.mouse.asked_at)
        if self.selection.ids and not loose:
            self._quick_add.ask_to_append(pointer)
        else:
            self._quick_add.ask_at(pointer)

    def ask_for_swap(self) -> None:
        """Open the search box: what is chosen takes the place of the selected layers."""
        if self.selection.ids:
            self._quick_add.ask_for_swap(self.mouse.pointer(self.mouse.asked_at))
        else:
            self.say("Select the layers that are to be replaced.")

    def rename_selected(self) -> None:
        """Edit the title of the one selected node in place."""
        node_id = self.selection.current
        if self.drawn.rename_selected():
            return
        if node_id is not None and node_id in self.canvas_scene.nodes:
            self.reveal_selected()
            self._title_editor.open(node_id)
        elif node_id is not None:
            self.drawn.say_hidden(node_id)

    def reveal_selected(self) -> None:
        """Pan until the selected cards are seen."""
        self.reveal(self.tools.selected_rect)

    def show_made(self) -> None:
        """Pan until the selected cards are seen, or show them whole where that takes a smaller zoom."""
        self.show_rect(self.tools.selected_rect)

    def fit_selection(self) -> None:
        """Show the selected cards, or all where none is selected."""
        ids = self.selection.ids
        if ids:
            self.fit_rect(self.canvas_scene.cards_rect(ids))
        else:
            self.fit_all()

    def find_layer(self) -> None:
        """Ask for a node by its name, and show it."""
        self._finder.open()

    def select_all(self) -> None:
        """Select every node."""
        self.selection.select(self.document.project.network.nodes)

    def delete_selected(self) -> None:
        """Remove the selected wire, frame or note, or the selected nodes; chains heal."""
        if self.drawn.delete_selected():
            return
        self.commands.delete(self.canvas_scene.selected_edge)

    def duplicate_selected(self, *, wired: bool = False) -> None:
        """Copy the selected nodes below themselves; `wired`: the copies read what those read."""
        if self.commands.duplicate_wired() if wired else self.commands.duplicate():
            self.show_made()

    def paste(self) -> None:
        """Add the nodes on the clipboard, around the mouse where it is over the canvas."""
        if self.commands.paste(self.visible_rect, self.mouse.scene):
            self.show_made()

    def add_layer(self, layer: Layer) -> None:
        """Append a layer to the selected node, or put it in the middle of what is seen."""
        if self.commands.append(layer, self.visible_rect):
            self.show_made()

    def add_block(self, name: str) -> None:
        """Append a block of the palette likewise."""
        if self.commands.append(block(name), self.visible_rect):
            self.show_made()

    def arrange(self) -> None:
        """Lay the network out anew."""
        room = self.room
        if self.commands.arrange(room.width() / max(room.height(), 1.0)):
            self.fit_all()

    # Mouse, menu and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._toast.hide()
        self._pointing.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointing.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointing.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second click on a card renames it, on empty canvas it asks for a layer to put there."""
        if self.is_busy or event.button() != Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
            return
        pointer = self.mouse.pointer(event.position(), event.modifiers())
        found = hit(self.canvas_scene, pointer.scene, self.zoom)
        if found.node_id is not None and not found.port and found.fix is None:
            self.selection.select({found.node_id})
            self.rename_selected()
        elif found.thing or found.edge is not None:
            self.drawn.double_click(found, pointer.scene)
        elif found == Hit():
            self._quick_add.ask_at(pointer)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if (
            QApplication.activePopupWidget() is None
        ):  # a box that opens at the mouse takes it only for a while
            self._pointing.leave()
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), literal(self._pointing.explanation(event.pos())), self)
            return True
        return super().viewportEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._dropping.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._dropping.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._pointing.cancel()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._dropping.drop(event):
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the thing under the mouse, or with the selected node by the menu key."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return  # that button and key cut wires
        self._pointing.cancel()
        show_context_menu(self, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_busy:
            self._pointing.cancel()
        elif event.key() == Qt.Key.Key_Space and not self.is_busy:
            self._pointing.hold_sheet(True)
        elif not self.is_busy and not self._keys.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._pointing.hold_sheet(False)
        else:
            event.ignore()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab asks for a layer where the mouse points at nothing; else it leaves the canvas."""
        if next and (self.mouse.is_over_nothing or not self.document.project.network.nodes):
            self.ask_for_layer(loose=True)
            return True
        return super().focusNextPrevChild(next)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_selection()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._pointing.hold_sheet(False)
        self._show_selection()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stale_maps.stop()
        self.minimap.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint.place()

    def _show_selection(self) -> None:
        focused = self.selection.current if self.hasFocus() else None
        self.canvas_scene.show_selection(self.selection.ids, focused)

    def _refresh_surroundings(self) -> None:
        self._hint.set_visible(not self.document.project.network.nodes)
        self._hint.place()
