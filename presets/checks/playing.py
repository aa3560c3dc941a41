"""Plays a lesson from start to end with its own solutions, as a patient user would."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.image.image_source import open_image
from engine.model.project import Project
from presets.checks.spoilers import REFUSALS
from presets.lesson import Lesson, State, Step

if TYPE_CHECKING:
    from engine.execution.executor import Executor


class Unsolvable(EngineError):
    """A lesson whose own solution fails, at this step."""

    def __init__(self, step: int, message: str) -> None:
        super().__init__(message)
        self.step = step


@dataclass(frozen=True)
class Played:
    """One step with what it looks at before its task and after it (the same where it has none)."""

    number: int
    step: Step
    before: State
    after: State


def projects(lesson: Lesson) -> tuple[tuple[Project, Project], ...]:
    """For each page the project it begins with and the one its solution leaves. `Unsolvable`."""
    made = []
    project = lesson.start()
    for number, step in enumerate(lesson.pages, start=1):
        before = project if step.opens is None else step.opens()
        try:
            project = before if step.task is None else step.task.solution(before)
        except REFUSALS as error:
            raise Unsolvable(number, f"the solution does not work: {error}") from None
        made.append((before, project))
    return tuple(made)


def play(
    lesson: Lesson,
    executor: "Executor | None" = None,
    *,
    all_maps: bool = False,
) -> Iterator[Played]:
    """Every page; maps are computed where a step asks for them (or everywhere), given an executor.

    Runs parallel kernels: call it on the compute thread.
    """
    for number, (step, pair) in enumerate(zip(lesson.pages, projects(lesson), strict=True), start=1):
        wanted = step.needs_maps or all_maps
        states = []
        for project in dict.fromkeys(map(id, pair)):
            one = pair[0] if id(pair[0]) == project else pair[1]
            maps = {}
            if wanted and executor is not None:
                results = executor.run(one.network, open_image(one.image), seed=one.seed)
                maps = {result.node_id: result.map for result in results}
            states.append(State(one, analyze(one.network), maps))
        yield Played(number, step, states[0], states[-1])
