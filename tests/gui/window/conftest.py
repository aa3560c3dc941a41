"""A living window, and all of its parts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import presets
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.widgets.dialogs import Answer, Dialogs
from gui.window.main_window import MainWindow


class Silent(Dialogs):
    """Dialogs that answer without a screen, and remember what they were asked."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.answer: Answer = "discard"
        self.asked: list[str] = []

    def file_to_open(self, parent: QWidget, title: str, folder: str, kinds: str) -> Path | None:
        self.asked.append(title)
        return self.path

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        self.asked.append(title)
        return self.path

    def save_changes(self, parent: QWidget, name: str) -> Answer:
        self.asked.append(f"save {name}")
        return self.answer

    def replace_changed(self, parent: QWidget, name: str) -> Literal["replace", "save_as", "cancel"]:
        return "replace"

    def details(self, parent: QWidget, text: str) -> None:
        self.asked.append(text)


@pytest.fixture
def dialogs() -> Silent:
    return Silent()


@pytest.fixture
def whole_window(qtbot: QtBot, qapp: QApplication, dialogs: Silent) -> Iterator[MainWindow]:
    """LeNet-5 with all its maps, the window active."""
    window = MainWindow(presets.load("lenet5").project, Appearance(qapp), Settings(), dialogs)
    with qtbot.waitSignal(window.compute.run_finished, timeout=60_000):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=10_000)
    yield window
    dialogs.answer = "discard"
    window.close()
    window.deleteLater()


def open_everything(window: MainWindow) -> None:
    """Make every panel and every window beside it."""
    for dock in window.docks.values():
        dock.show()
        dock.raise_()
        QApplication.processEvents()
    for name in ("side_by_side", "shares", "export", "layer_help", "shortcuts"):
        window.actions_by_name[name].trigger()
        QApplication.processEvents()
