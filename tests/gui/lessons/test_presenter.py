"""A lesson on the wall, by a clicker alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from assets import sample_lessons
from gui.lessons.presenter.notes_window import NotesWindow
from gui.lessons.presenter.presenter import Presenter
from gui.lessons.text import Prose
from gui.panels.costs import CostsPanel
from gui.panels.feature_maps.panel import FeatureMapsPanel
from gui.window.main_window import MainWindow
from presets.lesson import Highlight, Step
from presets.lessons import lesson, lessons
from presets.written.lesson_file import read_lesson
from tests.gui.lessons.painted import written

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
    QTest.keyClick(presenter.column.text, key)


def test_each_press_forward_shows_the_next_thing(
    presenter: Presenter, window: MainWindow, qtbot: QtBot
) -> None:
    tutor = window.teaching.tutor
    assert "50 maps" in presenter.column.text.markdown
    press(presenter, Key.Key_PageDown)
    assert presenter.column.choices.buttons[1].accessibleDescription() == "right"
    assert not tutor.is_done
    with qtbot.waitSignal(tutor.task_done, timeout=30_000):
        press(presenter, Key.Key_Space)
    assert "200×200×20" in presenter.column.outcome.markdown
    press(presenter, Key.Key_Right)
    assert tutor.number == 1
    press(presenter, Key.Key_PageUp)
    assert tutor.number == 0
    for _ in range(3):  # on to the second step, its answer, what closes the lesson
        assert not tutor.is_closing
        press(presenter, Key.Key_PageDown)
    assert tutor.is_closing
    for _ in range(2 * len(lesson("dimension-reduction").quiz)):
        assert window.teaching.presenter is presenter
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


def test_all_type_is_at_least_a_45th_of_the_height_and_keeps_its_size(
    presenter: Presenter, qtbot: QtBot
) -> None:
    """2.2 %: while an answer is revealed, too, whose end is scrolled into view."""
    for width, height in ((1024, 768), (1366, 768), (1920, 1080)):
        presenter.showNormal()
        presenter.resize(width, height)
        qtbot.waitUntil(lambda size=(width, height): presenter.size().toTuple() == size)
        assert presenter.px >= 0.022 * height
        assert presenter.findChild(QScrollArea) is not None
        smallest = min(label.px for label in presenter.findChildren(Prose))
        assert smallest >= 0.022 * height
    before = presenter.px
    press(presenter, Key.Key_PageDown)
    assert presenter.px == before


def test_digits_and_g_go_to_a_step(presenter: Presenter, window: MainWindow, qtbot: QtBot) -> None:
    tutor = window.teaching.tutor
    press(presenter, Key.Key_2)
    press(presenter, Key.Key_Return)
    assert tutor.number == 1
    press(presenter, Key.Key_G)
    press(presenter, Key.Key_1)
    with qtbot.waitSignal(tutor.step_changed, timeout=5000):
        pass  # nobody presses Enter
    assert tutor.number == 0
    for key in (Key.Key_9, Key.Key_Return):
        press(presenter, key)
    assert tutor.number == 0, "there is no step 9"


def test_notes_tell_the_answer_and_what_comes_next(
    presenter: Presenter, window: MainWindow, qtbot: QtBot
) -> None:
    notes = NotesWindow(window.teaching.tutor, window.appearance)
    qtbot.addWidget(notes)
    assert "Answer: 1,000" in notes.notes.markdown
    assert notes.following.markdown.startswith("Next: ")
    notes.restart()
    assert notes.timer_label.text() == "0:00 of 5 min"
    assert ":" in notes.clock.text()


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


NAMED = {
    step.highlight.panel
    for one in (*lessons(), *map(read_lesson, sample_lessons().values()))
    for step in one.steps
    if step.highlight is not None and step.highlight.panel
}


def test_every_panel_of_the_window_that_a_lesson_may_name_has_a_place_on_the_stage(
    presenter: Presenter, window: MainWindow, qtbot: QtBot
) -> None:
    made = set()
    for _ in range(20):
        press(presenter, Key.Key_Tab)
        qtbot.wait(1)
        made.add(presenter.stage.title)
        assert presenter.stage.panel.accessibleName() == presenter.stage.title
        assert presenter.stage.panel.isVisible()
        assert written(presenter.stage.panel)
    assert made >= NAMED >= {"Costs", "Feature maps", "Photograph"}
    assert made == set(window.docks) - {"Layers", "Lessons", "History"}, "they are for building"


def test_a_step_that_names_any_panel_has_it_on_the_stage(
    presenter: Presenter, window: MainWindow, qtbot: QtBot
) -> None:
    for title in window.docks:
        if title not in ("Layers", "Lessons", "History"):
            presenter.stage.show_step(Step(title="A", text="B", highlight=Highlight(panel=title)))
            assert presenter.stage.title == title
    presenter.stage.show_step(Step(title="A", text="B", highlight=Highlight(panel="No such panel")))
    assert presenter.stage.title == "Feature maps"


def test_the_panel_that_a_step_speaks_of_fills_the_stage(window: MainWindow, qtbot: QtBot) -> None:
    window.teaching.begin(lesson("bottleneck-3a"))
    window.actions_by_name["present"].trigger()
    presenter = window.teaching.presenter
    assert presenter is not None
    qtbot.waitExposed(presenter)
    assert isinstance(presenter.stage.panel, CostsPanel)
    press(presenter, Key.Key_2)
    press(presenter, Key.Key_Return)
    assert isinstance(presenter.stage.panel, FeatureMapsPanel)
