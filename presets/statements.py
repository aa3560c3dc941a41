"""What is commonly said about 1×1 convolutions, what is true, and the page of a lesson that shows it."""

import tomllib
from dataclasses import dataclass
from functools import cache

from assets import sample_lessons, statements_path
from presets.lesson import Lesson
from presets.lessons import lesson, lessons
from presets.written.lesson_file import ENDING, read_lesson


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One popular sentence and its answer."""

    source: str
    """What kind of text says so."""
    said: str
    true: str
    """In a few words."""
    lesson: str
    """Its id."""
    page: int
    """Of the lesson, counted from 1."""
    told: str
    """Words that are on that page once its task is done; a number among them is the engine's."""


@cache
def statements() -> tuple[Statement, ...]:
    """All of them, source by source."""
    record = tomllib.loads(statements_path().read_text(encoding="utf-8"))
    sources = record["sources"]
    return tuple(Statement(**row | {"source": sources[row["source"]]}) for row in record["statements"])


@cache
def lesson_of(lesson_id: str) -> Lesson:
    """The lesson of a statement: one of the list, or one of those written as text that come along."""
    if lesson_id not in {one.id for one in lessons()}:
        path = sample_lessons().get(f"{lesson_id}{ENDING}")
        if path is not None:
            return read_lesson(path)
    return lesson(lesson_id)
