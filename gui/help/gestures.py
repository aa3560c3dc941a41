"""Keys and movements of the mouse that no menu has, for the shortcut sheet. Free of Qt.

Whoever adds one to the canvas or to a panel adds its line here.
"""

from typing import Final

GESTURES: Final[tuple[tuple[str, str, str], ...]] = (
    ("Canvas, keyboard", "Tab, Shift+Tab", "Walk from layer to layer in the order of computation"),
    ("Canvas, keyboard", "Tab over empty canvas", "Search for a layer to add there"),
    ("Canvas, keyboard", "← → ↑ ↓", "Select the neighbouring layer"),
    ("Canvas, keyboard", "Ctrl+arrow, Alt+arrow", "Move the selected layers a little"),
    ("Canvas, keyboard", "Backspace", "Delete what is selected; chains heal"),
    ("Canvas, keyboard", "Esc", "End what the mouse is doing; select nothing"),
    ("Canvas, keyboard", "Space (held)", "Drag the sheet with the left button"),
    ("Canvas, keyboard", "Menu key", "What can be done with the selected layer"),
    ("Canvas, mouse", "Click", "Select a layer or a wire"),
    ("Canvas, mouse", "Shift+click, Ctrl+click", "Add to the selection, or take out of it"),
    ("Canvas, mouse", "Drag on empty canvas", "Select all layers in a rectangle"),
    ("Canvas, mouse", "Drag a card", "Move it, and all that are selected with it"),
    ("Canvas, mouse", "Alt+drag a card", "Move it off the grid, in line with nothing"),
    ("Canvas, mouse", "Drag a card without wires onto a wire", "Put it into the wire"),
    ("Canvas, mouse", "Click a port, then another", "Draw a wire without holding the button"),
    ("Canvas, mouse", "Click a way out on a badge", "Mend what is wrong with the layer"),
    ("Canvas, mouse", "Hold a drag at the edge", "Move the sheet along"),
    ("Canvas, mouse", "Drag in the minimap", "Look at another part of the network"),
    ("Canvas, mouse", "Drag from port to port", "Draw a wire; dropped on nothing, it asks for a layer"),
    ("Canvas, mouse", "Drag off an input", "Take a wire elsewhere, or let go of it"),
    ("Canvas, mouse", "Double-click a card", "Rename the layer"),
    ("Canvas, mouse", "Double-click empty canvas", "Search for a layer to add there"),
    ("Canvas, mouse", "Right click", "What can be done with the thing under the mouse"),
    ("Canvas, mouse", "Wheel", "Zoom at the mouse"),
    ("Canvas, mouse", "Middle button", "Drag the sheet"),
    ("Layers", "Drag", "Drop a layer on the canvas, or on a wire to insert it there"),
    ("Layers", "Double-click, Enter", "Append the layer to the selected one"),
    ("Panels", "Click a number", "See how it was computed, with its source"),
    ("Panels", "Drag a panel's title", "Dock it elsewhere, or let it float"),
    ("Feature maps", "Point at a map", "See the value, and what it sees of the photograph"),
    ("Feature maps", "Click a map", "See it large"),
    ("Window", "Drop a photograph", "Look at it"),
    ("Window", "Drop a project", "Open it"),
)
"""(where, what to do, what comes of it)."""
