"""Each lesson is played once for all tests."""

from functools import cache

from engine.execution.executor import Executor
from presets.checks.playing import Played, play
from presets.lessons import lesson


@cache
def played(lesson_id: str) -> tuple[Played, ...]:
    """All steps, with maps where they ask for them; the maps outlive the executor."""
    executor = Executor()
    try:
        return tuple(play(lesson(lesson_id), executor))
    finally:
        executor.close()
