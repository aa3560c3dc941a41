"""The canvas as the window holds it: the scene follows the document, mouse and keys become gestures."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.analysis.comparison import Comparison
from engine.edits.reduction import reduction_before
from engine.errors import NetworkError
from engine.layers import Layer
from engine.model.project import Project
from gui.canvas.dropping import DroppingView
from gui.canvas.editors.finder import Finder
from gui.canvas.editors.reduction_box import ReductionBox
from gui.canvas.hit_test import Hit, hit
from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.keys import Keys
from gui.canvas.menus import context_menu
from gui.canvas.overlays.difference_marks import DifferenceMarks
from gui.canvas.overlays.empty_hint import EmptyHint
from gui.look.appearance import Appearance
from gui.look.theme import Palette
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.words.convention import Convention
from presets import block

_STALE_AFTER_MS: Final = 200
"""Maps that are back sooner are not dimmed: nothing flickers while a slider moves."""


class CanvasView(DroppingView):
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
        super().__init__(document, selection, CanvasStyle(appearance.palette), parent)
        self._compute = compute
        self._keys = Keys(self)
        self._stale_timer = QTimer(self)
        self._stale_timer.setSingleShot(True)
        self._stale_timer.setInterval(_STALE_AFTER_MS)
        self._stale_timer.timeout.connect(self._on_stale_timer)
        self._opened_anew = False
        self._reduction_box = ReductionBox(appearance, self)
        self._finder = Finder(self)
        self.differences = DifferenceMarks(self.canvas_scene)
        self._hint = EmptyHint(self)
        self._hint.preset_requested.connect(self.open_preset_requested)

        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Network canvas")

        document.project_changed.connect(self.on_project_changed)
        document.file_changed.connect(self.on_file_changed)
        selection.selection_changed.connect(self.on_selection_changed)
        compute.map_changed.connect(self.on_map_changed)
        compute.run_started.connect(self.on_run_started)
        compute.run_finished.connect(self._stale_timer.stop)
        appearance.palette_changed.connect(self.on_palette_changed)

        self.canvas_scene.show_project(document.project, document.analysis)
        for node_id in document.project.network.nodes:
            self.on_map_changed(node_id)
        self._hint.restyle(appearance.palette)
        self._bubble.restyle(appearance.palette)
        self._refresh_surroundings()
        self.on_selection_changed(selection.ids)

    # What changed elsewhere

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Show the new project; a gesture that was made for the old one ends."""
        self.cancel_gesture()
        self._title_editor.cancel()
        self.drawn.editor.cancel()
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
        self.differences.refresh()
        self._refresh_surroundings()

    def on_file_changed(self, path: object) -> None:
        """Show the whole of a project that was just opened (not of one that was just saved)."""
        if self._opened_anew and self.document.undo_stack.count() == 0:
            self.canvas_scene.select_edge(None)
            self.fit_all()
        self._opened_anew = False

    def on_selection_changed(self, ids: frozenset[str]) -> None:
        """Outline the selected cards."""
        if ids:
            self.canvas_scene.select_edge(None)
            self.canvas_scene.annotations.select(None)
        self._show_selection()
        network = self.document.project.network
        labels = [network[one].label for one in ids if one in network]
        self.setAccessibleDescription(
            f"{', '.join(labels[:5])} selected" if labels else f"{len(network)} layers, none selected"
        )

    def on_map_changed(self, node_id: str) -> None:
        """Show the new map on its card."""
        self.canvas_scene.show_map(node_id, self._compute.result(node_id))

    def on_run_started(self) -> None:
        """Wait a little before maps are dimmed."""
        if self.isVisible():
            self._stale_timer.start()

    def on_palette_changed(self, palette: Palette) -> None:
        """Paint with another theme."""
        self.canvas_scene.restyle(CanvasStyle(palette))
        self.differences.refresh()
        self._hint.restyle(palette)
        self._bubble.restyle(palette)
        self.minimap.restyle()
        self.viewport().update()

    def set_convention(self, convention: Convention) -> None:
        """Count the cards' costs, and write the shapes on the wires, in another way."""
        self.canvas_scene.set_convention(convention, self.document.analysis)
        self.differences.refresh()

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Tell on each card how it differs from the baseline, or no more."""
        self.differences.show_comparison(comparison)

    # Commands of the window's menus

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

    def duplicate_selected(self) -> None:
        """Copy the selected nodes below themselves."""
        if self.commands.duplicate():
            self.show_made()

    def copy(self) -> None:
        """Put the selected nodes on the clipboard as text."""
        self.commands.copy()

    def cut(self) -> None:
        """Copy, then delete."""
        self.commands.cut()

    def paste(self) -> None:
        """Add the nodes on the clipboard, around the mouse where it is over the canvas."""
        if self.commands.paste(self.visible_rect, self.mouse_place):
            self.show_made()

    def add_layer(self, layer: Layer) -> None:
        """Append a layer to the selected node, or put it in the middle of what is seen."""
        if self.commands.append(layer, self.visible_rect):
            self.show_made()

    def add_block(self, name: str) -> None:
        """Append a block of the palette likewise."""
        if self.commands.append(block(name), self.visible_rect):
            self.show_made()

    def toggle_bypass(self) -> None:
        """Let the selected nodes pass their input on, or put them back."""
        self.commands.toggle_bypass()

    def insert_reduction(self, node_id: str | None = None) -> None:
        """Ask how wide a 1×1 before this convolution (the selected one if None) is to be, and insert it."""
        wanted = node_id or self.selection.current
        if wanted is None:
            self.say("Select a K×K convolution: a 1×1 can reduce the channels before it.")
            return
        shapes = self.document.analysis.layers[wanted].input_shapes
        try:
            reduction = reduction_before(self.document.project.network, wanted, shapes)
        except NetworkError as error:
            self.say(str(error))
            return

        def insert(width: int, activation: bool) -> None:
            if self.commands.reduce(wanted, width, activation=activation):
                self.show_made()

        self._reduction_box.ask(reduction, insert)

    def arrange(self) -> None:
        """Lay the network out anew."""
        if self.commands.arrange():
            self.fit_all()

    # Menu and keys

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the thing under the mouse, or with the selected node by the menu key."""
        self.cancel_gesture()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.selection.ids:
            chosen = next(iter(self.selection.ids))
            card = self.document.project.groups.card(chosen)
            found = Hit(node_id=chosen) if card == chosen else Hit(thing=card)
            at = self.viewport().mapToGlobal(self.mapFromScene(self.canvas_scene.nodes[card].card.center()))
        else:
            found = hit(self.canvas_scene, self.mapToScene(event.pos()), self.zoom)
            at = event.globalPos()
        context_menu(self, found, self.mapToScene(event.pos())).popup(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_busy:
            self.cancel_gesture()
        elif event.key() == Qt.Key.Key_Space and not self.is_busy:
            self.hold_sheet(True)
        elif not self.is_busy and not self._keys.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold_sheet(False)
        else:
            event.ignore()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab asks for a layer where the mouse points at nothing; else it walks the nodes, then leaves."""
        if next and (self.points_at_nothing or not self.document.project.network.nodes):
            self.ask_for_layer()
            return True
        return self._keys.walk(1 if next else -1) or super().focusNextPrevChild(next)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_selection()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hold_sheet(False)
        self._show_selection()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stale_timer.stop()
        self.minimap.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint.place()

    def _show_selection(self) -> None:
        focused = self.selection.current if self.hasFocus() else None
        self.canvas_scene.show_selection(self.selection.ids, focused)

    def _on_stale_timer(self) -> None:
        scene = self.canvas_scene
        for card, item in scene.nodes.items():
            item.set_stale(self._compute.is_stale(scene.cards.face(card)))

    def _refresh_surroundings(self) -> None:
        self._hint.set_visible(not self.document.project.network.nodes)
        self._hint.place()
