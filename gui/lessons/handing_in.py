"""A lesson's answer file, of what the student did so far."""

from engine.model.project import Project
from gui.lessons.progress import Progress
from presets.lesson import Lesson
from presets.written.answer import Answer, StepAnswer, digest


def answer_of(lesson: Lesson, progress: Progress, student: str, project: Project) -> Answer:
    """What is handed in: steps done, first predictions, and the network as it is now."""
    done, choices = progress.done(lesson.id), progress.choices(lesson.id)
    steps = []
    for number, step in enumerate(lesson.steps):
        choice = choices.get(number)
        fits = step.prediction is not None and choice is not None and choice < len(step.prediction.choices)
        steps.append(StepAnswer(done=number in done, choice=choice if fits else None))
    return Answer(
        lesson=lesson.id, digest=digest(lesson), student=student, steps=tuple(steps), project=project
    )
