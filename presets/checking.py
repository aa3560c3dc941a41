"""Holds a lesson's numbers against a second opinion, and its tasks against their solutions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from presets.lesson import Lesson, NotFound, Number
from presets.playing import Played, play, projects

if TYPE_CHECKING:
    from engine.execution.executor import Executor

MEASURED_MACS: Final = 20_000_000_000
"""Up to this cost a network is run, and sizes are counted in its maps; above, by sliding the windows."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One number of a text with its two values, or one task; `agrees` says whether all is well."""

    lesson: str
    step: int
    name: str
    """The number's name in the text; `task` for a task."""
    said: str
    """As the text says it."""
    engine: Number | None = None
    counted: Number | None = None
    agrees: bool = True


def check(lesson: Lesson, executor: "Executor") -> Iterator[Checked]:
    """Play the lesson's solutions; every quoted number once a step, and every task."""
    from engine.analysis.analyze import analyze

    costs = [analyze(after.network).totals.macs for _, after in projects(lesson)]
    for played in play(lesson, executor, all_maps=max(costs) <= MEASURED_MACS):
        yield from _numbers(lesson.id, played)
        yield from _task(lesson.id, played)


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
