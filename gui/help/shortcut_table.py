"""The lines of the shortcut sheet, taken from the menus themselves, so that they cannot be out of date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.widgets.actions import CONTENT, plain

# Whoever adds a key or a movement of the mouse that no menu has adds its line here.
GESTURES: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "Canvas, keyboard",
        "Tab",
        "Search for a layer where the mouse is over nothing; else leave the canvas",
    ),
    ("Canvas, keyboard", "Page down, Page up", "The next layer, and the one before, as they are computed"),
    ("Canvas, keyboard", "← → ↑ ↓", "Select the neighbouring layer"),
    ("Canvas, keyboard", "Ctrl+arrow, Alt+arrow", "Move the selected layers a little"),
    ("Canvas, keyboard", "Backspace", "Delete what is selected; chains heal"),
    ("Canvas, keyboard", "Esc", "End what the mouse is doing; let go of a wire"),
    ("Canvas, keyboard", "Space (held)", "Drag the sheet with the left button"),
    ("Canvas, keyboard", "Menu key", "What can be done with the selected layer"),
    ("Canvas, mouse", "Click", "Select a layer, a wire, a group, a frame or a note"),
    ("Canvas, mouse", "Shift+click, Ctrl+click", "Add to the selection, or take out of it"),
    ("Canvas, mouse", "Drag on empty canvas", "Select all layers in a rectangle"),
    (
        "Canvas, mouse",
        "Drag a card",
        "Move it, and all that are selected with it; dropped on a wire it goes in",
    ),
    ("Canvas, mouse", "Alt while dragging", "Move freely, past guides and grid"),
    ("Canvas, mouse", "Drag from port to port", "Draw a wire; dropped on nothing, it asks for a layer"),
    ("Canvas, mouse", "Click a port, click another", "Draw a wire without dragging"),
    ("Canvas, mouse", "Drag off an input", "Take a wire elsewhere, or let go of it"),
    ("Canvas, mouse", "Drop a wire on a taken input", "Take the place of the wire that is there"),
    ("Canvas, mouse", "Drag the start of a wire", "Read from another layer"),
    (
        "Canvas, mouse",
        "Double-click a wire",
        "Lead it through a point to be dragged; on the point, no more",
    ),
    ("Canvas, mouse", "Ctrl+drag, right button", "Cut every wire that the stroke crosses"),
    ("Canvas, mouse", "Double-click a card", "Rename the layer"),
    ("Canvas, mouse", "Double-click a group", "Open it in place; on its title, close it"),
    ("Canvas, mouse", "Drag the title of a group or frame", "Move it with all that lies on it"),
    ("Canvas, mouse", "Drag the corner of a frame", "Make it larger or smaller"),
    ("Canvas, mouse", "Double-click a frame's title or a note", "Write something else"),
    ("Canvas, mouse", "Double-click empty canvas", "Search for a layer to add there"),
    ("Canvas, mouse", "Click on a way out", "Mend what the badge below a card says is wrong"),
    ("Canvas, mouse", "Right click", "What can be done with the thing under the mouse"),
    ("Canvas, mouse", "Wheel, Shift+wheel", "Zoom at the mouse; move sideways"),
    ("Canvas, mouse", "Two fingers, with Ctrl", "Move the canvas; zoom"),
    ("Canvas, mouse", "Middle button", "Drag the sheet"),
    ("Layers", "Drag", "Drop a layer on the canvas, or on a wire to insert it there"),
    ("Layers", "Drop on a card", "Take its place; wires stay, and settings that both have"),
    ("Layers", "Type: conv 5x5 64 s2", "The layer with these settings"),
    ("Settings", "Ctrl+↑, Ctrl+↓", "Twice, and half of a number"),
    ("Layers", "Double-click, Enter", "Append the layer to the selected one"),
    ("Panels", "Wheel on the photograph", "Look at a smaller or larger part of it"),
    ("Panels", "Drag the photograph", "Look at another part; a double-click shows all"),
    ("Panels", "Click a number", "See how it was computed, with its source"),
    ("Panels", "Double-click a panel's title", "Give it the full height of the window, and take it back"),
    ("Panels", "Drag a panel's title", "Dock it elsewhere, or let it float"),
    ("Feature maps", "Point at a map", "See the value, and what it sees of the photograph"),
    ("Feature maps", "Click, Enter", "See a map large; Esc or a double-click shows all again"),
    ("Feature maps", "← → ↑ ↓", "Walk through the maps"),
    ("Feature maps", "Ctrl+arrow", "Walk through the layers; on a large map ↑ ↓ alone"),
    ("Feature maps", "Wheel, middle button", "Magnify all maps together; drag what is seen"),
    ("Feature maps", "Click a pixel of a large map", "Pin it: the arithmetic panel takes it apart"),
    ("Arithmetic", "Space", "Slide the window over the map, or stop"),
    ("Arithmetic", "Page up, Page down", "Another map"),
    ("Presenting", "Page down, Page up", "The next step of the lesson, and the one before"),
    ("Presenting", "?", "The list of the presenter's keys"),
    ("Window", "Drop a photograph", "Look at it"),
    ("Window", "Drop a project", "Open it"),
)
"""(where, what to do, what comes of it)."""


_NATIVE = QKeySequence.SequenceFormat.NativeText


@dataclass(frozen=True)
class Shortcut:
    """One line: where it belongs, what to press, what comes of it, and a word more about that."""

    group: str
    keys: str
    text: str
    about: str = ""

    def matches(self, words: str) -> bool:
        """Whether all of these words are in it."""
        line = f"{self.group} {self.keys} {self.text} {self.about}".casefold()
        return all(word in line for word in words.casefold().split())


def shortcuts(bar: QMenuBar) -> list[Shortcut]:
    """Every command of the menus with its keys, then what canvas and panels understand besides."""
    # Not QAction.menu(): before PySide6 6.11 what it gives takes the menu along when it goes.
    menus = {menu.menuAction(): menu for menu in bar.window().findChildren(QMenu)}
    found: list[Shortcut] = []
    for action in bar.actions():
        if action in menus:
            found += _of(menus[action], plain(action.text()), menus)
    return found + [Shortcut(*line) for line in GESTURES]


def _of(menu: QMenu, group: str, menus: Mapping[QAction, QMenu]) -> Iterator[Shortcut]:
    if menu.property(CONTENT):
        return
    for action in menu.actions():
        if action in menus:
            yield from _of(menus[action], f"{group} ▸ {plain(action.text())}", menus)
        elif not action.isSeparator():
            usual = [key.toString(_NATIVE) for key in action.shortcuts() if not _is_rare(key)]
            keys = ", ".join(usual[:2])
            text, about = plain(action.text()), str(action.property("about") or "")
            yield Shortcut(group, keys, text, "" if about == text else about)


def _is_rare(keys: QKeySequence) -> bool:
    """Keys of office keyboards (F16, Copy, Zoom in), which come after the usual function keys."""
    first = keys[0]  # type: ignore[index]  # PySide6's stubs lack __getitem__
    return bool(first.key() >= Qt.Key.Key_F13)
