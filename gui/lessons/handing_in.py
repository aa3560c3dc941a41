"""A lesson's answer file, of what the student did so far."""

from collections.abc import Mapping

from engine.model.project import Project
from gui.lessons.progress import Progress
from presets.lesson import Lesson
from presets.written.answer import Answer, StepAnswer, digest


def answer_of(lesson: Lesson, progress: Progress, student: str, project: Project) -> Answer:
    """What is handed in: steps done, first predictions, and the network as it is now."""
    done, choices = progress.done(lesson.id), progress.choices(lesson.id)
    steps = []
    for number in range(len(lesson.steps)):
        steps.append(StepAnswer(done=number in done, choice=_fitting(lesson, number, choices)))
    first = len(lesson.steps)
    return Answer(
        lesson=lesson.id,
        digest=digest(lesson),
        student=student,
        steps=tuple(steps),
        quiz=tuple(_fitting(lesson, first + number, choices) for number in range(len(lesson.quiz))),
        project=project,
    )


def _fitting(lesson: Lesson, number: int, choices: Mapping[int, int]) -> int | None:
    """What was chosen, where the question still has such a choice."""
    asked, choice = lesson.questions.get(number), choices.get(number)
    return choice if asked is not None and choice is not None and choice < len(asked.choices) else None
