"""A lesson on the wall, by a clicker alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.lessons.presenter.presenter import Presenter
from gui.window.main_window import MainWindow
from presets.lessons import lesson

Key = Qt.Key


@pytest.fixture
def presenter(window: MainWindow, qtbot: QtBot) -> Presenter:
    window.teaching.begin(lesson("dimension-reduction"))
    window.actions_by_name["present"].trigger()
    made = window.teaching.presenter
    assert made is not None
    qtbot.waitExposed(made)
    return made


def press(presenter: Presenter, key: Key) -> None:
    """A key that reaches some part of the window, as the focus may lie anywhere."""
    QTest.keyClick(presenter.text, key)


def test_each_press_forward_shows_the_next_thing(
    presenter: Presenter, window: MainWindow, qtbot: QtBot
) -> None:
    tutor = window.teaching.tutor
    assert "50 maps" in presenter.text.markdown
    press(presenter, Key.Key_PageDown)
    assert presenter.choices.buttons[1].accessibleDescription() == "right"
    assert not tutor.is_done
    with qtbot.waitSignal(tutor.task_done, timeout=30_000):
        press(presenter, Key.Key_Space)
    assert "200×200×20" in presenter.outcome.markdown
    press(presenter, Key.Key_Right)
    assert tutor.number == 1
    press(presenter, Key.Key_PageUp)
    assert tutor.number == 0
    press(presenter, Key.Key_PageDown)
    press(presenter, Key.Key_PageDown)
    assert window.teaching.presenter is None
    assert tutor.progress.done("dimension-reduction") == {0, 1}


def test_escape_leaves_and_the_lesson_is_where_it_was(
    presenter: Presenter, window: MainWindow, qtbot: QtBot
) -> None:
    press(presenter, Key.Key_Escape)
    assert window.teaching.presenter is None
    assert window.teaching.tutor.lesson is lesson("dimension-reduction")
    # What the presenter showed is gone: an edit reaches the window alone, and nothing fails.
    window.document.edit("After", lambda p: p.rename("input", "Photo"))


def test_b_blanks_the_screen_and_any_step_brings_it_back(presenter: Presenter) -> None:
    press(presenter, Key.Key_B)
    assert presenter.is_blank
    press(presenter, Key.Key_B)
    assert not presenter.is_blank
    press(presenter, Key.Key_B)
    press(presenter, Key.Key_PageDown)
    assert not presenter.is_blank


def test_type_is_as_large_as_the_screen_allows_and_everything_fits(
    presenter: Presenter, qtbot: QtBot
) -> None:
    sizes = []
    for width, height in ((1024, 768), (1920, 1080)):
        presenter.showNormal()
        presenter.resize(width, height)
        qtbot.waitUntil(lambda size=(width, height): presenter.size().toTuple() == size)
        sizes.append(presenter.px)
        assert presenter.is_fitting
    assert sizes[1] > sizes[0] >= 14


def test_presenting_without_a_lesson_asks_for_one(window: MainWindow) -> None:
    window.actions_by_name["present"].trigger()
    assert window.teaching.presenter is None
    assert "choose a lesson" in window.notice.text.lower()


def test_a_handout_is_written_from_the_menu(
    window: MainWindow, qtbot: QtBot, answers: object, tmp_path: Path
) -> None:
    window.teaching.begin(lesson("dimension-reduction"))
    path = tmp_path / "handout.pdf"
    answers.path = path  # type: ignore[attr-defined]  # the fixture's own class
    window.actions_by_name["handout"].trigger()
    qtbot.waitUntil(path.exists, timeout=60_000)
    assert path.read_bytes().startswith(b"%PDF")


def test_a_handout_of_another_ending_is_refused(window: MainWindow, answers: object, tmp_path: Path) -> None:
    window.teaching.begin(lesson("dimension-reduction"))
    answers.path = tmp_path / "handout.docx"  # type: ignore[attr-defined]  # as above
    window.actions_by_name["handout"].trigger()
    assert "handout.docx" in window.notice.text
