"""The menus: every action of the window with its name, shortcut and what it calls."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

import presets
from assets import credit, sample_photographs
from engine.image.patterns import PATTERNS
from gui.window.menus.actions import CONTENT, add_action, content_menu, register
from gui.window.menus.compare_menu import compare_menu
from gui.window.menus.group_menu import group_menu
from gui.window.menus.layer_menu import add_minimap, layer_menu
from gui.window.menus.lesson_menu import lesson_menu

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow

Keys = QKeySequence.StandardKey
_NUMBERED_DOCKS: Final = 18

_ABOUT = """<b>OneByOne</b><br>A sandbox for convolutional architectures.<br><br>
Fonts: Inter (OFL) and DejaVu Sans. Icons: Lucide (ISC).<br>Sample photographs:<br>"""


def build_menus(window: "MainWindow") -> None:
    """Fill the menu bar, and `window.actions_by_name` with the actions that other parts use."""
    window.preset_menu.setProperty(CONTENT, True)
    window.preset_menu.aboutToShow.connect(lambda: _fill_presets(window))
    bar = window.menuBar()
    for title, fill in (
        ("&File", _file_menu),
        ("&Edit", _edit_menu),
        ("&Layer", layer_menu),
        ("&Group", group_menu),
        ("&Weights", window.weighing.fill_menu),
        ("&View", _view_menu),
        ("&Run", _run_menu),
        ("&Compare", compare_menu),
    ):
        menu = bar.addMenu(title)
        menu.setToolTipsVisible(True)
        fill(window, menu)
    bar.addMenu(window.preset_menu)
    lesson_menu(window, bar.addMenu("Le&ssons"))
    help_menu = bar.addMenu("&Help")
    help_menu.setToolTipsVisible(True)
    _help_menu(window, help_menu)
    window.header.add_buttons()


def _file_menu(window: "MainWindow", menu: QMenu) -> None:
    files = window.files
    add = partial(add_action, window, menu)
    add("new", "&New", Keys.New, files.new_project, "Start with an empty canvas")
    add("new_window", "New &window", "Ctrl+Shift+N", files.new_window, "Open another window of the program")
    add("open", "&Open…", Keys.Open, files.choose_project, "Open a project (.onebyone)")
    content_menu(menu, "Open &recent", lambda recent: _fill_recent(window, recent))
    content_menu(menu, "&Discarded work", lambda works: _fill_discarded(window, works))
    menu.addSeparator()
    add("save", "&Save", Keys.Save, files.save, "Write the project to its file")
    add("save_as", "Save &as…", "Ctrl+Shift+S", files.save_as, "Write the project to another file")
    menu.addSeparator()
    add(
        "open_photograph",
        "Open &photograph…",
        "Ctrl+P",
        files.choose_photograph,
        "Look at a photograph of yours",
    )
    content_menu(menu, "Sample p&hotographs", lambda samples: _fill_samples(window, samples))
    content_menu(menu, "&Test patterns", lambda patterns: _fill_patterns(window, patterns))
    for name, text, key, step in (
        ("next_photograph", "Ne&xt photograph", "Ctrl+]", 1),
        ("previous_photograph", "Pre&vious photograph", "Ctrl+[", -1),
    ):
        add(name, text, key, partial(files.step_photograph, step), "Look at the sample beside it, or pattern")
    add("export", "&Export figure…", "Ctrl+E", files.export_figure, "Draw the network for a slide or a paper")
    _seen_menu(window, menu.addMenu("Export what is seen"))
    menu.addSeparator()
    add("quit", "&Quit", "Ctrl+Q", window.close, "Close the window")


def _seen_menu(window: "MainWindow", menu: QMenu) -> None:
    add, seen = partial(add_action, window, menu), window.seen
    add("seen_maps", "Feature &maps…", "Ctrl+Alt+F", seen.export_maps, "Write the maps as they are shown")
    add("seen_lens", "&Arithmetic…", "Ctrl+Alt+A", seen.export_lens, "Write the value taken apart")
    add(
        "seen_sliding",
        "Sliding &window…",
        "Ctrl+Alt+V",
        seen.export_sliding,
        "Write the window as animation",
    )
    add("seen_field", "&Receptive field…", "Ctrl+Alt+R", seen.export_field, "Write photograph and fields")


def _edit_menu(window: "MainWindow", menu: QMenu) -> None:
    stack, canvas = window.document.undo_stack, window.canvas
    for name, action, keys in (
        ("undo", stack.createUndoAction(window, "&Undo"), ("Ctrl+Z",)),
        ("redo", stack.createRedoAction(window, "&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y")),
    ):
        action.setShortcuts([QKeySequence(one) for one in keys])
        register(window, menu, name, action, "Take the last step back" if name == "undo" else "Do it again")
    menu.addSeparator()
    add = partial(add_action, window, menu)
    add("cut", "Cu&t", Keys.Cut, canvas.cut, "Copy the selected layers and delete them")
    add("copy", "&Copy", Keys.Copy, canvas.copy, "Copy the selected layers, as text that any window pastes")
    add("paste", "&Paste", Keys.Paste, canvas.paste, "Add the layers that were copied")
    add(
        "duplicate", "D&uplicate", "Ctrl+D", canvas.duplicate_selected, "Copy the selected layers beside them"
    )
    delete = add("delete", "&Delete", "Del", canvas.delete_selected, "Delete the selected layers or wire")
    # In tables and fields the key means something else.
    delete.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    canvas.addAction(delete)
    add("rename", "Re&name", "F2", canvas.rename_selected, "Call the selected layer something else")
    menu.addSeparator()
    add("select_all", "Select &all", Keys.SelectAll, canvas.select_all, "Select every layer")
    add("arrange", "A&rrange", "Ctrl+L", canvas.arrange, "Lay the network out anew")


def _view_menu(window: "MainWindow", menu: QMenu) -> None:
    canvas = window.canvas
    add = partial(add_action, window, menu)
    add("zoom_in", "Zoom &in", Keys.ZoomIn, canvas.zoom_in)
    add("zoom_out", "Zoom &out", Keys.ZoomOut, canvas.zoom_out)
    add("zoom_100", "&100 %", "Ctrl+0", canvas.zoom_to_100, "Show cards in their own size")
    add("fit_all", "Fit &all", "Home", canvas.fit_all, "Show the whole network")
    add("fit_selection", "&Fit selection", "F", canvas.fit_selection, "Show what is selected, large")
    add_minimap(window, menu)
    menu.addSeparator()
    add("theme", "Light or dar&k theme", "Ctrl+Shift+K", window.toggle_theme, "Switch between light and dark")
    menu.addSeparator()
    for number, (title, dock) in enumerate(window.docks.items(), start=1):
        action = dock.toggleViewAction()
        if number <= _NUMBERED_DOCKS:
            action.setShortcut(QKeySequence(f"Alt+{number}" if number < 10 else f"Alt+Shift+{number - 9}"))
        register(window, menu, f"dock {title}", action, f"Show or hide the panel “{title}”")


def _run_menu(window: "MainWindow", menu: QMenu) -> None:
    compute = window.compute
    add = partial(add_action, window, menu)
    freeze = add("freeze", "&Freeze", "Ctrl+Shift+F", None, "Compute nothing until told to")
    freeze.setCheckable(True)
    freeze.toggled.connect(compute.freeze)
    compute.frozen_changed.connect(freeze.setChecked)
    add("run_now", "&Run now", "Ctrl+R", compute.run_now, "Compute what the last edits changed")
    cancel = add("cancel_run", "&Cancel", "Ctrl+.", compute.cancel, "Stop computing; what is done stays")
    cancel.setEnabled(False)
    compute.run_started.connect(lambda: cancel.setEnabled(True))
    for over in (compute.run_finished, compute.run_failed, compute.run_cancelled):
        over.connect(lambda *_: cancel.setEnabled(False))
    menu.addSeparator()
    add("budget", "Memory &budget…", "Ctrl+Alt+M", window.choose_budget, "Set how much memory maps may take")


def _help_menu(window: "MainWindow", menu: QMenu) -> None:
    add = partial(add_action, window, menu)
    add(
        "welcome", "&Welcome", "Ctrl+Shift+W", window.show_welcome, "Recent projects, and presets as pictures"
    )
    add(
        "layer_help",
        "Help on the &layer",
        "F1",
        window.help.show_layer,
        "What the selected layer does, and why",
    )
    add("shortcuts", "&Keys and mouse", "?", window.help.show_shortcuts, "All shortcuts, found by typing")
    menu.addSeparator()
    add("about", "&About OneByOne", "Ctrl+F1", lambda: _about(window), "Whose work this is made of")


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
    for path in window.settings.recent_files:
        action = menu.addAction(Path(path).name)
        action.setToolTip(path)
        action.triggered.connect(lambda _=False, path=path: window.files.open_path(Path(path)))
    if not menu.actions():
        menu.addAction("No projects yet").setEnabled(False)


def _fill_discarded(window: "MainWindow", menu: QMenu) -> None:
    for name, record in window.keeping.discarded():
        action = menu.addAction(name)
        action.setToolTip("" if record.path is None else str(record.path))
        action.triggered.connect(lambda _=False, record=record: window.keeping.restore(record))
    if not menu.actions():
        menu.addAction("Nothing was discarded").setEnabled(False)


def _fill_samples(window: "MainWindow", menu: QMenu) -> None:
    for name in sample_photographs():
        action = menu.addAction(name.replace("_", " ").capitalize())
        action.setToolTip(credit(name))
        action.triggered.connect(lambda _=False, name=name: window.compute.open_photograph(name))


def _fill_patterns(window: "MainWindow", menu: QMenu) -> None:
    for pattern in PATTERNS.values():
        action = menu.addAction(pattern.title)
        action.setToolTip(pattern.help)
        reference = pattern.reference
        action.triggered.connect(lambda _=False, name=reference: window.compute.open_photograph(name))


def _about(window: "MainWindow") -> None:
    window.dialogs.about(window, _ABOUT + "<br>".join(credit(name) for name in sample_photographs()))
