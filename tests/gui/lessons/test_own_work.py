"""What a student builds stays: done stays done, an experiment is not overwritten, lessons go on."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from assets import sample_lessons
from gui.command_line import main
from gui.window.main_window import MainWindow
from presets.editing import append, changed, conv
from presets.lessons import lesson

LEFT = Qt.MouseButton.LeftButton


def choose(window: MainWindow, qtbot: QtBot, lesson_id: str) -> None:
    qtbot.mouseClick(window.lessons.contents.buttons[lesson_id], LEFT)


def solve(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.teaching.tutor.task_done, timeout=30_000):
        qtbot.mouseClick(window.lessons.page.solve_button, LEFT)


def test_done_stays_done_and_next_does_not_overwrite_an_experiment(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "bottleneck-3a")
    page, tutor = window.lessons.page, window.teaching.tutor
    solve(window, qtbot)
    window.document.edit("Try", lambda p: changed(p, "conv2d_1", out_channels=99))
    mine = window.document.project
    assert page.next_button.text() == "Next"
    qtbot.mouseClick(page.next_button, LEFT)
    assert tutor.number == 1
    assert window.document.project is mine


def test_a_lesson_is_gone_on_with_where_it_was_left_and_nobody_is_asked(
    window: MainWindow, qtbot: QtBot, answers: object
) -> None:
    choose(window, qtbot, "bottleneck-3a")
    solve(window, qtbot)
    window.teaching.tutor.next()
    window.document.edit("Mine", lambda p: append(p, conv(7, 1)))
    mine = window.document.project.network
    qtbot.mouseClick(window.lessons.page.leave_button, LEFT)
    choose(window, qtbot, "dimension-reduction")
    assert window.document.project.network != mine
    qtbot.mouseClick(window.lessons.page.leave_button, LEFT)
    choose(window, qtbot, "bottleneck-3a")
    assert window.document.project.network == mine
    assert window.teaching.tutor.number == 1
    assert getattr(answers, "asked", None) == []
    window.files.open_preset("lenet5")
    assert getattr(answers, "asked", None) == []
    window.document.edit("My own work", lambda p: changed(p, "c1", out_channels=7))
    choose_again = window.teaching.tutor.begin(lesson("inception"))
    assert not choose_again
    assert getattr(answers, "asked", None), "one's own work is asked about"


def test_a_finished_lesson_keeps_its_tick_when_it_is_begun_anew(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, qtbot, "dimension-reduction")
    solve(window, qtbot)
    tutor = window.teaching.tutor
    tutor.next()
    tutor.next()
    choose(window, qtbot, "dimension-reduction")
    assert tutor.number == 0
    assert window.document.project.network == lesson("dimension-reduction").start().network
    assert tutor.progress.done("dimension-reduction") == {0, 1}
    assert window.lessons.page.next_button.text() == "Skip"


def test_a_written_lesson_is_opened_and_read_again_when_it_is_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    text = sample_lessons()["nine-times-fewer.lesson.md"].read_text(encoding="utf-8")
    path = tmp_path / "mine.lesson.md"
    path.write_text(text, encoding="utf-8")
    window.files.open_path(path)
    page, tutor = window.lessons.page, window.teaching.tutor
    assert "36,864 weights in all" in page.text.markdown
    window.document.edit("By hand", lambda p: append(p, conv(32, 1), after="stem"))
    assert "*Conv 1×1 · 32* has 32 channels, wanted 64" in page.missing.markdown
    with qtbot.waitSignal(tutor.lesson_changed, timeout=20_000):
        path.write_text(text.replace("What a 3×3 costs", "What it costs"), encoding="utf-8")
    assert tutor.step is not None
    assert tutor.step.title == "What it costs"
    assert len(window.document.project.network) == 4, "the network at hand stays"
    path.write_text(text.replace("{macs(wide)}", "{macs(wid)}", 1), encoding="utf-8")
    qtbot.waitUntil(lambda: "mine.lesson.md, line" in window.notice.text, timeout=20_000)
    assert tutor.step.title == "What it costs"


def test_what_was_done_is_handed_in_and_graded(
    window: MainWindow, qtbot: QtBot, answers: object, tmp_path: Path
) -> None:
    path = sample_lessons()["nine-times-fewer.lesson.md"]
    window.files.open_path(path)
    page = window.lessons.page
    qtbot.mouseClick(page.choices.buttons[0], LEFT)
    solve(window, qtbot)
    window.teaching.tutor.next()
    answers.path = tmp_path / "ada.answer.json"  # type: ignore[attr-defined]  # the fixture's own class
    qtbot.mouseClick(page.hand_in_button, LEFT)
    table = tmp_path / "grades.csv"
    assert main(["grade", str(path), str(tmp_path / "ada.answer.json"), "-o", str(table)]) == 0
    assert "ada.answer.json,Ada,nine-times-fewer,1,2,0,1,yes,33.3," in table.read_text(encoding="utf-8")


def test_a_lessons_network_laid_out_anew_for_a_wider_canvas_is_still_the_lessons(
    window: MainWindow, qtbot: QtBot, answers: object
) -> None:
    choose(window, qtbot, "channel-scaling")
    project = window.document.project
    moved = {node_id: (x, y + 7.0) for node_id, (x, y) in project.positions.items()}
    window.document.replace(replace(project, positions=moved))
    assert window.document.project.network is project.network
    window.document.edit("Try", lambda p: changed(p, "scale", out_channels=2))
    choose(window, qtbot, "dimension-reduction")
    assert getattr(answers, "asked", None) == []
