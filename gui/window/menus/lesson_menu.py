"""The menu of the lessons: all of them by title, presenting, and what can be exported."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from gui.window.menus.actions import add_action, content_menu

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow


def lesson_menu(window: "MainWindow", menu: QMenu) -> None:
    """Fill the menu."""
    # Through the window each time: lessons are made when they are first asked for.
    add = partial(add_action, window, menu)
    add(
        "lessons",
        "&All lessons",
        "Ctrl+Alt+L",
        lambda: window.teaching.show_contents(),
        "Understand the 1×1, step by step",
    )
    content_menu(menu, "&Begin", lambda opened: _fill(window, opened))
    menu.addSeparator()
    add(
        "present",
        "&Present",
        "F5",
        lambda: window.teaching.present(),
        "Fill the screen with the lesson; Esc leaves",
    )
    add(
        "handout",
        "Export &handout…",
        "Ctrl+Alt+H",
        lambda: window.teaching.export_handout(),
        "Write the lesson as PDF or PowerPoint: text, numbers and a figure for every step",
    )


def _fill(window: "MainWindow", menu: QMenu) -> None:
    """The lessons in their order; reading them takes a moment that the start does not have."""
    from presets.lessons import lessons

    for lesson in lessons():
        action = menu.addAction(lesson.title)
        action.setToolTip(lesson.summary)
        action.triggered.connect(lambda _=False, lesson=lesson: window.teaching.begin(lesson))
