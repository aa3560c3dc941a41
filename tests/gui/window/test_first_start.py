"""The first start: a network that has learned, and the question that the program is named after."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import presets
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow
from gui.window.start.first_start import FIRST_PRESET, QUESTION


def started(qtbot: QtBot, qapp: QApplication) -> MainWindow:
    window = MainWindow(presets.load(FIRST_PRESET).project, Appearance(qapp), Settings())
    qtbot.addWidget(window)
    window.first_start.greet()
    return window


def test_the_program_opens_with_a_network_that_has_learned() -> None:
    assert presets.load(FIRST_PRESET).training is not None


@pytest.mark.parametrize("answer", ["Inception 3a", "Lessons", "later"])
def test_the_question_is_one_click_away_and_asked_once(qtbot: QtBot, qapp: QApplication, answer: str) -> None:
    window = started(qtbot, qapp)
    assert "Why convolve with a 1×1 kernel?" in window.offers.text
    buttons = {button.text(): button for button in window.offers.buttons}
    if answer == "later":
        window.offers.later_button.click()
    else:
        buttons[answer].click()
    assert not window.offers.text
    if answer == "Inception 3a":
        assert window.document.project.title == presets.load(QUESTION).title
    elif answer == "Lessons":
        assert not window.docks["Lessons"].isHidden()
    window.close()
    again = started(qtbot, qapp)
    assert not again.offers.text
    again.close()


def test_the_question_is_of_the_network_that_it_speaks_of(qtbot: QtBot, qapp: QApplication) -> None:
    window = started(qtbot, qapp)
    window.document.edit("Remove", lambda project: project.remove(project.network.order[-1]))
    assert window.offers.text
    window.document.undo_stack.undo()
    window.files.open_preset("lenet5")
    assert not window.offers.text
    window.close()
    again = started(qtbot, qapp)
    assert again.offers.text
    again.close()
