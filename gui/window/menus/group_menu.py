"""The menu of groups, frames, notes, and of how the network is laid out."""

from functools import partial

from PySide6.QtWidgets import QMenu

from gui.canvas.annotations_and_groups import AnnotationsAndGroups
from gui.widgets.actions import Actions
from gui.window.own_blocks import OwnBlocks


def group_menu(menu: QMenu, actions: Actions, drawn: AnnotationsAndGroups, blocks: OwnBlocks) -> None:
    """Group, expand, fold, blocks of one's own, frame, note, turn."""
    add = partial(actions.add, menu)
    add(
        "group",
        "&Group",
        "Ctrl+G",
        drawn.group,
        "Put the selected layers into a group, one card when collapsed",
    )
    add("ungroup", "&Ungroup", "Ctrl+Shift+G", drawn.ungroup, "Take the selected group away; its layers stay")
    menu.addSeparator()
    add(
        "toggle_group",
        "&Expand or collapse",
        "E",
        drawn.toggle_selected,
        "Open the selected group, or close it",
    )
    add("expand_all", "Expand &all", "Shift+E", partial(drawn.set_all, False), "Open every group")
    add("collapse_all", "&Collapse all", "Shift+C", partial(drawn.set_all, True), "Close every group")
    add(
        "fold_repeats",
        "Fold &repeats",
        "Ctrl+Alt+G",
        drawn.fold_repeats,
        "Show equal groups one after the other as one card with ×N",
    )
    menu.addSeparator()
    add(
        "save_block",
        "&Save as a block…",
        "Shift+B",
        blocks.save,
        "Keep the selected layers in the palette, as a file that can be sent to others",
    )
    add(
        "blocks_folder",
        "Your &blocks",
        "Ctrl+Alt+Shift+B",
        blocks.show_folder,
        "Open the folder in which blocks of your own lie",
    )
    menu.addSeparator()
    add(
        "add_frame",
        "Add a &frame",
        "Shift+F",
        drawn.add_frame,
        "Draw a titled area around the selected layers",
    )
    add("add_note", "Add a &note", "N", lambda: drawn.add_note(), "Write on the canvas")
    menu.addSeparator()
    add(
        "turn",
        "&Turn the network",
        "Ctrl+Shift+L",
        drawn.turn,
        "Let it run down instead of to the right, or back",
    )
