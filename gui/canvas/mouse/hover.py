"""What shows that the mouse is over something: ports, lit wires, the cursor, and words."""

from PySide6.QtCore import Qt

from engine.analysis.analyze import Analysis
from gui.canvas.items.card import explanation, wire_explanation
from gui.canvas.mouse.hit_test import Hit
from gui.canvas.scene import CanvasScene


def light_up(scene: CanvasScene, before: Hit, found: Hit) -> None:
    """The mouse went from one thing to another."""
    left, entered = before.card, found.card
    if left in scene.nodes:
        scene.nodes[left].show_ports("")
        scene.nodes[left].point_at_fix(None)
    if entered in scene.nodes:
        scene.nodes[entered].show_ports("both")
        scene.nodes[entered].point_at_fix(found.fix)
    scene.hover_edge(found.edge)
    scene.outlines.hover(found.thing)


def cursor(found: Hit) -> Qt.CursorShape:
    """What a press on this thing would do, told by the cursor."""
    if found.fix is not None:
        return Qt.CursorShape.PointingHandCursor
    if found.part == "corner":
        return Qt.CursorShape.SizeFDiagCursor
    if found.bend is not None:
        return Qt.CursorShape.SizeAllCursor
    if found.port or found.near_end or found.near_start:
        return Qt.CursorShape.CrossCursor
    return Qt.CursorShape.ArrowCursor


def words(scene: CanvasScene, analysis: Analysis, found: Hit) -> str:
    """What a way out does, what is known of a node, what is on a wire."""
    if found.fix is not None and found.node_id is not None:
        return scene.nodes[found.node_id].content.fixes[found.fix]
    if found.node_id is not None:
        node, report = analysis.network[found.node_id], analysis.layers[found.node_id]
        return explanation(node, report, analysis.totals, scene.convention)
    return "" if found.edge is None else wire_explanation(found.edge, analysis, scene.convention)
