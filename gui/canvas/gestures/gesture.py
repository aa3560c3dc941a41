"""One object for each action of the mouse, from the press to the release."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from engine.model.network import Edge
from gui.canvas.commands import Commands
from gui.canvas.scene import CanvasScene
from gui.session.document import Document
from gui.session.selection import Selection

DRAG_DISTANCE = 4
"""Pixels that the mouse has to go before a press becomes a drag."""


@dataclass(frozen=True)
class Pointer:
    """Where the mouse is: in the scene, in the viewport, on the screen; and the keys held."""

    scene: QPointF
    pixel: QPoint
    screen: QPoint
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    zoom: float = 1.0

    @property
    def adds(self) -> bool:
        """Shift: add to the selection."""
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def toggles(self) -> bool:
        """Ctrl: in if out, out if in."""
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)


@dataclass(frozen=True)
class Tools:
    """What gestures work with."""

    document: Document
    selection: Selection
    scene: CanvasScene
    commands: Commands

    @property
    def selected_rect(self) -> QRectF:
        """Where the selected cards are; empty where none is."""
        return self.scene.cards_rect(self.selection.ids) if self.selection.ids else QRectF()

    def select_edge(self, edge: Edge | None) -> None:
        """Select a wire, and no node."""
        self.selection.select(())
        self.scene.select_edge(edge)


class Gesture:
    """The document changes in `finish` alone; `cancel` leaves everything as it was before `start`."""

    cursor = Qt.CursorShape.ArrowCursor
    pans_at_edges = True
    """Whether the sheet moves while the mouse is held at the edge of the view."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def start(self, pointer: Pointer) -> None:
        """The button went down, or a drag came in."""

    def move(self, pointer: Pointer) -> None:
        """The mouse moved."""

    def goes_on(self, pointer: Pointer) -> bool:
        """The button was released: whether the gesture goes on without it, until the next click."""
        return False

    def finish(self, pointer: Pointer) -> None:
        """The button was released, or the drag dropped."""

    def cancel(self) -> None:
        """Esc was pressed, or the drag left."""
