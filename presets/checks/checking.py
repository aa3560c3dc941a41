"""Holds a lesson's numbers against a second opinion, tasks against solutions, steps against detours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.analysis.analyze import analyze
from engine.errors import EngineError
from presets.challenges.challenge import Challenge
from presets.checks.other_ways import other_ways, refused
from presets.checks.playing import Played, Unsolvable, play, projects
from presets.checks.spoilers import REFUSALS, faults, spoiled
from presets.lesson import Lesson, NotFound, Number, Prediction, filled, numbers
from presets.lessons import following

if TYPE_CHECKING:
    from engine.execution.executor import Executor

MEASURED_MACS: Final = 20_000_000_000
"""Up to this cost a network is run, and sizes are counted in its maps; above, by sliding the windows."""


NO_NUMBERS: Final = ("task", "question", "spoilers", "next", "challenge", "ways")
"""What else is checked: tasks, questions, students' detours, the lesson that is offered at the end,
whether a challenge is met by its solution, and not by its start, and other ways to do a task."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One number of a text with its two values, or one task; `agrees` says whether all is well."""

    lesson: str
    step: int
    name: str
    """The number's name in the text, or one of `NO_NUMBERS`."""
    said: str
    """As the text says it."""
    engine: Number | None = None
    counted: Number | None = None
    agrees: bool = True


def check(lesson: Lesson, executor: "Executor | None") -> Iterator[Checked]:
    """Play the lesson's solutions; every quoted number once a step, every task, and every detour."""
    try:
        pairs = projects(lesson)
    except Unsolvable as error:
        yield Checked(lesson=lesson.id, step=error.step, name="task", said=str(error), agrees=False)
        return
    costs = [analyze(after.network).totals.macs for _, after in pairs]
    for played in play(lesson, executor, all_maps=max(costs) <= MEASURED_MACS):
        yield from _numbers(lesson.id, played)
        yield from _task(lesson.id, played)
        yield from _questions(lesson.id, played)
        yield _spoiled(lesson.id, played)
        yield from _ways(lesson.id, played)
    yield _next(lesson)


def check_challenge(challenge: Challenge) -> Iterator[Checked]:
    """Play the solution; each goal's number counted, on it and on students' detours; unmet at the start."""
    start = challenge.start()
    try:
        solved = challenge.solution(start)
    except REFUSALS as error:
        said = f"the solution does not work: {error}"
        yield Checked(lesson=challenge.id, step=1, name="challenge", said=said, agrees=False)
        return
    before, after = (all(challenge.met(one, analyze(one.network))) for one in (start, solved))
    said = "unmet, then met" if (before, after) == (False, True) else f"{before}, then {after}"
    yield Checked(lesson=challenge.id, step=1, name="challenge", said=said, agrees=not before and after)
    for goal in challenge.goals:
        now, counted = (way(solved, analyze(solved.network)) for way in (goal.now, goal.counted))
        told = now if now == counted else f"{now}, counted {counted}"
        yield Checked(lesson=challenge.id, step=1, name=goal.text, said=told, agrees=now == counted)
    found, count = [], 0
    for project in (start, solved):
        for name, made in spoiled(project):
            count += 1
            try:
                analysis = analyze(made.network)
                if all(challenge.met(made, analysis)) and not len(made.network):
                    found.append(f"{name}: taken for met")
                for goal in challenge.goals:
                    goal.now(made, analysis)
            except Exception as error:
                found.append(f"{name}: {type(error).__name__}: {error}")
    said = found[0] if found else f"{count} survived"
    yield Checked(lesson=challenge.id, step=1, name="spoilers", said=said, agrees=not found)


def _questions(lesson_id: str, played: Played) -> Iterator[Checked]:
    known = numbers(played.step, played.after) if played.step.questions else {}
    for asked in played.step.questions:
        found = _faults(asked, [filled(choice, known) for choice in asked.choices])
        said = "; ".join(found) or "one right choice"
        yield Checked(lesson=lesson_id, step=played.number, name="question", said=said, agrees=not found)


def _faults(asked: Prediction, choices: list[str]) -> list[str]:
    """Where not: a right choice of several, none twice, replies to each wrong one or to none."""
    faults = []
    if not 0 <= asked.right < len(asked.choices) or len(asked.choices) < 2:
        faults.append(f"choice {asked.right} of {len(asked.choices)} cannot be the right one")
    if len(set(choices)) < len(choices):
        faults.append("a choice stands there twice")
    if asked.replies and len(asked.replies) != len(asked.choices):
        faults.append(f"{len(asked.replies)} replies to {len(asked.choices)} choices")
    elif any(not reply.strip() and place != asked.right for place, reply in enumerate(asked.replies)):
        faults.append("a wrong choice without a reply")
    return faults


def _next(lesson: Lesson) -> Checked:
    """The lesson that is offered at the end can be opened."""
    try:
        offered = following(lesson)
    except EngineError as error:
        said, agrees = str(error), False
    else:
        said, agrees = "nothing" if offered is None else offered.title, True
    return Checked(lesson=lesson.id, step=len(lesson.pages), name="next", said=said, agrees=agrees)


def _spoiled(lesson_id: str, played: Played) -> Checked:
    """The step in networks that students may have made of its own: no exception anywhere, and an empty one is
    never taken for done."""
    found, count = [], 0
    for before in dict.fromkeys((id(played.before), id(played.after))):
        state = played.before if id(played.before) == before else played.after
        for name, project in spoiled(state.project):
            count += 1
            found += [f"{name}: {fault}" for fault in faults(played.step, project)]
            task = played.step.task
            if (
                task is not None
                and not len(project.network)
                and task.done(project, analyze(project.network), {})
            ):
                found.append(f"{name}: the task is taken for done")
    said = found[0] if found else f"{count} survived"
    return Checked(lesson=lesson_id, step=played.number, name="spoilers", said=said, agrees=not found)


def _ways(lesson_id: str, played: Played) -> Iterator[Checked]:
    """Whoever does the task in another way than the lesson has done it."""
    task = played.step.task
    if task is not None and not task.needs_maps:
        before, after = played.before.project, played.after.project
        found = list(refused(task, before, after))
        said = found[0] if found else f"{sum(1 for _ in other_ways(task, before, after))} accepted"
        yield Checked(lesson=lesson_id, step=played.number, name="ways", said=said, agrees=not found)


def _numbers(lesson_id: str, played: Played) -> Iterator[Checked]:
    for name in played.step.quoted:
        quote, state = played.step.quotes[name], played.after
        try:
            engine, counted = quote.engine(state), quote.counted(state)
            said, agrees = quote.text(state), quote.agrees(state)
        except NotFound as missing:
            yield Checked(lesson=lesson_id, step=played.number, name=name, said=f"no {missing}", agrees=False)
            continue
        yield Checked(
            lesson=lesson_id,
            step=played.number,
            name=name,
            said=said,
            engine=engine,
            counted=counted,
            agrees=agrees,
        )


def _task(lesson_id: str, played: Played) -> Iterator[Checked]:
    task = played.step.task
    if task is None:
        return
    states = (played.before, played.after)
    before, after = (task.done(state.project, state.analysis, state.maps) for state in states)
    said = "undone, then done" if (before, after) == (False, True) else f"{before}, then {after}"
    yield Checked(lesson=lesson_id, step=played.number, name="task", said=said, agrees=not before and after)
