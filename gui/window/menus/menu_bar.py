"""The menus File, Edit, View, Run, Presets and Help: every action with name, shortcut and what it calls."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QUndoStack
from PySide6.QtWidgets import QMenu

import presets
from assets import credit, sample_photographs
from engine.image.patterns import PATTERNS
from gui.autosave.offers import Recovery
from gui.canvas.view import CanvasView
from gui.help.help_windows import Help
from gui.session.compute import ComputeService
from gui.session.settings import Settings
from gui.widgets.actions import CONTENT, Actions, content_menu
from gui.window.files import Files
from gui.words.literal import literal

Keys = QKeySequence.StandardKey


def file_menu(
    menu: QMenu,
    actions: Actions,
    *,
    files: Files,
    exports: Mapping[str, Callable[[], object]],
    recovery: Recovery,
    compute: ComputeService,
    settings: Settings,
    close: Callable[[], object],
) -> None:
    """Open, save, photographs, export, quit."""
    add = partial(actions.add, menu)
    add("new", "&New", Keys.New, files.new_project, "Start with an empty canvas")
    add("new_window", "New &window", "Ctrl+Shift+N", files.new_window, "Open another window of the program")
    add("open", "&Open…", Keys.Open, files.choose_project, "Open a project (.onebyone)")
    content_menu(menu, "Open &recent", lambda recent: _fill_recent(recent, settings, files))
    content_menu(menu, "&Discarded work", lambda works: _fill_discarded(works, recovery))
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
    content_menu(menu, "Sample p&hotographs", lambda samples: _fill_samples(samples, compute))
    content_menu(menu, "&Test patterns", lambda patterns: _fill_patterns(patterns, compute))
    for name, text, key, step in (
        ("next_photograph", "Ne&xt photograph", "Ctrl+]", 1),
        ("previous_photograph", "Pre&vious photograph", "Ctrl+[", -1),
    ):
        add(name, text, key, partial(files.step_photograph, step), "Look at the one beside it in the strip")
    add("export", "&Export figure…", "Ctrl+E", files.export_figure, "Draw the network for a slide or a paper")
    _seen_menu(menu.addMenu("Export what is seen"), actions, exports)
    menu.addSeparator()
    add("quit", "&Quit", "Ctrl+Q", close, "Close the window")


def _seen_menu(menu: QMenu, actions: Actions, seen: Mapping[str, Callable[[], object]]) -> None:
    add = partial(actions.add, menu)
    add("seen_maps", "Feature &maps…", "Ctrl+Alt+F", seen["maps"], "Write the maps as they are shown")
    add("seen_lens", "&Arithmetic…", "Ctrl+Alt+A", seen["value"], "Write the value taken apart")
    add(
        "seen_sliding",
        "Sliding &window…",
        "Ctrl+Alt+V",
        seen["sliding"],
        "Write the window as animation",
    )
    add("seen_field", "&Receptive field…", "Ctrl+Alt+R", seen["field"], "Write photograph and fields")


def edit_menu(
    menu: QMenu, actions: Actions, stack: QUndoStack, canvas: CanvasView, paste: Callable[[], object]
) -> None:
    """Undo, the clipboard, and what is done to the selection."""
    undo, redo = stack.createUndoAction(menu, "&Undo"), stack.createRedoAction(menu, "&Redo")
    undo.setShortcuts([QKeySequence("Ctrl+Z")])
    redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
    actions.adopt(menu, "undo", undo, stack.undo, "Take the last step back")
    actions.adopt(menu, "redo", redo, stack.redo, "Do it again")
    menu.addSeparator()
    add = partial(actions.add, menu)
    add("cut", "Cu&t", Keys.Cut, canvas.commands.cut, "Copy the selected layers and delete them")
    add(
        "copy",
        "&Copy",
        Keys.Copy,
        canvas.commands.copy,
        "Copy the selected layers, as text that any window pastes",
    )
    add("paste", "&Paste", Keys.Paste, paste, "Add the layers that were copied, or look at a picture")
    add(
        "duplicate", "D&uplicate", "Ctrl+D", canvas.duplicate_selected, "Copy the selected layers beside them"
    )
    add(
        "duplicate_wired",
        "Duplicate &with inputs",
        "Ctrl+Shift+D",
        partial(canvas.duplicate_selected, wired=True),
        "Copy the selected layers; the copies read what those read",
    )
    add(
        "repeat",
        "Repea&t…",
        "Shift+R",
        canvas.asking.repeat,
        "Set the selected layers or group N times in a row, in one step",
    )
    delete = add("delete", "&Delete", "Del", canvas.delete_selected, "Delete the selected layers or wire")
    # In tables and fields the key means something else.
    delete.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    canvas.addAction(delete)
    add("rename", "Re&name", "F2", canvas.rename_selected, "Call the selected layer something else")
    menu.addSeparator()
    add("select_all", "Select &all", Keys.SelectAll, canvas.select_all, "Select every layer")
    add("arrange", "A&rrange", "Ctrl+L", canvas.arrange, "Lay the network out anew")


def run_menu(
    menu: QMenu, actions: Actions, compute: ComputeService, choose_budget: Callable[[], object]
) -> None:
    """Freeze, run, cancel, and how much memory may be taken."""
    add = partial(actions.add, menu)
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
    add("budget", "Memory &budget…", "Ctrl+Alt+M", choose_budget, "Set how much memory maps may take")


def help_menu(
    menu: QMenu,
    actions: Actions,
    *,
    pages: Help,
    show_welcome: Callable[[], object],
    show_tour: Callable[[], object],
) -> None:
    """The start page, help on layers and keys, and whose work this is."""
    add = partial(actions.add, menu)
    add("welcome", "&Welcome", "Ctrl+Shift+W", show_welcome, "Recent projects, lessons and presets")
    add("tour", "&Tour", "Shift+F1", show_tour, "Half a minute through the window; Esc ends it")
    add(
        "layer_help",
        "Help on the &layer",
        "F1",
        pages.show_layer,
        "What the selected layer does, and why",
    )
    add("shortcuts", "&Keys and mouse", "?", pages.show_shortcuts, "All shortcuts, found by typing")
    menu.addSeparator()
    add("about", "&About OneByOne", "Ctrl+F1", pages.show_about, "Version, folders, licences, credits")


def preset_menu(menu: QMenu, open_preset: Callable[[str], object]) -> None:
    """By group, when first shown: listing the presets takes a moment that the start does not have."""
    menu.setProperty(CONTENT, True)
    menu.aboutToShow.connect(lambda: _fill_presets(menu, open_preset))


def _fill_presets(menu: QMenu, open_preset: Callable[[str], object]) -> None:
    if menu.actions():
        return
    groups: dict[str, QMenu] = {}
    for about in presets.presets():
        if about.group not in groups:
            groups[about.group] = menu.addMenu(about.group)
            groups[about.group].setToolTipsVisible(True)
        action = groups[about.group].addAction(about.title)
        action.setToolTip("\n".join(part for part in (about.variant, about.paper.text) if part))
        action.triggered.connect(lambda _=False, name=about.name: open_preset(name))


def _fill_recent(menu: QMenu, settings: Settings, files: Files) -> None:
    for path in settings.recent_files:
        action = menu.addAction(Path(path).name)
        action.setToolTip(literal(path))
        action.triggered.connect(lambda _=False, path=path: files.open_path(Path(path)))
    if not menu.actions():
        menu.addAction("No projects yet").setEnabled(False)


def _fill_discarded(menu: QMenu, recovery: Recovery) -> None:
    for name, record in recovery.discarded():
        action = menu.addAction(name)
        action.setToolTip("" if record.path is None else str(record.path))
        action.triggered.connect(lambda _=False, record=record: recovery.restore(record))
    if not menu.actions():
        menu.addAction("Nothing was discarded").setEnabled(False)


def _fill_samples(menu: QMenu, compute: ComputeService) -> None:
    for name in sample_photographs():
        action = menu.addAction(name.replace("_", " ").capitalize())
        action.setToolTip(credit(name))
        action.triggered.connect(lambda _=False, name=name: compute.open_photograph(name))


def _fill_patterns(menu: QMenu, compute: ComputeService) -> None:
    for pattern in PATTERNS.values():
        action = menu.addAction(pattern.title)
        action.setToolTip(pattern.help)
        reference = pattern.reference
        action.triggered.connect(lambda _=False, name=reference: compute.open_photograph(name))
