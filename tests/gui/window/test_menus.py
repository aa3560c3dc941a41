"""Every action of the window: a name, a shortcut, a tooltip and a place in a menu."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolBar, QWidgetAction
from pytestqt.qtbot import QtBot

from engine.layers.input import Input
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.widgets.actions import CONTENT
from gui.window.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    made = MainWindow(Project().add(Input(), (0, 0)), Appearance(qapp), Settings())
    yield made
    made.close()
    made.deleteLater()


def entries(menu: QMenu) -> Iterator[QAction]:
    """The commands of a menu and its submenus. A menu marked as content lists files, presets or the like:
    things without a shortcut each."""
    if menu.property(CONTENT):
        return
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from entries(inner)
        elif not action.isSeparator():
            yield action


def commands(window: MainWindow) -> list[QAction]:
    titles = window.menuBar().actions()  # kept: in PySide6 6.8 a menu goes with the object that gave it
    menus = [action.menu() for action in titles]
    return [action for menu in menus if isinstance(menu, QMenu) for action in entries(menu)]


def test_every_command_has_a_name_a_shortcut_and_a_tooltip(window: MainWindow) -> None:
    found = commands(window)
    assert len(found) > 30
    assert [action for action in found if not action.text()] == []
    assert [action.text() for action in found if not action.shortcuts()] == []
    assert [action.text() for action in found if any(key.isEmpty() for key in action.shortcuts())] == []
    assert [action.text() for action in found if not action.property("about")] == []
    for action in found:
        assert action.shortcut().toString() in action.toolTip(), action.text()


def test_no_two_commands_share_a_shortcut(window: MainWindow) -> None:
    keys = [(key.toString(), action.text()) for action in commands(window) for key in action.shortcuts()]
    seen: dict[str, str] = {}
    for key, text in keys:
        assert key not in seen, f"{key} is {seen[key]} and {text}"
        seen[key] = text


def test_every_action_of_the_window_has_its_place_in_a_menu(window: MainWindow) -> None:
    placed = set(commands(window))
    astray = [
        action.text() or action.objectName()
        for action in window.findChildren(QAction)
        if action not in placed and not is_excused(action)
    ]
    assert astray == []
    assert set(window.actions_by_name.values()) <= placed


def is_excused(action: QAction) -> bool:
    """What is no command of the window: separators, the entries by which submenus open, what a menu of
    content or of a button lists, widgets in the header, and the icons in text fields. A dock's toggle is
    held to the rule: each stands in the View menu."""
    in_field = any(isinstance(owner, QLineEdit) for owner in action.associatedObjects())
    listed = isinstance(action.parent(), QMenu)
    header = isinstance(action, QWidgetAction) or isinstance(action.parent(), QToolBar)
    return action.isSeparator() or action.menu() is not None or in_field or listed or header


def test_each_panel_can_be_shown_by_its_key(qtbot: QtBot, window: MainWindow) -> None:
    for title, dock in window.docks.items():
        assert window.actions_by_name[f"dock {title}"] is dock.toggleViewAction()
