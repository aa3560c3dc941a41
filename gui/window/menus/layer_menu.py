"""The menu of what is done to layers on the canvas, and the canvas's entries in the View menu."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QMenu

from gui.canvas.geometry.arranging import ALIGNMENTS, AXES
from gui.canvas.overlays.minimap import Minimap
from gui.canvas.view import CanvasView
from gui.session.settings import Settings
from gui.widgets.actions import Actions

_ALIGN_KEYS: Final = {
    "left": "Ctrl+Shift+Left",
    "centre": "Ctrl+Shift+X",
    "right": "Ctrl+Shift+Right",
    "top": "Ctrl+Shift+Up",
    "middle": "Ctrl+Shift+Y",
    "bottom": "Ctrl+Shift+Down",
}
_DISTRIBUTE_KEYS: Final = {"horizontally": "Ctrl+Shift+H", "vertically": "Ctrl+Shift+V"}


def layer_menu(
    menu: QMenu, actions: Actions, canvas: CanvasView, show_page: Callable[[bool], object]
) -> None:
    """Add, insert, bypass, align, find."""
    add = partial(actions.add, menu)
    add(
        "add_layer",
        "&Add a layer…",
        "Shift+A",
        canvas.ask_for_layer,
        "Ask for a layer after the selected one",
    )
    add(
        "reduce",
        "Insert a 1×1 &reduction…",
        "R",
        canvas.asking.reduce,
        "Reduce the channels before the selected convolution, with what it saves",
    )
    add(
        "swap",
        "Re&place with…",
        "Shift+S",
        canvas.ask_for_swap,
        "Put another kind in the place of the selected layers; wires stay, and settings that both have",
    )
    add(
        "connect_selected",
        "&Connect in sequence",
        "F",
        canvas.commands.connect_selected,
        "Wire the selected layers, each to the next",
    )
    add(
        "wire",
        "&Wire from here, to here",
        "W",
        canvas.key_wiring.press,
        "Mark where a wire comes from; then, at another layer, connect them",
    )
    add(
        "bypass",
        "&Bypass",
        "D",
        canvas.commands.toggle_bypass,
        "Let the selected layers pass their input on, or not",
    )
    menu.addSeparator()
    add(
        "channel_page",
        "What does this &map answer to?",
        "Ctrl+I",
        partial(show_page, False),
        "The page of the channel: kernel, strongest patches, a picture climbed to, values over a folder",
    )
    add(
        "layer_page",
        "Where is the in&formation?",
        "Ctrl+Shift+I",
        partial(show_page, True),
        "The page of the layer: spectrum, dead and double channels, how alike layers are",
    )
    menu.addSeparator()
    part = menu.addMenu("A&lign")
    part.setToolTipsVisible(True)
    for alignment in ALIGNMENTS:
        actions.add(
            part,
            f"align_{alignment}",
            alignment.capitalize(),
            _ALIGN_KEYS[alignment],
            partial(canvas.commands.align, alignment),
            f"Bring the selected layers into one {'column' if alignment in ALIGNMENTS[:3] else 'row'}",
        )
    part.addSeparator()
    for axis in AXES:
        actions.add(
            part,
            f"distribute_{axis}",
            f"Distribute {axis}",
            _DISTRIBUTE_KEYS[axis],
            partial(canvas.commands.distribute, axis),
            "Put the selected layers at equal distances",
        )
    menu.addSeparator()
    add("find", "&Find a layer…", "Ctrl+F", canvas.find_layer, "Find a layer of the network by its name")


def add_minimap(menu: QMenu, actions: Actions, minimap: Minimap, settings: Settings) -> None:
    """The switch for the minimap, remembered."""
    action = actions.add(menu, "minimap", "&Minimap", "M", None, "Show the whole network small in the corner")
    action.setCheckable(True)
    action.setChecked(settings.minimap)
    minimap.set_wanted(settings.minimap)

    def switch(wanted: bool) -> None:
        settings.minimap = wanted
        minimap.set_wanted(wanted)

    action.toggled.connect(switch)
