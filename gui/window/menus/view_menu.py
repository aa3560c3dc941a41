"""The View menu: zoom, theme, how the room is shared out, and every panel."""

from functools import partial
from typing import Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from gui.canvas.view import CanvasView
from gui.session.settings import Settings
from gui.widgets.actions import Actions
from gui.window.docks.docks import Docks
from gui.window.docks.panel_walk import PanelWalk
from gui.window.menus.layer_menu import add_minimap
from gui.window.preferences.everything import Everything

_Keys = QKeySequence.StandardKey
_NUMBERED_DOCKS: Final = 18


def view_menu(
    menu: QMenu,
    actions: Actions,
    *,
    canvas: CanvasView,
    settings: Settings,
    docks: Docks,
    everything: Everything,
) -> None:
    """Zoom, theme, settings, and every panel."""
    add = partial(actions.add, menu)
    add(
        "palette",
        "&Command palette…",
        "Ctrl+Shift+P",
        everything.search,
        "Find any command, preset, lesson, layer or setting by typing",
    )
    menu.addSeparator()
    add("zoom_in", "Zoom &in", _Keys.ZoomIn, canvas.zoom_in)
    add("zoom_out", "Zoom &out", _Keys.ZoomOut, canvas.zoom_out)
    add("zoom_100", "&100 %", "Ctrl+0", canvas.zoom_to_100, "Show cards in their own size")
    add("fit_all", "Fit &all", "Home", canvas.fit_all, "Show the whole network")
    add("fit_selection", "&Fit selection", "Shift+Home", canvas.fit_selection, "Show what is selected, large")
    add_minimap(menu, actions, canvas.minimap, settings)
    menu.addSeparator()
    add(
        "theme",
        "Light or dar&k theme",
        "Ctrl+Shift+K",
        everything.toggle_theme,
        "Switch between light and dark",
    )
    add(
        "settings",
        "&Settings…",
        "Ctrl+,",
        everything.show_settings,
        "Everything that is remembered, in one place",
    )
    menu.addSeparator()
    arrangement, walk = docks.arrangement, PanelWalk(docks, canvas.setFocus)
    add(
        "canvas_only",
        "Canvas onl&y",
        "Ctrl+Space",
        arrangement.show_canvas_only,
        "Put all panels away, or bring them back",
    )
    add(
        "large_maps",
        "Feature maps &large",
        "Ctrl+Shift+M",
        partial(arrangement.enlarge, "Feature maps"),
        "Give the maps the full height of the window, or take it back (as a double-click on the title)",
    )
    add("reset_panels", "&Reset panels", "Ctrl+Alt+P", arrangement.reset, "Every panel where it was at first")
    add("next_panel", "&Next panel", "Ctrl+Tab", partial(walk.step, 1), "Go on to the next panel")
    add("previous_panel", "Pre&vious panel", "Ctrl+Shift+Tab", partial(walk.step, -1), "Go back a panel")
    add("hide_panel", "&Hide panel", "Alt+0", walk.hide_focused, "Put the panel away that has the keyboard")
    menu.addSeparator()
    for number, (title, dock) in enumerate(docks.items(), start=1):
        action = dock.toggleViewAction()
        if number <= _NUMBERED_DOCKS:
            action.setShortcut(QKeySequence(f"Alt+{number}" if number < 10 else f"Alt+Shift+{number - 9}"))
        about = f"Go to the panel “{title}”, and back"
        actions.adopt(menu, f"dock {title}", action, partial(_switch, walk, title, action), about)


def _switch(walk: PanelWalk, title: str, action: QAction) -> None:
    walk.switch(title)
    action.setChecked(walk.is_open(title))
