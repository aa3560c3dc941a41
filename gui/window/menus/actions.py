"""How the window's actions are made: each with a name, a shortcut, a tooltip and a place in a menu."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow

CONTENT: Final = "content"
"""Property of a menu that lists things (files, presets) and not commands: its entries have no shortcuts."""


def add_action(
    window: "MainWindow",
    menu: QMenu,
    name: str,
    text: str,
    keys: QKeySequence.StandardKey | str | None,
    call: Callable[[], object] | None,
    about: str = "",
) -> QAction:
    """A new entry of the menu, which other parts find under `name` in `window.actions_by_name`.

    `about` says in a few words what it does, where its text alone does not.
    """
    action = QAction(text, window)
    if keys is not None:
        action.setShortcuts(_sequences(keys))
    if call is not None:
        action.triggered.connect(lambda _checked=False: call())
    return register(window, menu, name, action, about)


def register(window: "MainWindow", menu: QMenu, name: str, action: QAction, about: str = "") -> QAction:
    """Give an action that exists its tooltip, and its place in the menu."""
    action.setObjectName(name)
    words = plain(action.text())
    action.setToolTip(f"{about or words}{shown_keys(action)}")
    action.setStatusTip("")
    action.setProperty("about", about or words)
    menu.addAction(action)
    window.actions_by_name[name] = action
    return action


def content_menu(menu: QMenu, text: str, fill: Callable[[QMenu], object]) -> QMenu:
    """A submenu that lists things, made anew each time it opens."""
    made = menu.addMenu(text)
    made.setProperty(CONTENT, True)
    made.setToolTipsVisible(True)

    def refill() -> None:
        made.clear()
        fill(made)

    made.aboutToShow.connect(refill)
    return made


def plain(text: str) -> str:
    """An action's text as it is read: `&Open…` → `Open`."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def shown_keys(action: QAction) -> str:
    """` (Ctrl+S)`, or nothing."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f" ({keys})" if keys else ""


def _sequences(keys: QKeySequence.StandardKey | str) -> list[QKeySequence]:
    if isinstance(keys, str):
        return [QKeySequence(keys)]
    return QKeySequence.keyBindings(keys)
