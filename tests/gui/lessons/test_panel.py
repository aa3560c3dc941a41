"""Lessons as a person takes them: chosen, tried, shown, left, gone on with."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assets import sample_lessons
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.widgets.wrapped_button import WrappedButton
from gui.window.main_window import MainWindow
from presets.challenges import challenges
from presets.editing import append, changed, conv
from presets.lessons import lesson, lessons
from presets.statements import statements

LEFT = Qt.MouseButton.LeftButton


def choose(window: MainWindow, qtbot: QtBot, lesson_id: str) -> None:
    qtbot.mouseClick(window.lessons.contents.buttons[lesson_id], LEFT)


def solve(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.teaching.tutor.task_done, timeout=30_000):
        qtbot.mouseClick(window.lessons.page.solve_button, LEFT)


def test_the_list_has_every_lesson_and_challenge(window: MainWindow) -> None:
    contents = window.lessons.contents
    written = [path.name.removesuffix(".lesson.md") for path in sample_lessons().values()]
    assert list(contents.buttons) == [*(one.id for one in lessons()), *written]
    assert list(contents.challenges) == [challenge.id for challenge in challenges()]
    assert contents.buttons["deep-stack"].line == lesson("deep-stack").title


def test_a_chosen_lesson_opens_its_network_and_tells_its_numbers(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "bottleneck-3a")
    assert window.document.project.network == lesson("bottleneck-3a").start().network
    page = window.lessons.page
    assert window.lessons.stack.currentWidget() is page
    assert "120,422,400" in page.text.markdown
    assert "153,632" in page.text.markdown
    assert not page.outcome.isVisible()


def test_a_task_is_noticed_when_the_user_does_it_in_his_own_way(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "bottleneck-3a")
    page = window.lessons.page
    with qtbot.waitSignal(window.teaching.tutor.task_done):
        window.document.edit("By hand", lambda p: append(p, conv(16, 1), conv(32, 5), after="input"))
    assert page.outcome.isVisible()
    assert "12,443,648" in page.outcome.markdown
    assert "9.68 times fewer" in page.outcome.markdown
    assert page.next_button.text() == "Next"
    window.document.undo_stack.undo()
    assert not page.outcome.isVisible()


def test_numbers_follow_what_the_user_changes(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "bottleneck-3a")
    window.document.edit("Wider", lambda p: changed(p, "5x5_direct", out_channels=64))
    assert "240,844,800" in window.lessons.page.text.markdown


def test_show_me_is_one_edit_that_can_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "dimension-reduction")
    before = window.document.project
    solve(window, qtbot)
    assert window.document.undo_stack.count() == 1
    assert window.lessons.page.outcome.isVisible()
    window.document.undo_stack.undo()
    assert window.document.project is before


def test_a_prediction_is_revealed_by_an_answer(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "dimension-reduction")
    choices = window.lessons.page.choices
    assert [button.line for button in choices.buttons] == ["20", "1,000", "40,000,000"]
    qtbot.mouseClick(choices.buttons[0], LEFT)
    assert choices.buttons[0].accessibleDescription() == "wrong"
    assert choices.buttons[1].accessibleDescription() == "right"


def test_skipping_does_the_task_on_the_way(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "dimension-reduction")
    page, tutor = window.lessons.page, window.teaching.tutor
    assert page.next_button.text() == "Skip"
    with qtbot.waitSignal(tutor.step_changed, timeout=30_000):
        qtbot.mouseClick(page.next_button, LEFT)
    assert tutor.number == 1
    assert "40,000,000 multiplications" in page.text.markdown
    assert page.next_button.text() == "Finish"
    qtbot.mouseClick(page.next_button, LEFT)
    assert tutor.is_closing
    assert page.next_button.text() == "All lessons"
    qtbot.mouseClick(page.next_button, LEFT)
    assert window.lessons.stack.currentWidget() is window.lessons.contents
    assert tutor.progress.done("dimension-reduction") == {0, 1}


def test_leaving_keeps_the_network(window: MainWindow, qtbot: QtBot, answers: object) -> None:
    choose(window, qtbot, "dimension-reduction")
    solve(window, qtbot)
    kept = window.document.project
    qtbot.mouseClick(window.lessons.page.leave_button, LEFT)
    assert window.document.project is kept
    assert window.lessons.stack.currentWidget() is window.lessons.contents


def test_unsaved_work_is_asked_about_and_kept_where_the_user_says_so(
    window: MainWindow, qtbot: QtBot, answers: "object"
) -> None:
    window.document.edit("Edit", lambda p: changed(p, "mix", out_channels=7))
    mine = window.document.project
    choose(window, qtbot, "dimension-reduction")
    assert getattr(answers, "asked", [])
    assert window.document.project is mine
    assert window.lessons.stack.currentWidget() is window.lessons.contents


def test_progress_is_kept_between_starts_and_a_lesson_goes_on_where_it_was_left(
    window: MainWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    choose(window, qtbot, "bottleneck-3a")
    solve(window, qtbot)
    window.document.undo_stack.setClean()
    other = MainWindow(window.document.project, Appearance(qapp), Settings())
    try:
        tutor = other.teaching.tutor
        assert tutor.progress.done("bottleneck-3a") == {0}
        other.show()
        other.teaching.show()
        with qtbot.waitSignal(tutor.opened, timeout=60_000):
            tutor.begin(lesson("bottleneck-3a"))
        assert tutor.number == 1
        qtbot.waitUntil(lambda: len(other.document.project.network) == 4, timeout=60_000)
        other.document.undo_stack.setClean()
    finally:
        other.close()
        other.deleteLater()


def test_a_step_is_set_up_after_the_user_went_astray(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "bottleneck-3a")
    window.document.edit("Astray", lambda p: p.remove("5x5_direct"))
    with qtbot.waitSignal(window.document.project_changed, timeout=30_000):
        qtbot.mouseClick(window.lessons.page.set_up_button, LEFT)
    assert window.document.project.network == lesson("bottleneck-3a").start().network


def test_show_me_brings_the_lessons_own_where_the_network_is_too_different(
    window: MainWindow, qtbot: QtBot
) -> None:
    choose(window, qtbot, "dimension-reduction")
    window.document.edit("Another way", lambda p: append(p, conv(64, 1)))
    solve(window, qtbot)
    assert window.notice.text == "", "it can be done beside what is there"
    window.document.edit("Another network", lambda p: p.remove("input"))
    mine = window.document.project
    choices = window.lessons.page.choices
    assert [button.line for button in choices.buttons] == ["20", "1,000", "40,000,000"]
    qtbot.mouseClick(window.lessons.page.solve_button, LEFT)
    qtbot.waitUntil(lambda: window.document.project is not mine, timeout=30_000)
    assert "too different" in window.notice.text
    assert "200×200×20" in window.lessons.page.outcome.markdown
    window.document.undo_stack.undo()
    assert window.document.project is mine


def test_a_step_with_maps_reads_them(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "channel-scaling")
    page = window.lessons.page
    qtbot.waitUntil(lambda: "from 1 to 16" in page.text.markdown, timeout=60_000)
    solve(window, qtbot)
    qtbot.waitUntil(lambda: page.outcome.markdown.startswith("2 … 32"), timeout=60_000)


def test_layers_stand_below_a_lesson_and_are_a_tab_again_afterwards(window: MainWindow, qtbot: QtBot) -> None:
    docks = window.docks
    assert docks["Layers"] in window.tabifiedDockWidgets(docks["Lessons"])
    choose(window, qtbot, "dimension-reduction")
    assert docks["Layers"] not in window.tabifiedDockWidgets(docks["Lessons"])
    assert docks["Layers"].isVisible()
    qtbot.mouseClick(window.lessons.page.leave_button, LEFT)
    assert docks["Layers"] in window.tabifiedDockWidgets(docks["Lessons"])


def test_a_figure_is_exported_with_the_steps_caption(
    window: MainWindow, qtbot: QtBot, answers: "object", tmp_path: Path
) -> None:
    choose(window, qtbot, "dimension-reduction")
    solve(window, qtbot)
    window.teaching.tutor.next()
    path = tmp_path / "figure.svg"
    answers.path = path  # type: ignore[attr-defined]  # the fixture's own class
    qtbot.mouseClick(window.lessons.page.figure_button, LEFT)
    qtbot.waitUntil(path.exists, timeout=60_000)
    assert "50 maps become 20" in path.read_text(encoding="utf-8")


def test_a_challenge_is_judged_after_every_edit(window: MainWindow, qtbot: QtBot) -> None:
    challenge = challenges()[1]
    qtbot.mouseClick(window.lessons.contents.challenges[challenge.id], LEFT)
    page = window.lessons.challenge_page
    assert window.lessons.stack.currentWidget() is page
    assert [row[0].accessibleName() for row in page.rows] == ["not met"] * 3
    window.document.edit("Dear", lambda p: append(p, conv(32, 5)))
    assert [row[0].accessibleName() for row in page.rows] == ["met", "met", "not met"]
    assert page.rows[2][2].text() == "120,422,400"
    assert not page.verdict.isVisible()
    qtbot.mouseClick(page.solve_button, LEFT)
    assert [row[0].accessibleName() for row in page.rows] == ["met"] * 3
    assert page.verdict.isVisible()
    qtbot.mouseClick(page.again_button, LEFT)
    assert len(window.document.project.network) == 1
    qtbot.mouseClick(page.leave_button, LEFT)
    assert window.lessons.stack.currentWidget() is window.lessons.contents


def test_a_step_about_colours_shows_three_maps_as_a_picture_and_gives_the_users_colours_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    colours = window.feature_maps.switches.colours
    choose(window, qtbot, "channel-scaling")
    assert colours.current == "automatic"
    window.teaching.tutor.go_to(1)
    assert colours.current == "rgb"
    qtbot.waitUntil(
        lambda: window.feature_maps.views.picture is not None and window.feature_maps.views.picture.is_rgb
    )
    window.teaching.tutor.go_to(3)
    assert colours.current == "automatic"
    window.teaching.tutor.go_to(2)
    qtbot.mouseClick(window.lessons.page.leave_button, LEFT)
    assert colours.current == "automatic"


def test_a_table_that_holds_the_answer_comes_after_it(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "inception")
    page = window.lessons.page
    window.teaching.tutor.go_to(2)
    table = page._table
    assert not table.isVisible()
    qtbot.mouseClick(page.choices.buttons[0], LEFT)
    assert table.isVisible()
    window.teaching.tutor.go_to(1)
    assert not table.isVisible()
    window.teaching.tutor.go_to(2)
    assert table.isVisible(), "it was answered before"


def test_the_list_needs_less_room_than_a_page_of_a_lesson(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.lessons
    assert panel.stack.currentWidget() is panel.contents
    listed = panel.minimumSizeHint().width()
    assert listed <= 216, "as wide as the docks at the left begin"
    choose(window, qtbot, "dimension-reduction")
    assert panel.minimumSizeHint().width() > listed
    qtbot.mouseClick(panel.page.leave_button, LEFT)
    assert panel.minimumSizeHint().width() == listed


def test_what_is_said_unfolds_and_leads_to_its_lesson(window: MainWindow, qtbot: QtBot) -> None:
    contents = window.lessons.contents
    assert not contents.statements
    qtbot.mouseClick(contents.said_button, LEFT)
    said = {one.line: one for one in contents.statements if isinstance(one, WrappedButton)}
    assert list(said) == [f"“{one.said}”" for one in statements()]
    qtbot.mouseClick(contents.said_button, LEFT)
    assert all(one.isHidden() for one in contents.statements)
    qtbot.mouseClick(contents.said_button, LEFT)
    nine = said["“1×1 instead of 3×3 saves nine times.”"]
    assert not nine.isHidden()
    qtbot.mouseClick(nine, LEFT)
    assert window.teaching.tutor.lesson is lesson("after-pool")
