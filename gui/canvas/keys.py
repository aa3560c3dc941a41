"""The canvas by keyboard: walking from node to node, nudging, deleting."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gui.canvas.geometry.neighbours import neighbour
from gui.look.theme import GRID

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_ARROWS: Final[Mapping[int, tuple[str, int, int]]] = {
    Qt.Key.Key_Left: ("left", -GRID, 0),
    Qt.Key.Key_Right: ("right", GRID, 0),
    Qt.Key.Key_Up: ("up", 0, -GRID),
    Qt.Key.Key_Down: ("down", 0, GRID),
}
_NUDGE: Final = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier


class Keys:
    """What the keys mean on the canvas."""

    def __init__(self, view: "CanvasView") -> None:
        self._view = view

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key says; whether it says anything."""
        view, key = self._view, event.key()
        if key in _ARROWS:
            direction, dx, dy = _ARROWS[key]
            if event.modifiers() & _NUDGE:
                view.commands.nudge(dx, dy)
                view.reveal_selected()
            else:
                self._step(direction)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.walk(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            view.delete_selected()
        elif key == Qt.Key.Key_Escape and view.key_wiring.is_busy:
            view.key_wiring.cancel()
        elif key == Qt.Key.Key_Escape:
            view.tools.select_edge(None)
        else:
            return False
        return True

    def walk(self, step: int) -> None:
        """Go to the next or previous card in the order of computation; nothing behind a card is walked."""
        project = self._view.document.project
        cards = list(dict.fromkeys(map(project.groups.card, project.network.order)))
        current = self._current()
        if not cards:
            return
        first = 0 if step > 0 else len(cards) - 1
        place = first if current is None else cards.index(project.groups.card(current)) + step
        if 0 <= place < len(cards):
            self._go_to(cards[place])

    def _step(self, direction: str) -> None:
        current = self._current()
        if current is None:
            self.walk(1)
            return
        card = self._view.document.project.groups.card(current)
        found = neighbour(self._view.canvas_scene.positions, card, direction)
        if found is not None:
            self._go_to(found)

    def _current(self) -> str | None:
        """The selected node; of several the first in order."""
        ids = self._view.selection.ids
        order = self._view.document.project.network.order
        return next((node_id for node_id in order if node_id in ids), None)

    def _go_to(self, node_id: str) -> None:
        self._view.mouse.leads = False
        self._view.selection.select({node_id})
        self._view.reveal_selected()
