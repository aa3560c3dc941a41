"""How the window's actions are made: each with a name, a shortcut, a tooltip and a place in a menu."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

CONTENT: Final = "content"
"""Property of a menu that lists things (files, presets) and not commands: its entries have no shortcuts."""

ROLES: Final = {"about": QAction.MenuRole.AboutRole, "quit": QAction.MenuRole.QuitRole}
"""Actions that stand in the program's own menu on macOS."""


class Actions:
    """Every action of one window, by name: menus add them, header, help and tests find them."""

    def __init__(self, owner: QWidget, may_run: Callable[[], bool] = lambda: True) -> None:
        """`may_run` is asked before any command: what is typed in a field is taken over first."""
        self._owner = owner
        self._may_run = may_run
        self.by_name: dict[str, QAction] = {}

    def add(
        self,
        menu: QMenu,
        name: str,
        text: str,
        keys: QKeySequence.StandardKey | str | None,
        call: Callable[[], object] | None,
        about: str = "",
    ) -> QAction:
        """A new entry of the menu; `about` says in a few words what it does, where its text does not."""
        action = QAction(text, self._owner)
        if keys is not None:
            action.setShortcuts(_sequences(keys))
        if call is not None:
            action.triggered.connect(partial(self._run, call))
        return self.register(menu, name, action, about)

    def adopt(
        self, menu: QMenu, name: str, action: QAction, call: Callable[[], object], about: str = ""
    ) -> QAction:
        """Register an action of Qt's own making, and have it call this instead of what it was made for."""
        action.triggered.disconnect()
        action.triggered.connect(partial(self._run, call))
        return self.register(menu, name, action, about)

    def _run(self, call: Callable[[], object], _checked: bool = False) -> None:
        if self._may_run():
            call()

    def register(self, menu: QMenu, name: str, action: QAction, about: str = "") -> QAction:
        """Give an action that exists its tooltip, and its place in the menu."""
        action.setObjectName(name)
        # On macOS what Qt takes for Settings or About by its words would leave its menu.
        action.setMenuRole(ROLES.get(name, QAction.MenuRole.NoRole))
        words = plain(action.text())
        action.setToolTip(f"{about or words}{shown_keys(action)}")
        action.setStatusTip("")
        action.setProperty("about", about or words)
        menu.addAction(action)
        self.by_name[name] = action
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
