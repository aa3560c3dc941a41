"""A window with the lessons' panel, and dialogs that answer without a screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import presets
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.widgets.dialogs import Answer, Dialogs
from gui.window.main_window import MainWindow


@dataclass
class Answers(Dialogs):
    """Answers as the test sets it, and remembers what was asked."""

    path: Path | None = None
    answer: Answer = "cancel"
    chosen: int | None = 0
    asked: list[str] = field(default_factory=list)

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        self.asked.append(title)
        return self.path

    def text(self, parent: QWidget, title: str, label: str, value: str) -> str | None:
        self.asked.append(title)
        return "Ada"

    def choice(self, parent: QWidget, title: str, label: str, choices: Sequence[str]) -> int | None:
        self.asked.append(title)
        return self.chosen

    def save_changes(self, parent: QWidget, name: str) -> Answer:
        self.asked.append(name)
        return self.answer


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, answers: Answers) -> Iterator[MainWindow]:
    made = MainWindow(presets.load("ten_to_four").project, Appearance(qapp), Settings(), answers)
    with qtbot.waitSignal(made.compute.run_finished, timeout=60_000):
        made.show()
    made.teaching.show()
    yield made
    answers.answer = "discard"
    if made.teaching.presenter is not None:
        made.teaching.presenter.close()
    made.close()
    made.deleteLater()
