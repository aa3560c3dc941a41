"""The context menus of the canvas. Every entry works on the thing that was clicked."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu

from engine.edits.dense_layers import is_dense, may_be_dense
from engine.edits.reduction import is_reducible
from engine.fitting.layer import why_not
from engine.layers import GROUPS, PaletteEntry, layer_kinds
from engine.model.network import Edge
from gui.canvas.geometry.arranging import ALIGNMENTS, AXES
from gui.canvas.geometry.placing import Part
from gui.canvas.mouse.hit_test import Hit, hit
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH
from presets import blocks

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def show_context_menu(view: "CanvasView", event: QContextMenuEvent) -> None:
    """What can be done with the thing under the mouse, or with the selected node by the menu key."""
    scene_point = view.mapToScene(event.pos())
    if event.reason() == QContextMenuEvent.Reason.Keyboard and view.selection.ids:
        chosen = next(iter(view.selection.ids))
        card = view.document.project.groups.card(chosen)
        found = Hit(node_id=chosen) if card == chosen else Hit(thing=card)
        at = view.viewport().mapToGlobal(view.mapFromScene(view.canvas_scene.nodes[card].card.center()))
    else:
        found, at = hit(view.canvas_scene, scene_point, view.zoom), event.globalPos()
    context_menu(view, found, scene_point).popup(at)


def context_menu(view: "CanvasView", found: Hit, at: QPointF) -> QMenu:
    """What can be done with the thing at this point of the scene. The menu goes when it is closed."""
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if found.node_id is not None:
        _for_node(menu, view, found.node_id)
    elif found.thing:
        view.drawn.fill_menu(menu, found)
        if found.thing in view.document.project.groups:
            _for_nodes(menu, view)
    elif found.edge is not None:
        _for_wire(menu, view, found.edge, at)
    else:
        _for_canvas(menu, view, at)
    return menu


def _for_node(menu: QMenu, view: "CanvasView", node_id: str) -> None:
    if node_id not in view.selection.ids:
        view.selection.select({node_id})
    network = view.document.project.network
    report = view.document.analysis.layers[node_id]
    for problem in (*report.problems, *report.notes):
        for fix in problem.fixes:
            menu.addAction(fix.text, partial(view.commands.apply, fix))
    if menu.actions():
        menu.addSeparator()
    if len(view.selection.ids) == 1:

        def append(part: Part) -> None:
            if view.commands.append(part, view.visible_rect):
                view.show_made()

        menu.addAction("Rename", view.rename_selected)
        if is_reducible(network[node_id].layer):
            menu.addAction("Insert a 1×1 reduction before it…", partial(view.asking.reduce, node_id))
        if is_dense(network, node_id) or may_be_dense(network, node_id):
            other = "convolution" if is_dense(network, node_id) else "Linear"
            menu.addAction(f"Convert to {other}", partial(view.conversion_requested.emit, node_id))
        if network[node_id].layer.max_inputs != 0:
            _layers(menu.addMenu("Replace with"), view.commands.swap, takes_input=True, blocks_too=False)
        _layers(menu.addMenu("Append"), append, takes_input=True)
    _for_nodes(menu, view, node_id)


def _for_nodes(menu: QMenu, view: "CanvasView", node_id: str = "") -> None:
    """What can be done with all that is selected, and with this node's wires."""
    network = view.document.project.network
    if any(not why_not(network[node_id].layer) for node_id in view.selection.ids):
        menu.addAction("Fit to the photograph", view.fit_requested.emit)
    bypassed = all(network[node_id].bypassed is not None for node_id in view.selection.ids)
    menu.addAction("Put back" if bypassed else "Bypass", view.commands.toggle_bypass)
    menu.addAction("Duplicate", view.duplicate_selected)
    menu.addAction("Duplicate with its inputs", partial(view.duplicate_selected, wired=True))
    menu.addAction("Repeat…", view.asking.repeat)
    menu.addAction("Cut", view.commands.cut)
    menu.addAction("Copy", view.commands.copy)
    if len(view.selection.ids) > 1:
        menu.addAction("Connect in sequence", view.commands.connect_selected)
        _alignments(menu.addMenu("Align"), view)
    if view.selection.ids:
        menu.addAction("Group", view.drawn.group)
    if node_id and view.drawn.commands.around():
        menu.addAction("Collapse the group around it", view.drawn.toggle_selected)
    menu.addSeparator()
    if node_id and (network[node_id].inputs or network.outputs_of[node_id]):
        menu.addAction("Disconnect", partial(view.commands.disconnect, node_id))
    menu.addAction("Delete", view.delete_selected)


def _alignments(menu: QMenu, view: "CanvasView") -> None:
    for alignment in ALIGNMENTS:
        menu.addAction(alignment.capitalize(), partial(view.commands.align, alignment))
    menu.addSeparator()
    for axis in AXES:
        menu.addAction(f"Distribute {axis}", partial(view.commands.distribute, axis))


def _for_wire(menu: QMenu, view: "CanvasView", edge: Edge, at: QPointF) -> None:
    view.tools.select_edge(edge)

    def insert(part: Part) -> None:
        view.commands.insert(part, edge)

    _layers(menu.addMenu("Insert"), insert, takes_input=True)
    menu.addAction("Lead it through here", partial(view.drawn.bend, edge, at))
    if view.document.project.bends.get(edge):
        menu.addAction("Straighten", partial(view.drawn.commands.remove_bend, edge))
    menu.addAction("Delete wire", view.delete_selected)


def _for_canvas(menu: QMenu, view: "CanvasView", at: QPointF) -> None:
    def add(part: Part) -> None:
        view.commands.add(part, (at.x() - CARD_WIDTH / 2, at.y() - CARD_HEIGHT / 2))

    _layers(menu.addMenu("Add"), add, takes_input=False)
    menu.addAction("Paste", view.paste)
    menu.addAction("Add a frame", view.drawn.add_frame)
    menu.addAction("Add a note", partial(view.drawn.add_note, at))
    menu.addSeparator()
    if view.document.project.network.nodes:
        menu.addAction("Select all", view.select_all)
        menu.addAction("Arrange", view.arrange)
        menu.addAction("Fit all", view.fit_all)


def _layers(menu: QMenu, use: Callable[[Any], object], *, takes_input: bool, blocks_too: bool = True) -> None:
    """The palette's layers by group, then its blocks; with `takes_input` none that reads nothing."""
    for group in GROUPS:
        entries: list[PaletteEntry] = []
        for kind in layer_kinds().values():
            if kind.group == group and not (takes_input and kind.max_inputs == 0):
                entries += kind.palette()
        if entries:
            part = menu.addMenu(group)
            for entry in entries:
                part.addAction(entry.label, partial(use, entry.layer))
    if blocks_too:
        part = menu.addMenu("Blocks")
        for block in blocks():
            part.addAction(block.title, partial(use, block))
