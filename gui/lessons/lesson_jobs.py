"""What a lesson asks of the compute thread: numbers that need maps, solutions, and steps set up."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.analysis.analyze import Analysis, analyze
from engine.errors import EngineError
from engine.model.project import Project
from gui.session.jobs import Desk
from presets.lesson import UNKNOWN, Lesson, Maps, NotFound, State, Step, numbers


@dataclass(frozen=True)
class Reading:
    """What a step finds in a project: its numbers as they are written, and whether its task is done."""

    project: Project
    numbers: Mapping[str, str]
    done: bool
    missing: tuple[str, ...] = ()
    """What the task still asks for, in words, where it can say so."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """For questions, which are about the step's own network: its numbers, whatever the user's is like."""


def read(step: Step, project: Project, analysis: Analysis, maps: Maps) -> Reading:
    """What the step finds; without maps, what needs them is `–` and undone."""
    task = step.task
    try:
        done = task is None or task.done(project, analysis, maps)
        unmet = () if task is None or done or task.missing is None else task.missing(project, analysis)
        return Reading(project, numbers(step, State(project, analysis, maps)), done, unmet)
    except Exception as error:
        # A lesson's mistake about a network that nobody thought of must not stop the student.
        sys.excepthook(type(error), error, error.__traceback__)  # writes it to the log
        return Reading(project, dict.fromkeys(step.quoted, UNKNOWN), False)


@dataclass(frozen=True, eq=False)
class ReadJob:
    """Read a step that needs maps."""

    step: Step
    project: Project
    analysis: Analysis

    def work(self, desk: Desk) -> Reading:
        """The reading, with all maps."""
        return read(self.step, self.project, self.analysis, maps_of(desk, self.project))


@dataclass(frozen=True)
class Solved:
    """A project whose task is done; `is_own` says that it is the lesson's, the user's being too different."""

    project: Project
    is_own: bool = False


@dataclass(frozen=True, eq=False)
class SolveJob:
    """Do a step's task for the user; a fit takes seconds."""

    lesson: Lesson
    number: int
    project: Project

    def work(self, desk: Desk) -> Solved:
        """The user's project with the task done, or the lesson's own where that does not work."""
        task = self.lesson.steps[self.number].task
        assert task is not None
        try:
            made = task.solution(self.project)
            maps = maps_of(desk, made) if task.needs_maps else {}
            if task.done(made, analyze(made.network), maps):
                return Solved(made)
        except (NotFound, EngineError, KeyError):
            pass
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)  # writes it to the log
        return Solved(solved(self.lesson, self.number, desk.checkpoint), is_own=True)


@dataclass(frozen=True, eq=False)
class SetUpJob:
    """The project that a step begins with: all tasks before it done."""

    lesson: Lesson
    step: int

    def work(self, desk: Desk) -> Project:
        """The project."""
        project = self.lesson.start()
        for number, step in enumerate(self.lesson.pages[: self.step + 1]):
            desk.checkpoint()
            project = project if step.opens is None else step.opens()
            if number < self.step and step.task is not None:
                project = step.task.solution(project)
        return project


@dataclass(frozen=True, eq=False)
class ReferenceJob:
    """The numbers of a step once its task is done: what is told of a network that is not built yet."""

    lesson: Lesson
    number: int

    def work(self, desk: Desk) -> Mapping[str, str]:
        """The numbers by name."""
        step, project = self.lesson.pages[self.number], solved(self.lesson, self.number, desk.checkpoint)
        desk.checkpoint()
        maps = maps_of(desk, project) if step.needs_maps else {}
        return numbers(step, State(project, analyze(project.network), maps))


def solved(lesson: Lesson, number: int, checkpoint: Callable[[], None] = lambda: None) -> Project:
    """The project that a step leaves, its task and all before it done."""
    project = lesson.start()
    for step in lesson.pages[: number + 1]:
        checkpoint()
        project = project if step.opens is None else step.opens()
        project = project if step.task is None else step.task.solution(project)
    return project


def is_quick(lesson: Lesson, number: int) -> bool:
    """Whether the numbers of a solved step are known at once: no maps, no slow task."""
    steps = lesson.pages[: number + 1]
    return not steps[-1].needs_maps and not any(step.task is not None and step.task.slow for step in steps)


def quick_reference(lesson: Lesson, number: int) -> Mapping[str, str]:
    """The numbers of a solved step, of those that are known at once."""
    project = solved(lesson, number)
    return numbers(lesson.pages[number], State(project, analyze(project.network)))


def maps_of(desk: Desk, project: Project) -> Maps:
    """All maps of a project on its photograph."""
    photograph = desk.photograph(project.image or "astronaut")
    results = desk.maps(project.network, photograph, seed=project.seed)
    return {node_id: result.map for node_id, result in results.items()}


def known(found: Mapping[str, str], reference: Mapping[str, str]) -> dict[str, str]:
    """The numbers found, and of those that the network does not have, the reference's."""
    return {name: reference.get(name, text) if text == UNKNOWN else text for name, text in found.items()}
