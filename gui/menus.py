"""The menus: every action of the window with its name, shortcut and what it calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

import presets
from assets import credit, sample_photographs

if TYPE_CHECKING:
    from gui.main_window import MainWindow

Keys = QKeySequence.StandardKey

_ABOUT = """<b>OneByOne</b><br>A sandbox for convolutional architectures.<br><br>
Fonts: Inter (OFL) and DejaVu Sans. Icons: Lucide (ISC).<br>Sample photographs:<br>"""


def build_menus(window: "MainWindow") -> None:
    """Fill the menu bar, and `window.actions_by_name` with the actions that other parts use."""
    window.preset_menu.aboutToShow.connect(lambda: _fill_presets(window))
    bar = window.menuBar()
    _file_menu(window, bar.addMenu("&File"))
    _edit_menu(window, bar.addMenu("&Edit"))
    _view_menu(window, bar.addMenu("&View"))
    bar.addMenu(window.preset_menu)
    help_menu = bar.addMenu("&Help")
    _add(window, help_menu, "about", "&About OneByOne", None, lambda: _about(window))
    window.header.add_buttons()


def _add(
    window: "MainWindow",
    menu: QMenu,
    name: str,
    text: str,
    keys: QKeySequence.StandardKey | str | None,
    call: Callable[[], object],
) -> QAction:
    action = QAction(text, window)
    if keys is not None:
        action.setShortcut(QKeySequence(keys))
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text.replace('&', '').rstrip('…')} ({shown})")
    action.triggered.connect(lambda _checked=False: call())
    menu.addAction(action)
    window.actions_by_name[name] = action
    return action


def _file_menu(window: "MainWindow", menu: QMenu) -> None:
    _add(window, menu, "new", "&New", Keys.New, window.files.new_project)
    _add(window, menu, "open", "&Open…", Keys.Open, window.files.choose_project)
    recent = menu.addMenu("Open &recent")
    recent.aboutToShow.connect(lambda: _fill_recent(window, recent))
    menu.addSeparator()
    _add(window, menu, "save", "&Save", Keys.Save, window.files.save)
    _add(window, menu, "save_as", "Save &as…", "Ctrl+Shift+S", window.files.save_as)
    menu.addSeparator()
    _add(window, menu, "open_photograph", "Open &photograph…", "Ctrl+P", window.files.choose_photograph)
    samples = menu.addMenu("Sample p&hotographs")
    for name in sample_photographs():
        action = samples.addAction(name.replace("_", " ").capitalize())
        action.setToolTip(credit(name))
        action.triggered.connect(lambda _=False, name=name: window.compute.open_photograph(name))
    samples.setToolTipsVisible(True)
    _add(window, menu, "export", "&Export figure…", "Ctrl+E", window.files.export_figure)
    menu.addSeparator()
    _add(window, menu, "budget", "Memory &budget…", None, window.choose_budget)
    _add(window, menu, "quit", "&Quit", Keys.Quit, window.close)


def _edit_menu(window: "MainWindow", menu: QMenu) -> None:
    stack, canvas = window.document.undo_stack, window.canvas
    for name, action, keys in (
        ("undo", stack.createUndoAction(window, "&Undo"), Keys.Undo),
        ("redo", stack.createRedoAction(window, "&Redo"), Keys.Redo),
    ):
        action.setShortcuts(QKeySequence.keyBindings(keys))
        menu.addAction(action)
        window.actions_by_name[name] = action
    menu.addSeparator()
    _add(window, menu, "cut", "Cu&t", Keys.Cut, canvas.cut)
    _add(window, menu, "copy", "&Copy", Keys.Copy, canvas.copy)
    _add(window, menu, "paste", "&Paste", Keys.Paste, canvas.paste)
    _add(window, menu, "duplicate", "D&uplicate", "Ctrl+D", canvas.duplicate_selected)
    _add(window, menu, "delete", "&Delete", None, canvas.delete_selected)
    _add(window, menu, "rename", "Re&name", "F2", canvas.rename_selected)
    menu.addSeparator()
    _add(window, menu, "select_all", "Select &all", Keys.SelectAll, canvas.select_all)
    _add(window, menu, "arrange", "A&rrange", "Ctrl+L", canvas.arrange)


def _view_menu(window: "MainWindow", menu: QMenu) -> None:
    canvas = window.canvas
    _add(window, menu, "zoom_in", "Zoom &in", Keys.ZoomIn, canvas.zoom_in)
    _add(window, menu, "zoom_out", "Zoom &out", Keys.ZoomOut, canvas.zoom_out)
    _add(window, menu, "zoom_100", "&100 %", "Ctrl+0", canvas.zoom_to_100)
    _add(window, menu, "fit_all", "Fit &all", "Home", canvas.fit_all)
    _add(window, menu, "fit_selection", "&Fit selection", "F", canvas.fit_selection)
    menu.addSeparator()
    themes = QActionGroup(window)
    for name in ("light", "dark"):
        action = _add(window, menu, f"theme_{name}", f"{name.capitalize()} theme", None, _theme(window, name))
        action.setCheckable(True)
        action.setChecked(window.settings.theme == name)
        themes.addAction(action)
    toggle = QAction("Light or dark theme", window)
    toggle.setToolTip("Switch between the light and the dark theme")
    toggle.triggered.connect(lambda: _toggle_theme(window))
    window.actions_by_name["theme"] = toggle
    menu.addSeparator()
    for dock in window.docks.values():
        menu.addAction(dock.toggleViewAction())


def _theme(window: "MainWindow", name: str) -> Callable[[], None]:
    return lambda: window.use_theme(name)


def _toggle_theme(window: "MainWindow") -> None:
    other = "light" if window.appearance.palette.name == "dark" else "dark"
    window.actions_by_name[f"theme_{other}"].trigger()


def _fill_presets(window: "MainWindow") -> None:
    """By group, when first shown: listing the presets takes a moment that the start does not have."""
    menu = window.preset_menu
    if menu.actions():
        return
    groups: dict[str, QMenu] = {}
    for about in presets.presets():
        if about.group not in groups:
            groups[about.group] = menu.addMenu(about.group)
            groups[about.group].setToolTipsVisible(True)
        action = groups[about.group].addAction(about.title)
        action.setToolTip("\n".join(part for part in (about.variant, about.paper.text) if part))
        action.triggered.connect(lambda _=False, name=about.name: window.files.open_preset(name))


def _fill_recent(window: "MainWindow", menu: QMenu) -> None:
    from pathlib import Path

    menu.clear()
    for path in window.settings.recent_files:
        action = menu.addAction(Path(path).name)
        action.setToolTip(path)
        action.triggered.connect(lambda _=False, path=path: window.files.open_path(Path(path)))
    if not menu.actions():
        menu.addAction("No projects yet").setEnabled(False)
    menu.setToolTipsVisible(True)


def _about(window: "MainWindow") -> None:
    window.dialogs.about(window, _ABOUT + "<br>".join(credit(name) for name in sample_photographs()))
