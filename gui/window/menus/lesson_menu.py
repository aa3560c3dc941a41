"""The menu of the lessons: all of them by title, presenting, and what can be exported."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from gui.widgets.actions import Actions, content_menu

if TYPE_CHECKING:  # imported when a lesson is first asked for
    from gui.window.lessons import LessonWiring


def lesson_menu(menu: QMenu, actions: Actions, lessons: "Callable[[], LessonWiring]") -> None:
    """Fill the menu; `lessons` makes them when they are first asked for."""
    add = partial(actions.add, menu)
    add(
        "lessons",
        "&All lessons",
        "Ctrl+Alt+L",
        lambda: lessons().show_contents(),
        "Understand the 1×1, step by step",
    )
    content_menu(menu, "&Begin", lambda opened: _fill(opened, lessons))
    menu.addSeparator()
    add(
        "present",
        "&Present",
        "F5",
        lambda: lessons().present(),
        "Fill the screen with the lesson; Esc leaves",
    )
    add(
        "handout",
        "Export &handout…",
        "Ctrl+Alt+H",
        lambda: lessons().export_handout(),
        "Write the lesson on A4 or slides, for students or with the answers, as PDF or PowerPoint",
    )
    menu.addSeparator()
    add(
        "hand_in",
        "Hand &in…",
        "Ctrl+Alt+J",
        lambda: lessons().hand_in(),
        "Write what you did as a file for your teacher",
    )


def _fill(menu: QMenu, wiring: "Callable[[], LessonWiring]") -> None:
    """The lessons in their order; reading them takes a moment that the start does not have."""
    from presets.lessons import lessons

    for lesson in lessons():
        action = menu.addAction(lesson.title)
        action.setToolTip(lesson.summary)
        action.triggered.connect(lambda _=False, lesson=lesson: wiring().begin(lesson))
