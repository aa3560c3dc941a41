"""The lines of the shortcut sheet, taken from the menus themselves, so that they cannot be out of date."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.help.gestures import GESTURES
from gui.widgets.actions import CONTENT, plain

_NATIVE = QKeySequence.SequenceFormat.NativeText


@dataclass(frozen=True)
class Shortcut:
    """One line: where it belongs, what to press, what comes of it, and a word more about that."""

    group: str
    keys: str
    text: str
    about: str = ""

    def matches(self, words: str) -> bool:
        """Whether all of these words are in it."""
        line = f"{self.group} {self.keys} {self.text} {self.about}".casefold()
        return all(word in line for word in words.casefold().split())


def shortcuts(bar: QMenuBar) -> list[Shortcut]:
    """Every command of the menus with its keys, then what canvas and panels understand besides."""
    found: list[Shortcut] = []
    for action in bar.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            found += _of(menu, plain(action.text()))
    return found + [Shortcut(*line) for line in GESTURES]


def _of(menu: QMenu, group: str) -> Iterator[Shortcut]:
    if menu.property(CONTENT):
        return
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _of(inner, f"{group} ▸ {plain(action.text())}")
        elif not action.isSeparator():
            usual = [key.toString(_NATIVE) for key in action.shortcuts() if not _is_rare(key)]
            keys = ", ".join(usual[:2])
            text, about = plain(action.text()), str(action.property("about") or "")
            yield Shortcut(group, keys, text, "" if about == text else about)


def _is_rare(keys: QKeySequence) -> bool:
    """Keys of office keyboards (F16, Copy, Zoom in), which come after the usual function keys."""
    first = keys[0]  # type: ignore[index]  # PySide6's stubs lack __getitem__
    return bool(first.key() >= Qt.Key.Key_F13)
