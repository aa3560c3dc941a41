"""The quiz that closes a lesson, as text and in values: read, checked, handed in."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import FormatError
from presets.checks.checking import Checked, check
from presets.checks.playing import projects
from presets.lesson import Lesson, Prediction
from presets.written.answer import Answer, StepAnswer, digest, read, written
from presets.written.lesson_file import read_lesson

TEXT = """---
title: One and one
next: deep-stack
---

```network
input: Input shape=3x16x16
one: Conv2d out_channels=8 kernel_size=1
```

# Look

{channels(one)} maps.

```found
{weights(one)} weights.
```

```quiz
How many maps come out?
+ {channels(one)}
- {channels(input)}
How far does one value see?
- 3 pixels :: That would be a 3×3.
+ {field(one)} pixel
> It sees no neighbour.
```
"""


def lesson_in(folder: Path, text: str) -> Lesson:
    path = folder / "one.lesson.md"
    path.write_text(text, encoding="utf-8")
    return read_lesson(path)


def wrong(lesson: Lesson) -> list[Checked]:
    return [one for one in check(lesson, None) if not one.agrees]


def test_a_quiz_is_read_and_its_numbers_are_counted(tmp_path: Path) -> None:
    lesson = lesson_in(tmp_path, TEXT)
    assert [asked.question for asked in lesson.quiz] == [
        "How many maps come out?",
        "How far does one value see?",
    ]
    assert [asked.right for asked in lesson.quiz] == [0, 1]
    assert lesson.quiz[1].replies == ("That would be a 3×3.", "")
    assert lesson.quiz[1].reveal == "It sees no neighbour."
    assert lesson.questions == dict(enumerate(lesson.quiz, start=1))
    found = list(check(lesson, None))
    assert wrong(lesson) == []
    assert {one.name: one.engine for one in found if one.step == 2 and one.engine is not None} == {
        "weights_one": 24, "channels_one": 8, "channels_input": 3, "field_one": 1,
    }  # fmt: skip


ASKED = Prediction(question="Which?", choices=("a", "b"), right=0, reveal="")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (replace(ASKED, right=2), "choice 2 of 2 cannot be the right one"),
        (replace(ASKED, choices=("a",)), "choice 0 of 1 cannot be the right one"),
        (replace(ASKED, choices=("a", "a")), "a choice stands there twice"),
        (replace(ASKED, replies=("yes",)), "1 replies to 2 choices"),
        (replace(ASKED, replies=("yes", " ")), "a wrong choice without a reply"),
    ],
)
def test_a_faulty_question_is_found(tmp_path: Path, asked: Prediction, said: str) -> None:
    (fault,) = wrong(replace(lesson_in(tmp_path, TEXT), quiz=(asked,)))
    assert (fault.name, fault.step, fault.said) == ("question", 2, said)


def test_two_choices_that_come_out_alike_are_found(tmp_path: Path) -> None:
    (fault,) = wrong(lesson_in(tmp_path, TEXT.replace("- 3 pixels", "- 1 pixel")))
    assert fault.said == "a choice stands there twice"


@pytest.mark.parametrize("name", ["deep-stak", "two.lesson.md"])
def test_a_next_lesson_that_is_not_there_is_found(tmp_path: Path, name: str) -> None:
    (fault,) = wrong(lesson_in(tmp_path, TEXT.replace("next: deep-stack", f"next: {name}")))
    assert fault.name == "next"
    assert name in fault.said


@pytest.mark.parametrize(
    ("right", "bad", "said"),
    [
        ("+ {channels(one)}\n", "- {channels(one)}\n", "line 20: a question has two or more choices"),
        ("next: deep-stack", "next: ../two.lesson.md", "line 3: '../two.lesson.md' is not beside"),
        ("```quiz", "```quiz\n```\n\n```notes", "line 19: the quiz asks nothing"),
        ("{channels(one)} maps.", "```found\n```\n# Again", "a second found block in the lesson"),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, right: str, bad: str, said: str) -> None:
    assert right in TEXT
    with pytest.raises(FormatError) as caught:
        lesson_in(tmp_path, TEXT.replace(right, bad, 1))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_answers_to_the_quiz_are_handed_in(tmp_path: Path) -> None:
    lesson = lesson_in(tmp_path, TEXT)
    answer = Answer(
        lesson=lesson.id, digest=digest(lesson), student="Ada", steps=(StepAnswer(done=True),),
        quiz=(1, None), project=projects(lesson)[-1][1],
    )  # fmt: skip
    assert read(written(answer), lesson).quiz == (1, None)
    for quiz in ((1,), (1, 2), (1, True), (-1, 0)):
        with pytest.raises(FormatError, match="quiz"):
            read(written(replace(answer, quiz=quiz)), lesson)
