"""The canvas as the window holds it: the scene follows the document, mouse and keys become gestures."""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from engine.layers import Layer
from engine.project import Project
from engine.shapes import shape_text
from gui.appearance import Appearance
from gui.canvas.camera import Camera
from gui.canvas.card import explanation
from gui.canvas.commands import Commands
from gui.canvas.empty_hint import EmptyHint
from gui.canvas.gestures.band import BandGesture
from gui.canvas.gestures.drop import DropGesture
from gui.canvas.gestures.gesture import Gesture, Pointer, Tools
from gui.canvas.gestures.move import MoveGesture
from gui.canvas.gestures.pan import PanGesture
from gui.canvas.gestures.wire import WireGesture
from gui.canvas.hits import Hit, hit
from gui.canvas.keys import Keys
from gui.canvas.look import Look
from gui.canvas.menus import context_menu
from gui.canvas.scene import CanvasScene
from gui.canvas.title_editor import TitleEditor
from gui.compute import ComputeService
from gui.document import Document
from gui.layer_mime import decode_layer
from gui.selection import Selection
from gui.theme import Palette

_STALE_AFTER_MS: Final = 200
"""Maps that are back sooner are not dimmed: nothing flickers while a slider moves."""


class CanvasView(Camera):
    """The network as cards and wires. It asks the document for every change and shows what comes back."""

    open_preset_requested = Signal(str)
    """The empty canvas was asked for a preset: its name."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(CanvasScene(Look(appearance.palette)), parent)
        self.document = document
        self.selection = selection
        self.commands = Commands(document, selection)
        self._compute = compute
        self._gesture: Gesture | None = None
        self._space_held = False
        self._hovered = Hit()
        self._tools = Tools(document, selection, self.canvas_scene, self.commands)
        self._keys = Keys(self)
        self._title_editor = TitleEditor(self)
        self._stale_timer = QTimer(self)
        self._stale_timer.setSingleShot(True)
        self._stale_timer.setInterval(_STALE_AFTER_MS)
        self._stale_timer.timeout.connect(self._on_stale_timer)
        self._opened_anew = False
        self._hint = EmptyHint(self)
        self._hint.preset_requested.connect(self.open_preset_requested)

        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Network canvas")

        document.project_changed.connect(self.on_project_changed)
        document.file_changed.connect(self.on_file_changed)
        selection.selection_changed.connect(self.on_selection_changed)
        compute.map_changed.connect(self.on_map_changed)
        compute.run_started.connect(self._stale_timer.start)
        compute.run_finished.connect(self._stale_timer.stop)
        appearance.palette_changed.connect(self.on_palette_changed)

        self.canvas_scene.show_project(document.project, document.analysis)
        for node_id in document.project.network.nodes:
            self.on_map_changed(node_id)
        self._hint.restyle(appearance.palette)
        self._refresh_surroundings()
        self.on_selection_changed(selection.ids)

    # What changed elsewhere

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Show the new project; a gesture that was made for the old one ends."""
        self._cancel_gesture()
        self._title_editor.cancel()
        scene = self.canvas_scene
        scene.show_project(after, self.document.analysis)
        if after.network is not before.network:
            for node_id in after.network.nodes.keys() - before.network.nodes.keys():
                self.on_map_changed(node_id)
        self._opened_anew = True
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
        self._show_selection()
        network = self.document.project.network
        labels = [network[one].label for one in ids if one in network]
        self.setAccessibleDescription(
            f"{', '.join(labels[:5])} selected" if labels else f"{len(network)} layers, none selected"
        )

    def on_map_changed(self, node_id: str) -> None:
        """Show the new map on its card."""
        self.canvas_scene.show_map(node_id, self._compute.result(node_id))

    def on_palette_changed(self, palette: Palette) -> None:
        """Paint with another theme."""
        self.canvas_scene.restyle(Look(palette))
        self._hint.restyle(palette)
        self.viewport().update()

    def set_channels_last(self, channels_last: bool) -> None:
        """Write shapes on the wires as H×W×C, or as C×H×W."""
        self.canvas_scene.set_channels_last(channels_last, self.document.analysis)

    # Commands of the window's menus

    def fit_selection(self) -> None:
        """Show the selected cards, or all where none is selected."""
        ids = self.selection.ids
        if ids:
            self.fit_rect(self.canvas_scene.cards_rect(ids))
        else:
            self.fit_all()

    def select_all(self) -> None:
        """Select every node."""
        self.selection.select(self.document.project.network.nodes)

    def delete_selected(self) -> None:
        """Remove the selected wire or the selected nodes; chains heal."""
        self.commands.delete(self.canvas_scene.selected_edge)

    def duplicate_selected(self) -> None:
        """Copy the selected nodes below themselves."""
        self.commands.duplicate()

    def copy(self) -> None:
        """Put the selected nodes on the clipboard as text."""
        self.commands.copy()

    def cut(self) -> None:
        """Copy, then delete."""
        self.commands.cut()

    def paste(self) -> None:
        """Add the nodes on the clipboard."""
        self.commands.paste(self.visible_rect)

    def add_layer(self, layer: Layer) -> None:
        """Append a layer to the selected node, or put it in the middle of what is seen."""
        if self.commands.append(layer, self.visible_rect):
            self.reveal_selected()

    def arrange(self) -> None:
        """Lay the network out anew."""
        if self.commands.arrange():
            self.fit_all()

    def rename_selected(self) -> None:
        """Edit the title of the one selected node in place."""
        node_id = self.selection.current
        if node_id is not None:
            self.reveal_selected()
            self._title_editor.open(node_id)

    def reveal_selected(self) -> None:
        """Pan until the selected cards are seen."""
        if self.selection.ids:
            self.reveal(self.canvas_scene.cards_rect(self.selection.ids))

    def select_edge(self, edge: tuple[str, str] | None) -> None:
        """Select a wire, and no node."""
        self.selection.select(())
        self.canvas_scene.select_edge(edge)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            return
        pointer = self._pointer(event.position(), event.modifiers())
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self._space_held
        ):
            self._begin(PanGesture(self._tools, self), pointer)
        elif button == Qt.MouseButton.LeftButton:
            gesture = self._gesture_at(hit(self.canvas_scene, pointer.scene, self.zoom))
            if gesture is not None:
                self._begin(gesture, pointer)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event.position(), event.modifiers())
        if self._gesture is not None:
            self._gesture.move(pointer)
        else:
            self._hover(hit(self.canvas_scene, pointer.scene, self.zoom))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.finish(self._pointer(event.position(), event.modifiers()))
            self._hover(Hit())
            self._show_cursor()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second click on a title opens it for editing."""
        pointer = self._pointer(event.position(), event.modifiers())
        found = hit(self.canvas_scene, pointer.scene, self.zoom)
        if event.button() == Qt.MouseButton.LeftButton and found.node_id is not None and not found.port:
            self.selection.select({found.node_id})
            self.rename_selected()
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the thing under the mouse, or with the selected node by the menu key."""
        self._cancel_gesture()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.selection.ids:
            found = Hit(node_id=next(iter(self.selection.ids)))
            at = self.viewport().mapToGlobal(
                self.mapFromScene(self.canvas_scene.nodes[str(found.node_id)].card.center())
            )
        else:
            found = hit(self.canvas_scene, self.mapToScene(event.pos()), self.zoom)
            at = event.globalPos()
        context_menu(self, found, self.mapToScene(event.pos())).popup(at)

    def leaveEvent(self, event: QEvent) -> None:
        if self._gesture is None:
            self._hover(Hit())
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._explanation(event.pos()), self)
            return True
        return super().viewportEvent(event)

    # Drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        layer = decode_layer(event.mimeData())
        if layer is None:
            event.ignore()  # a photograph or a project: the window's business
            return
        self._begin(DropGesture(self._tools, layer), self._pointer(QPointF(event.position())))
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if isinstance(self._gesture, DropGesture):
            self._gesture.move(self._pointer(QPointF(event.position())))
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._cancel_gesture()

    def dropEvent(self, event: QDropEvent) -> None:
        gesture = self._gesture
        if isinstance(gesture, DropGesture):
            self._gesture = None
            gesture.finish(self._pointer(QPointF(event.position())))
            self._show_cursor()
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.acceptProposedAction()
        else:
            event.ignore()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._gesture is not None:
            self._cancel_gesture()
        elif event.key() == Qt.Key.Key_Space and self._gesture is None:
            self._space_held = True
            self._show_cursor()
        elif self._gesture is None and not self._keys.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._show_cursor()
        else:
            event.ignore()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab walks the nodes, and leaves the canvas after the last one."""
        return self._keys.walk(1 if next else -1) or super().focusNextPrevChild(next)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_selection()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._space_held = False
        self._show_selection()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint.place()

    # Inside

    def _pointer(
        self, at: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> Pointer:
        pixel = at.toPoint()
        return Pointer(
            self.mapToScene(pixel), pixel, self.viewport().mapToGlobal(pixel), modifiers, self.zoom
        )

    def _gesture_at(self, found: Hit) -> Gesture | None:
        if found.edge is not None and not found.near_end:
            self.select_edge(found.edge)
            return None
        if found.edge is not None:
            return WireGesture(self._tools, found.edge[0], "out", taken_off=found.edge)
        self.canvas_scene.select_edge(None)
        if found.node_id is None:
            return BandGesture(self._tools)
        node = self.document.project.network[found.node_id]
        if found.port == "in" and node.inputs and node.layer.max_inputs == len(node.inputs):
            edge = (node.inputs[-1], node.id)
            return WireGesture(self._tools, edge[0], "out", taken_off=edge)
        if found.port:
            return WireGesture(self._tools, found.node_id, found.port)
        return MoveGesture(self._tools, found.node_id)

    def _begin(self, gesture: Gesture, pointer: Pointer) -> None:
        self._cancel_gesture()
        self._hover(Hit())
        self._gesture = gesture
        self._show_cursor()
        gesture.start(pointer)

    def _cancel_gesture(self) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
            self._show_cursor()

    def _hover(self, found: Hit) -> None:
        before, self._hovered = self._hovered, found
        if before == found:
            return
        scene = self.canvas_scene
        if before.node_id in scene.nodes:
            scene.nodes[str(before.node_id)].show_ports("")
        if found.node_id is not None:
            scene.nodes[found.node_id].show_ports("both")
        scene.hover_edge(found.edge)
        self._show_cursor()

    def _show_cursor(self) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._gesture is not None:
            shape = self._gesture.cursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._hovered.port or self._hovered.near_end:
            shape = Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

    def _show_selection(self) -> None:
        focused = self.selection.current if self.hasFocus() else None
        self.canvas_scene.show_selection(self.selection.ids, focused)

    def _explanation(self, at: QPoint) -> str:
        found = hit(self.canvas_scene, self.mapToScene(at), self.zoom)
        analysis = self.document.analysis
        if found.node_id is not None:
            node = self.document.project.network[found.node_id]
            report = analysis.layers[node.id]
            return explanation(
                node, report, analysis.totals.macs, channels_last=self.canvas_scene.channels_last
            )
        if found.edge is not None:
            labels = [self.document.project.network[one].label for one in found.edge]
            shape = analysis.layers[found.edge[0]].output_shape
            words = shape_text(shape, channels_last=self.canvas_scene.channels_last) if shape else ""
            return f"{labels[0]} → {labels[1]}\n{words}".strip()
        return ""

    def _on_stale_timer(self) -> None:
        for node_id, item in self.canvas_scene.nodes.items():
            item.set_stale(self._compute.is_stale(node_id))

    def _refresh_surroundings(self) -> None:
        self._hint.set_visible(not self.document.project.network.nodes)
        self._hint.place()
