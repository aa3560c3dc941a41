"""The end of a lesson: what was found, a quiz whose answers count, and the next lesson."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.command_line import main
from gui.lessons.handouts.forms import HandoutForm
from gui.lessons.handouts.handout import played_through, sheets
from gui.lessons.text import Prose
from gui.window.main_window import MainWindow
from presets.lessons import lesson
from presets.written.lesson_file import read_lesson

LEFT = Qt.MouseButton.LeftButton
TEXT = """---
title: One and one
next: {next}
---

```network
input: Input shape=3x16x16
one: Conv2d out_channels=8 kernel_size=1
```

# Look

{{channels(one)}} maps.

```figure
style: flow
```

```found
The 1×1 has **{{weights(one)}}** weights.
```

```quiz
How many maps come out?
+ {{channels(one)}} :: One a kernel.
- 3 :: So many come in.
> One map for each kernel.
How far does one value see?
- 3 pixels :: That would be a 3×3.
+ {{field(one)}} pixel :: A 1×1 sees no neighbour.
```
"""


def written(folder: Path, name: str, following: str) -> Path:
    path = folder / name
    path.write_text(TEXT.format(next=following), encoding="utf-8")
    return path


def test_the_last_page_tells_what_was_found_and_counts_the_quiz(
    window: MainWindow, qtbot: QtBot, answers: object, tmp_path: Path
) -> None:
    path = written(tmp_path, "one.lesson.md", "deep-stack")
    window.files.open_path(path)
    page, tutor = window.lessons.page, window.teaching.tutor
    qtbot.mouseClick(page.next_button, LEFT)
    assert tutor.is_closing
    assert page.text.markdown == "The 1×1 has **24** weights."
    first, second = page.closing.questions
    assert [button.line for button in first.buttons] == ["8", "3"]
    qtbot.mouseClick(first.buttons[0], LEFT)
    qtbot.mouseClick(second.buttons[0], LEFT)
    assert page.closing.tally.text() == "1 of 1 steps done  ·  1 of 2 questions answered right"
    assert tutor.progress.choices("one") == {1: 0, 2: 0}
    answers.path = tmp_path / "ada.answer.json"  # type: ignore[attr-defined]  # the fixture's own class
    qtbot.mouseClick(page.hand_in_button, LEFT)
    table = tmp_path / "grades.csv"
    assert main(["grade", str(path), str(tmp_path / "ada.answer.json"), "-o", str(table)]) == 0
    assert "ada.answer.json,Ada,one,1,1,1,2,nothing asked,66.7," in table.read_text(encoding="utf-8")


def test_the_next_lesson_is_a_button_and_may_lie_in_a_file_beside(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    written(tmp_path, "two.lesson.md", "deep-stack")
    window.files.open_path(written(tmp_path, "one.lesson.md", "two.lesson.md"))
    page, tutor = window.lessons.page, window.teaching.tutor
    for following in ("two", "deep-stack"):
        qtbot.mouseClick(page.next_button, LEFT)
        qtbot.mouseClick(page.closing.next_button, LEFT)
        assert tutor.lesson is not None
        assert tutor.lesson.id == following
        assert tutor.number == 0


def test_without_a_name_the_next_one_of_the_list_is_offered(window: MainWindow, qtbot: QtBot) -> None:
    window.teaching.begin(lesson("dimension-reduction"))
    tutor = window.teaching.tutor
    tutor.go_to(2)
    assert lesson("up-and-down").title in window.lessons.page.closing.next_button.line
    tutor.back()
    assert tutor.number == 1
    assert window.lessons.page.closing.isHidden()


def test_a_quiz_is_asked_one_by_one_on_the_wall(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.files.open_path(written(tmp_path, "one.lesson.md", "deep-stack"))
    window.actions_by_name["present"].trigger()
    presenter = window.teaching.presenter
    assert presenter is not None
    qtbot.waitExposed(presenter)
    shown = []
    for _ in range(6):
        if window.teaching.presenter is None:
            break
        QTest.keyClick(presenter.column.text, Qt.Key.Key_PageDown)
        shown.append([button.accessibleDescription() for button in presenter.column.choices.buttons])
    assert shown[:4] == [["", ""], ["right", ""], ["", ""], ["", "right"]]
    assert window.teaching.presenter is None


def test_a_handout_ends_with_the_quiz(qapp: object, tmp_path: Path) -> None:
    from engine.execution.executor import Executor

    read = read_lesson(written(tmp_path, "one.lesson.md", "deep-stack"))
    played = played_through(read, Executor())
    assert [page.step.title for page in played] == ["Look", "What you found"]
    made = sheets(read, played, HandoutForm(paper="a4"))
    told = " ".join(item.words.toPlainText() for page in made for item in page.items if item.words)
    assert "How many maps come out?" in told


def test_a_challenge_in_a_file_is_opened_like_a_lesson(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "two.challenge.md"
    text = (
        "---\ntitle: Two maps\n---\n\n```network\ninput: Input shape=3x8x8\n```\n\n```task\nMake two maps.\n"
    )
    path.write_text(f"{text}goal: channels(output) = 2\n```\n", encoding="utf-8")
    window.files.open_path(path)
    assert "two.challenge.md, line 9: the task has no solution" in window.notice.text
    path.write_text(
        f"{text}goal: channels(output) = 2\nsolve: add two: Conv2d out_channels=2 after input\n```\n",
        encoding="utf-8",
    )
    window.files.open_path(path)
    page = window.lessons.challenge_page
    assert window.lessons.stack.currentWidget() is page
    assert [row[0].accessibleName() for row in page.rows] == ["not met"]
    page.solve_button.click()
    assert [row[0].accessibleName() for row in page.rows] == ["met"]


def test_a_table_waits_for_the_prediction(window: MainWindow, qtbot: QtBot) -> None:
    window.teaching.begin(lesson("one-over-25"))
    window.teaching.tutor.go_to(2)
    page = window.lessons.page
    table = next(label for label in page.findChildren(Prose) if "Popular" in label.markdown)
    assert table.isHidden()
    qtbot.mouseClick(page.choices.buttons[0], LEFT)
    assert table.isVisible()


def test_only_the_page_that_is_seen_asks_for_width(window: MainWindow) -> None:
    """The list of lessons wraps in a narrow dock, though a page of a lesson needs more."""
    panel = window.lessons
    list_width = panel.stack.minimumSizeHint().width()
    assert list_width < panel.page.minimumSizeHint().width() < panel.challenge_page.minimumSizeHint().width()
    window.teaching.begin(lesson("ten-to-four"))
    assert panel.stack.minimumSizeHint().width() == panel.page.minimumSizeHint().width()
    window.teaching.tutor.leave()
    assert panel.stack.minimumSizeHint().width() == list_width
