"""Answers of a class, looked at one by one: the same table for the same files, wherever it is made."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.formats.files import read_bytes
from engine.model.project import Project
from presets.lesson import Lesson, Maps, Step
from presets.written.answer import MOST_BYTES, Answer, read

MapsOf = Callable[[Project], Maps]
MOST_MACS: Final = 20_000_000_000
"""Above this cost a network that was handed in is not run."""


@dataclass(frozen=True, kw_only=True)
class Grade:
    """One line of the table."""

    file: str
    student: str = ""
    lesson: str
    steps_done: int = 0
    """As the file says."""
    steps: int
    predictions_right: int = 0
    """The questions of the quiz among them."""
    predictions: int
    network: str = ""
    """Whether the network at the end does what the last task asks: `yes`, or what is missing."""
    score: float = 0.0
    """Per cent of steps done and predictions right, together; 0 where the file cannot be graded."""
    problem: str = ""
    """Why the file cannot be graded."""


COLUMNS: Final = tuple(column.name for column in fields(Grade))


def grade(lesson: Lesson, path: Path, maps_of: MapsOf) -> Grade:
    """What is in a file; one that is damaged or foreign has its problem in the line."""
    asked = lesson.questions
    blank = {"file": path.name, "lesson": lesson.id, "steps": len(lesson.steps), "predictions": len(asked)}
    try:
        answer = read(read_bytes(path, MOST_BYTES), lesson)
        network = _network(lesson, answer, maps_of)
    except EngineError as error:
        return Grade(**blank, problem=" ".join(str(error).split()))  # type: ignore[arg-type]  # as named above
    done = sum(step.done for step in answer.steps)
    chosen = (*(step.choice for step in answer.steps), *answer.quiz)
    right = sum(chosen[number] == question.right for number, question in asked.items())
    return Grade(
        **blank,  # type: ignore[arg-type]  # as named above
        student=answer.student,
        steps_done=done,
        predictions_right=right,
        network=network,
        score=round(100 * (done + right) / (len(lesson.steps) + len(asked)), 1),
    )


def _network(lesson: Lesson, answer: Answer, maps_of: MapsOf) -> str:
    """The last task, held against the network that was handed in."""
    last = _last_task(lesson)
    if last is None:
        return "nothing asked"
    task = last.task
    assert task is not None
    analysis = analyze(answer.project.network)
    if task.needs_maps and analysis.totals.macs > MOST_MACS:
        return f"too large to run: {analysis.totals.macs:,} MACs"
    if analysis.problems and task.needs_maps:
        return analysis.problems[0].message
    maps = maps_of(answer.project) if task.needs_maps else {}
    if task.done(answer.project, analysis, maps):
        return "yes"
    missing = task.missing(answer.project, analysis) if task.missing is not None else ()
    return "; ".join(missing).replace("*", "") or "no"


def _last_task(lesson: Lesson) -> Step | None:
    return next((step for step in reversed(lesson.steps) if step.task is not None), None)
