"""Lessons that are text: whatever else lies about, a solution is one, and half of it is not."""

from collections.abc import Mapping

import pytest

from engine.analysis.analyze import analyze
from engine.model.project import Project
from presets.checks.playing import projects
from presets.checks.spoilers import SPOILERS
from presets.lesson import Lesson, Maps, Step, Task
from presets.lessons import FOLDER, lesson
from presets.written.lesson_file import ENDING

WRITTEN = sorted(path.name.removesuffix(ENDING) for path in FOLDER.glob(f"*{ENDING}"))
ASIDE = ("stray copies", "everything renamed", "another photograph")
"""What students do beside a task, and what keeps nobody from doing it."""


def tasks(one: Lesson) -> list[tuple[Step, Task, Project, Project]]:
    """Each step with a task: before it, and after its solution."""
    pairs = zip(one.pages, projects(one), strict=True)
    return [(step, step.task, *pair) for step, pair in pairs if step.task is not None]


def is_done(task: Task, project: Project, maps: Maps | None = None) -> bool:
    return task.done(project, analyze(project.network), maps or {})


def missing(task: Task, project: Project) -> tuple[str, ...]:
    assert task.missing is not None
    return task.missing(project, analyze(project.network))


def test_eleven_lessons_are_text() -> None:
    assert len(WRITTEN) == 11


@pytest.mark.parametrize("name", WRITTEN)
def test_what_lies_beside_a_solution_does_not_undo_it(name: str) -> None:
    for step, task, before, after in tasks(lesson(name)):
        for aside in (*ASIDE, "a second output"):
            spoiled = SPOILERS[aside](after)
            assert is_done(task, spoiled), (step.title, aside, missing(task, spoiled))
        for aside in ASIDE:
            solved = task.solution(SPOILERS[aside](before))
            assert is_done(task, solved), (step.title, aside, missing(task, solved))


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_missing_is_said_until_nothing_is(name: str) -> None:
    for step, task, before, after in tasks(lesson(name)):
        assert missing(task, after) == (), step.title
        for spoiled in (before, SPOILERS["the canvas emptied"](before), SPOILERS["another network"](before)):
            assert not is_done(task, spoiled), step.title
            told = missing(task, spoiled)
            assert told, step.title
            assert all(0 < len(line) < 250 and "\n" not in line for line in told)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_step_asks_and_every_choice_has_its_reply(name: str) -> None:
    one = lesson(name)
    assert 2 <= len(one.quiz) <= 4
    asked = [step.prediction for step in one.steps if step.prediction is not None]
    assert len(asked) >= 2
    assert one.found
    for prediction in asked:
        assert len(prediction.choices) >= 3, prediction.question
        assert all(prediction.replies), prediction.question
    for question in one.quiz:
        wrong = [reply for index, reply in enumerate(question.replies) if index != question.right]
        assert wrong, question.question
        assert all(wrong), question.question


def test_right_answers_stand_in_every_place_and_are_not_the_longest_ones() -> None:
    """Whoever ticks the same place each time, or the longest choice, has no more right than by chance."""
    asked = [question for name in WRITTEN for question in lesson(name).questions.values()]
    places: Mapping[int, int] = {place: sum(one.right == place for one in asked) for place in range(3)}
    assert all(count >= len(asked) * 0.2 for count in places.values()), places
    longest = sum(
        max(range(len(one.choices)), key=lambda at: len(one.choices[at])) == one.right for one in asked
    )
    assert longest < 0.5 * len(asked)
